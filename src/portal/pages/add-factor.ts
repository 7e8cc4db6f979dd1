import { html } from 'hono/html';
import { type FormProblems, field, hidden, problemSummary } from './fields.ts';
import type { Html } from './html.ts';
import { type AssetUrls, hall, type Insider } from './layout.ts';
import { qrCode } from './qr-code.ts';

interface AddView {
  assets: AssetUrls;
  insider: Insider;
  /** Where to go on afterwards: a path of the portal. */
  returnTo: string | undefined;
  problems?: FormProblems | undefined;
}

/** The address of a page of this kind, with the way on kept. */
export const withReturn = (path: string, returnTo: string | undefined): string =>
  returnTo === undefined ? path : `${path}?${new URLSearchParams({ return: returnTo })}`;

const frame = (view: AddView, title: string, lead: string, content: Html): Html =>
  hall({
    title,
    assets: view.assets,
    section: 'account',
    insider: view.insider,
    narrow: true,
    content: html`
<div class="headline"><div><h1>${title}</h1><p class="lead">${lead}</p></div></div>
${problemSummary(view.problems)}
${content}`,
  });

/** Somebody needs a second factor and has none. */
export const chooseFactorPage = (view: AddView): Html =>
  frame(
    view,
    'Add a second factor',
    'Where you are going, a password alone is not enough. Choose what you want to show besides it; it takes a minute.',
    html`
<div class="card"><ul class="factors">
  <li class="row"><div><h2>Passkey</h2><p class="muted">Fingerprint, face, PIN or a security key. Cannot be phished.</p></div><a class="button" href="${withReturn('/second-factor/passkey', view.returnTo)}">Add a passkey</a></li>
  <li class="row"><div><h2>Authenticator app</h2><p class="muted">An app on your phone shows a new code every 30 seconds.</p></div><a class="button" href="${withReturn('/second-factor/app', view.returnTo)}">Add an app</a></li>
</ul></div>
<p><a href="/account">Not now</a></p>`,
  );

/** The secret for an authenticator app, to be photographed or typed, and its first code. */
export const addAppPage = (view: AddView & { enrolment: string; secret: string; uri: string }): Html =>
  frame(
    view,
    'Add an authenticator app',
    'Scan this with the app, then type the code that it shows.',
    html`
<section class="card enrol" aria-labelledby="scan">
  <h2 id="scan">1. Scan</h2>
  ${qrCode(view.uri, 'QR code for the authenticator app; the key below it says the same')}
  <p class="muted">No camera? Type this key into the app (time-based, 6 digits, 30 seconds):</p>
  <code class="key">${view.secret.match(/.{1,4}/g)?.join(' ')}</code>
  <p class="muted">On this device: <a href="${view.uri}">open the app</a>.</p>
</section>
<form class="form card" method="post" action="/second-factor/app">
  <h2>2. Type the code</h2>
  ${hidden({ form: view.insider.formToken, enrolment: view.enrolment, return: view.returnTo })}
  ${field({
    name: 'code',
    label: 'Code',
    autocomplete: 'one-time-code',
    numeric: true,
    verbatim: true,
    maxLength: 32,
    problem: view.problems?.fields?.['code'],
  })}
  <div class="actions"><button type="submit">Add the app</button><a href="/account">Leave it</a></div>
</form>`,
  );

/** Names a new passkey; the script asks the device for it and sends the form. */
export const addPasskeyPage = (
  view: AddView & { enrolment: string; options: string; host: string; name: string },
): Html =>
  frame(
    view,
    'Add a passkey',
    'Your device asks for your fingerprint, face or PIN, or for a security key.',
    html`
<noscript><div class="notice bad"><p>Passkeys need JavaScript. An authenticator app works without it.</p></div></noscript>
<form class="form card" method="post" action="/second-factor/passkey" data-passkey="create" data-options="${view.options}" hidden>
  ${hidden({ form: view.insider.formToken, enrolment: view.enrolment, return: view.returnTo, answer: '' })}
  ${field({
    name: 'name',
    label: 'Name',
    hint: 'By which you will know it again, such as "Work laptop".',
    value: view.name,
    autocomplete: 'off',
    maxLength: 64,
  })}
  <p class="problem" role="alert" data-passkey-problem hidden></p>
  <div class="actions"><button type="submit">Add the passkey</button><a href="/account">Leave it</a></div>
</form>
<p class="hint">It works at ${view.host} alone, and no longer when the portal gets another name.${
      view.host === 'localhost' || view.host.endsWith('.localhost')
        ? ' This name is good for one machine only: name your portal before others make passkeys.'
        : ''
    }</p>`,
  );

/** Recovery codes, which are shown this once. */
export const recoveryCodesPage = (view: AddView & { codes: readonly string[]; portal: string }): Html =>
  frame(
    view,
    'Your recovery codes',
    'Each of them signs you in once when your second factor is lost. Print them or write them down: they are not shown again.',
    html`
<section class="card recovery" aria-labelledby="codes">
  <h2 id="codes">${view.insider.displayName} at ${view.portal}</h2>
  <ol>${view.codes.map((code) => html`<li><code>${code}</code></li>`)}</ol>
  <p class="muted">Keep them apart from this device. Codes that you had before no longer work.</p>
</section>
<div class="actions"><a class="button" href="${view.returnTo ?? '/account'}">I have kept them</a><button class="quiet" type="button" data-print hidden>Print</button></div>`,
  );
