import { html } from 'hono/html';
import type { SecondFactorKind } from '../../identity/index.ts';
import { type AppView, headingFor } from './app-door.ts';
import { type FormProblems, field, hidden, problemSummary } from './fields.ts';
import type { Html } from './html.ts';
import { type AssetUrls, threshold } from './layout.ts';

export interface SecondFactorView {
  assets: AssetUrls;
  formToken: string;
  /** Where the sign-in stands. */
  state: string;
  app: AppView | undefined;
  kind: SecondFactorKind;
  others: readonly SecondFactorKind[];
  /** What a passkey is asked with, as JSON. */
  prompt: string | undefined;
  /** The person has signed in before and shows again who they are. */
  rises: boolean;
  problems?: FormProblems | undefined;
}

/** How each factor is asked for, and how it is offered beside another one. */
const WORDS: Readonly<Record<SecondFactorKind, { lead: string; offer: string }>> = {
  passkey: {
    lead: 'Use your passkey: fingerprint, face, PIN or security key.',
    offer: 'Use a passkey',
  },
  totp: {
    lead: 'Open your authenticator app and type the code that it shows for Gatehouse.',
    offer: 'Use the authenticator app',
  },
  code: {
    lead: 'Type the code that was sent to you. It works for 10 minutes.',
    offer: 'Send a code',
  },
  recovery: {
    lead: 'Type one of your recovery codes. It works once; cross it out afterwards.',
    offer: 'Use a recovery code',
  },
};

/** The form that the script fills in with what the authenticator answers. */
export const passkeyForm = (view: {
  formToken: string;
  state: string;
  prompt: string;
  text: string;
  /** Offers passkeys in the name field of the page as well. */
  conditional?: boolean;
}): Html => html`
<form class="form passkey" method="post" action="/sign-in" data-passkey="get" data-options="${view.prompt}"${view.conditional ? html` data-conditional="yes"` : ''} hidden>
  ${hidden({ form: view.formToken, state: view.state, step: 'passkey', answer: '' })}
  <p class="problem" role="alert" data-passkey-problem hidden></p>
  <button class="wide${view.conditional ? ' quiet' : ''}" type="submit">${view.text}</button>
</form>`;

const codeForm = (view: SecondFactorView): Html => html`
<form class="form" method="post" action="/sign-in">
  ${hidden({ form: view.formToken, state: view.state, step: view.kind })}
  ${field({
    name: 'answer',
    label: view.kind === 'recovery' ? 'Recovery code' : 'Code',
    autocomplete: view.kind === 'recovery' ? 'off' : 'one-time-code',
    numeric: view.kind === 'totp' || view.kind === 'code',
    verbatim: true,
    autofocus: true,
    maxLength: 64,
    problem: view.problems?.fields?.['answer'],
  })}
  <button class="wide" type="submit">${view.rises ? 'Confirm' : 'Sign in'}</button>
</form>`;

const switchForm = (view: SecondFactorView, to: SecondFactorKind): Html => html`
<form method="post" action="/sign-in">
  ${hidden({ form: view.formToken, state: view.state, step: 'switch', to })}
  <button class="quiet" type="submit">${WORDS[to].offer}</button>
</form>`;

const codeLead = (to: string | undefined): string =>
  to
    ? `A code is on its way to ${to}. It works for 10 minutes.`
    : 'There were too many codes. Try again in an hour, or ask an administrator.';

/** Asks for a second factor, at a sign-in or before something that needs a fresh one. */
export const secondFactorPage = (view: SecondFactorView): Html =>
  threshold({
    title: view.rises ? 'Confirm that it is you' : 'Second step',
    assets: view.assets,
    portcullis: 'half',
    content: html`
<div class="intro">
  <h1>${view.rises ? 'Confirm that it is you' : 'Second step'}</h1>
  <p class="lead">${view.kind === 'code' ? codeLead(view.prompt) : WORDS[view.kind].lead}</p>
</div>
${headingFor(view.app)}
${problemSummary(view.problems)}
${
  view.kind === 'passkey'
    ? html`${passkeyForm({ formToken: view.formToken, state: view.state, prompt: view.prompt ?? '', text: 'Use passkey' })}
<noscript><p class="hint">Passkeys need JavaScript. Use another way below.</p></noscript>`
    : codeForm(view)
}
${view.kind === 'code' ? html`<form class="otherwise" method="post" action="/sign-in">${hidden({ form: view.formToken, state: view.state, step: 'switch', to: 'code' })}<button class="quiet" type="submit">Send another code</button></form>` : ''}
${view.others.length === 0 ? '' : html`<div class="otherwise" role="group" aria-label="Another way">${view.others.map((kind) => switchForm(view, kind))}</div>`}`,
  });

export interface ConfirmPasswordView {
  assets: AssetUrls;
  formToken: string;
  state: string;
  name: string;
  problems?: FormProblems | undefined;
}

/** Asks somebody without a second factor for the password again. */
export const confirmPasswordPage = (view: ConfirmPasswordView): Html =>
  threshold({
    title: 'Confirm that it is you',
    assets: view.assets,
    portcullis: 'half',
    content: html`
<div class="intro">
  <h1>Confirm that it is you</h1>
  <p class="lead">Type your password once more to go on.</p>
</div>
${problemSummary(view.problems)}
<form class="form" method="post" action="/sign-in">
  ${hidden({ form: view.formToken, state: view.state, step: 'confirm-password' })}
  <input class="away" type="text" autocomplete="username" value="${view.name}" readonly tabindex="-1" aria-hidden="true">
  ${field({
    name: 'password',
    label: 'Password',
    type: 'password',
    autocomplete: 'current-password',
    autofocus: true,
    maxLength: 1_024,
    problem: view.problems?.fields?.['password'],
  })}
  <button class="wide" type="submit">Confirm</button>
</form>`,
  });
