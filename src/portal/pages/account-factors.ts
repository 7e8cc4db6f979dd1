import { html } from 'hono/html';
import type { FactorList, Passkey } from '../../identity/index.ts';
import { hidden } from './fields.ts';
import type { Html } from './html.ts';
import { moment } from './moment.ts';

const used = (at: number | undefined): Html =>
  at === undefined ? html`never used` : html`last used ${moment(at)}`;

const passkeyItem = (passkey: Passkey, formToken: string): Html => html`
<li>
  <div class="row">
    <div>
      <h3 id="${passkey.id}">${passkey.name} <span class="chip plain">${passkey.synced ? 'Passkey, synced' : 'Passkey'}</span></h3>
      <p class="muted">added ${moment(passkey.addedAt)} · ${used(passkey.lastUsedAt)}</p>
    </div>
    <a class="button quiet danger" href="/second-factor/passkey/${passkey.id}/remove" aria-describedby="${passkey.id}">Remove</a>
  </div>
  <details>
    <summary>Rename</summary>
    <form class="rename" method="post" action="/second-factor/passkey/${passkey.id}/name">
      ${hidden({ form: formToken })}
      <label for="name-${passkey.id}">Name</label>
      <input id="name-${passkey.id}" name="name" type="text" maxlength="64" autocomplete="off" required value="${passkey.name}">
      <button class="quiet" type="submit">Save</button>
    </form>
  </details>
</li>`;

const FEW = 3;

/** How the person signs in, and what can be added, changed and removed. */
export const accountFactors = (factors: FactorList, formToken: string): Html => {
  const { totp, passkeys, recoveryCodes } = factors;
  const has = totp !== undefined || passkeys.length > 0;
  return html`
<section class="card" aria-labelledby="factors">
  <h2 id="factors">How you sign in</h2>
  ${has ? '' : html`<p class="muted">A password can be guessed, stolen or phished. A second factor keeps your account yours.</p>`}
  <ul class="factors">
    <li class="row"><h3>Password</h3><a class="button quiet" href="/change-password">Change password</a></li>
    ${passkeys.map((passkey) => passkeyItem(passkey, formToken))}
    <li class="row"><div><h3>${passkeys.length > 0 ? 'Another passkey' : 'Passkey'}</h3><p class="muted">Fingerprint, face, PIN or a security key; alone, or after the password.</p></div><a class="button quiet" href="/second-factor/passkey">Add a passkey</a></li>
    ${
      totp === undefined
        ? html`<li class="row"><div><h3>Authenticator app</h3><p class="muted">A code from your phone after the password.</p></div><a class="button quiet" href="/second-factor/app">Add an app</a></li>`
        : html`<li class="row"><div><h3>Authenticator app</h3><p class="muted">added ${moment(totp.addedAt)} · ${used(totp.lastUsedAt)}</p></div><a class="button quiet danger" href="/second-factor/app/remove">Remove app</a></li>`
    }
    ${
      has
        ? html`<li class="row"><div><h3>Recovery codes ${recoveryCodes < FEW ? html`<span class="chip warn">few left</span>` : ''}</h3><p class="muted">${recoveryCodes} of 10 left, for when the rest is lost.</p></div><a class="button quiet" href="/second-factor/recovery">New codes</a></li>`
        : ''
    }
  </ul>
</section>`;
};
