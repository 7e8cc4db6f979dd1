import { html } from 'hono/html';
import { type AppView, headingFor } from './app-door.ts';
import { doneNotice, type FormProblems, field, hidden, problemSummary } from './fields.ts';
import type { Html } from './html.ts';
import { type AssetUrls, threshold } from './layout.ts';
import { type ProviderChoice, providerChoices } from './provider-choices.ts';
import { passkeyForm } from './second-factor.ts';

export interface SignInView {
  assets: AssetUrls;
  formToken: string;
  /** Where the sign-in stands, sealed. */
  state: string;
  /** The app that the visitor is on the way to. */
  app: AppView | undefined;
  /** What a passkey is asked with instead, as JSON. */
  prompt: string;
  providers: readonly ProviderChoice[];
  /** Links can be sent by e-mail. */
  mail: boolean;
  /** What was typed as name before. */
  name: string;
  problems?: FormProblems | undefined;
  done?: string | undefined;
}

/** Name and password. */
export const signInPage = (view: SignInView): Html =>
  threshold({
    title: 'Sign in',
    assets: view.assets,
    portcullis: 'half',
    content: html`
<div class="intro">
  <h1>Sign in</h1>
  <p class="lead">${view.app ? 'You are on your way to' : 'Your apps are on the other side.'}</p>
</div>
${headingFor(view.app)}
${doneNotice(view.done)}
${problemSummary(view.problems)}
<form class="form" method="post" action="/sign-in">
  ${hidden({ form: view.formToken, state: view.state, step: 'password' })}
  ${field({
    name: 'name',
    label: 'Name',
    value: view.name,
    autocomplete: 'username webauthn',
    verbatim: true,
    autofocus: view.name === '',
    problem: view.problems?.fields?.['name'],
  })}
  ${field({
    name: 'password',
    label: 'Password',
    type: 'password',
    autocomplete: 'current-password',
    autofocus: view.name !== '',
    maxLength: 1_024,
    problem: view.problems?.fields?.['password'],
  })}
  <button class="wide" type="submit">Sign in</button>
</form>
${passkeyForm({ formToken: view.formToken, state: view.state, prompt: view.prompt, text: 'Use a passkey instead', conditional: true })}
${providerChoices(view.providers)}
<p class="hint">${view.mail ? html`<a href="/forgot">Cannot sign in?</a>` : 'Forgotten your password? An administrator can send you a link to set a new one.'}</p>`,
  });
