import { html } from 'hono/html';
import type { Html } from './html.ts';
import { type AssetUrls, hall, type Insider } from './layout.ts';
import { moment } from './moment.ts';

/** A link to pass on, shown this once: only its hash is kept. */
export const oneTimeLinkPage = (view: {
  assets: AssetUrls;
  insider: Insider;
  title: string;
  text: string;
  link: string;
  expiresAt: number;
  /** The person's page. */
  back: string;
}): Html =>
  hall({
    title: view.title,
    assets: view.assets,
    section: 'people',
    insider: view.insider,
    narrow: true,
    content: html`
<div class="headline"><div><h1>${view.title}</h1><p class="lead">${view.text}</p></div></div>
<section class="card onelink" aria-labelledby="link">
  <h2 id="link">The link</h2>
  <code data-copy>${view.link}</code>
  <p class="muted">It works once, until ${moment(view.expiresAt)}, and is not shown again. Pass it on by a way that you trust: whoever opens it first sets the password.</p>
</section>
<p><a class="button" href="${view.back}">Done</a></p>`,
  });
