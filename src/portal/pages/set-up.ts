import { html } from 'hono/html';
import { field, hidden, problemSummary } from './fields.ts';
import type { Html } from './html.ts';
import { type AssetUrls, threshold } from './layout.ts';
import { type NewPasswordView, newPasswordFields } from './new-password.ts';

export interface SetUpView extends NewPasswordView {
  assets: AssetUrls;
  formToken: string;
  token: string;
  name: string;
  displayName: string;
}

/** The first administrator makes the account. */
export const setUpPage = (view: SetUpView): Html =>
  threshold({
    title: 'Set up',
    assets: view.assets,
    portcullis: 'half',
    content: html`
<div class="intro">
  <h1>Set up your gate</h1>
  <p class="lead">Make the first account. It may add people and decide what they open.</p>
</div>
${problemSummary(view.problems)}
<form class="form" method="post" action="/setup">
  ${hidden({ form: view.formToken, token: view.token })}
  ${field({
    name: 'name',
    label: 'Name',
    hint: 'What you type to sign in. Short, without spaces.',
    value: view.name,
    autocomplete: 'username',
    verbatim: true,
    autofocus: view.problems === undefined,
    maxLength: 128,
    problem: view.problems?.fields?.['name'],
  })}
  ${field({
    name: 'displayName',
    label: 'Display name',
    hint: 'What others see. May be left empty.',
    value: view.displayName,
    autocomplete: 'name',
    required: false,
    maxLength: 128,
    problem: view.problems?.fields?.['displayName'],
  })}
  ${newPasswordFields(view, { words: '', fields: 'name displayName' })}
  <button class="wide" type="submit">Make the account</button>
</form>`,
  });
