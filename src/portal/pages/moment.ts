import { html } from 'hono/html';
import type { Html } from './html.ts';

const FORMAT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });

/** A time in UTC, which the script turns into the visitor's own; `at` in milliseconds since the epoch. */
export const moment = (at: number): Html =>
  html`<time datetime="${new Date(at).toISOString()}">${FORMAT.format(at)} UTC</time>`;
