import { html } from 'hono/html';
import type { FactorList, ProviderLink } from '../../identity/index.ts';
import type { Html } from './html.ts';
import { moment } from './moment.ts';

/** Whether somebody has a second factor. */
export const hasFactors = ({ totp, passkeys }: FactorList): boolean =>
  totp !== undefined || passkeys.length > 0;

/** The second factors of somebody, in a word or two. */
export const factorChips = (factors: FactorList): Html => {
  const words = [
    ...(factors.totp === undefined ? [] : ['authenticator app']),
    ...(factors.passkeys.length === 0
      ? []
      : [factors.passkeys.length === 1 ? 'passkey' : `${factors.passkeys.length} passkeys`]),
  ];
  return words.length === 0
    ? html`<span class="muted">none</span>`
    : html`<ul class="chips">${words.map((word) => html`<li class="chip plain">${word}</li>`)}</ul>`;
};

const used = (at: number | undefined): Html =>
  at === undefined ? html`never used` : html`last used ${moment(at)}`;

/** How somebody can sign in, for those who manage accounts. */
export const personFactors = (factors: FactorList, links: readonly ProviderLink[]): Html => html`
<section class="card" aria-labelledby="ways">
  <h2 id="ways">How they sign in</h2>
  <dl class="facts">
    <dt>Authenticator app</dt><dd>${factors.totp === undefined ? html`<span class="muted">none</span>` : html`since ${moment(factors.totp.addedAt)}, ${used(factors.totp.lastUsedAt)}`}</dd>
    <dt>Passkeys</dt><dd>${
      factors.passkeys.length === 0
        ? html`<span class="muted">none</span>`
        : factors.passkeys.map(({ name, lastUsedAt }) => html`<p>${name}, ${used(lastUsedAt)}</p>`)
    }</dd>
    <dt>Recovery codes</dt><dd>${factors.recoveryCodes === 0 ? html`<span class="muted">none</span>` : `${factors.recoveryCodes} left`}</dd>
    <dt>Accounts elsewhere</dt><dd>${
      links.length === 0
        ? html`<span class="muted">none</span>`
        : links.map(
            ({ title, account, lastUsedAt }) => html`<p>${title}: ${account}, ${used(lastUsedAt)}</p>`,
          )
    }</dd>
  </dl>
</section>`;
