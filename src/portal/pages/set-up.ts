import { html } from 'hono/html';
import { type FormProblems, field, hidden, problemSummary } from './fields.ts';
import type { Html } from './html.ts';
import { type AssetUrls, threshold } from './layout.ts';
import { type StrengthScore, strengthMeter } from './password-strength.ts';

export interface SetUpView {
  assets: AssetUrls;
  formToken: string;
  token: string;
  name: string;
  displayName: string;
  /** Fewest characters that a password may have. */
  minLength: number;
  score?: StrengthScore | undefined;
  problems?: FormProblems | undefined;
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
    autofocus: true,
    maxLength: 64,
    problem: view.problems?.fields?.['name'],
  })}
  ${field({
    name: 'displayName',
    label: 'Display name',
    hint: 'What others see.',
    value: view.displayName,
    autocomplete: 'name',
    maxLength: 100,
    problem: view.problems?.fields?.['displayName'],
  })}
  ${newPasswordFields({ ...view, against: 'name displayName' })}
  <button class="wide" type="submit">Make the account</button>
</form>`,
  });

/** A new password, twice, with its strength. */
export const newPasswordFields = (view: {
  minLength: number;
  score?: StrengthScore | undefined;
  problems?: FormProblems | undefined;
  /** Names of the fields whose words do not count. */
  against: string;
  autofocus?: boolean;
}): Html => html`
  ${field({
    name: 'newPassword',
    label: 'New password',
    hint: `At least ${view.minLength} characters. A few unrelated words are easy to keep in mind and hard to guess.`,
    type: 'password',
    autocomplete: 'new-password',
    maxLength: 1_024,
    strengthAgainst: view.against,
    autofocus: view.autofocus ?? false,
    problem: view.problems?.fields?.['newPassword'],
  })}
  ${strengthMeter(view.score)}
  ${field({
    name: 'again',
    label: 'New password again',
    type: 'password',
    autocomplete: 'new-password',
    maxLength: 1_024,
    problem: view.problems?.fields?.['again'],
  })}`;
