import { html } from 'hono/html';
import type { Html } from './html.ts';
import { type AssetUrls, threshold } from './layout.ts';

export interface MessageView {
  assets: AssetUrls;
  title: string;
  text: string;
  /** What the visitor can do about it. */
  remedy?: string | undefined;
  /** Stable code of the refusal. */
  code?: string | undefined;
  /** What the visitor reads out to an administrator. */
  incident?: string | undefined;
  /** The way on. */
  link?: { href: string; text: string } | undefined;
}

/** A page that says one thing: a refusal, an error, or that something is not there yet. */
export const messagePage = (view: MessageView): Html =>
  threshold({
    title: view.title,
    assets: view.assets,
    portcullis: 'lowered',
    content: html`
<div class="intro">
  <h1>${view.title}</h1>
  <p class="lead">${view.text}</p>
  ${view.remedy ? html`<p>${view.remedy}</p>` : ''}
</div>
${
  view.code || view.incident
    ? html`<dl class="trouble">
  ${view.code ? html`<dt>Code</dt><dd>${view.code}</dd>` : ''}
  ${view.incident ? html`<dt>Incident</dt><dd>${view.incident}</dd>` : ''}
</dl>`
    : ''
}
${view.link ? html`<p><a class="button" href="${view.link.href}">${view.link.text}</a></p>` : ''}`,
  });
