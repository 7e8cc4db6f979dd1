import { html } from 'hono/html';
import type { Html } from './html.ts';

/** A provider that one may sign in with. */
export interface ProviderChoice {
  title: string;
  href: string;
}

/**
 * Other ways to sign in. Links and not forms: a form's redirects would be held to `form-action`, and nobody knows where a
 * provider leads on to.
 */
export const providerChoices = (choices: readonly ProviderChoice[]): Html =>
  choices.length === 0
    ? html``
    : html`<nav class="providers" aria-label="Sign in with somebody else"><ul>${choices.map(
        ({ title, href }) =>
          html`<li><a class="button quiet wide" href="${href}">Continue with ${title}</a></li>`,
      )}</ul></nav>`;
