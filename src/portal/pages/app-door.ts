import { html } from 'hono/html';
import type { Html } from './html.ts';

/** An app as the visitor sees it. */
export interface AppView {
  name: string;
  title: string;
  /** Its origin. */
  url: string;
}

const HUES = 6;

/** A little arch with the first letter of the app; its colour follows from the name and so never changes. */
export const appDoor = (app: AppView): Html => {
  let sum = 0;
  for (const letter of app.name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 65_521;
  const first = [...app.title][0] ?? '?';
  return html`<span class="door door-${sum % HUES}" aria-hidden="true">${first.toUpperCase()}</span>`;
};

/** Host name, and port where it is not 443. */
export const hostOf = (app: AppView): string => new URL(app.url).host;

/** Says which app the visitor is on the way to. */
export const headingFor = (app: AppView | undefined): Html =>
  app === undefined
    ? html``
    : html`<div class="heading-for">${appDoor(app)}<div><p>${app.title}</p><p class="muted">${hostOf(app)}</p></div></div>`;
