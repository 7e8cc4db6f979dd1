import { html } from 'hono/html';
import { type AppView, headingFor } from './app-door.ts';
import { type FormProblems, field, hidden, problemSummary } from './fields.ts';
import type { Html } from './html.ts';
import { type AssetUrls, hall, type Insider, threshold } from './layout.ts';
import { type StrengthScore, strengthMeter } from './password-strength.ts';

export interface NewPasswordView {
  /** Fewest characters that a password may have. */
  minLength: number;
  /** What the policy made of the password that was sent. */
  score?: StrengthScore | undefined;
  problems?: FormProblems | undefined;
}

interface Owner {
  name: string;
  displayName?: string | undefined;
}

/** A new password, twice, with its strength. `words`: what does not count; `fields`: inputs whose words do not. */
export const newPasswordFields = (
  view: NewPasswordView,
  against: { words: string; fields?: string },
  autofocus = false,
): Html => html`
  ${field({
    name: 'newPassword',
    label: 'New password',
    hint: `At least ${view.minLength} characters. A few unrelated words are easy to keep in mind and hard to guess.`,
    type: 'password',
    autocomplete: 'new-password',
    maxLength: 1_024,
    strengthAgainst: { ...against, minimum: view.minLength },
    autofocus,
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

// Lets a password manager know whose password this is.
const ownerField = (owner: Owner): Html =>
  html`<input class="away" type="text" autocomplete="username" value="${owner.name}" readonly tabindex="-1" aria-hidden="true">`;

const wordsOf = (owner: Owner): { words: string } => ({ words: `${owner.name} ${owner.displayName ?? ''}` });

/** Within a sign-in: somebody else chose the password, now the person does. */
export const mustChangePage = (
  view: NewPasswordView & {
    assets: AssetUrls;
    formToken: string;
    state: string;
    owner: Owner;
    app: AppView | undefined;
  },
): Html =>
  threshold({
    title: 'Choose a new password',
    assets: view.assets,
    portcullis: 'half',
    content: html`
<div class="intro">
  <h1>Choose a new password</h1>
  <p class="lead">Somebody else knows the one you used. Choose one that only you know, and you are in.</p>
</div>
${headingFor(view.app)}
${problemSummary(view.problems)}
<form class="form" method="post" action="/sign-in">
  ${hidden({ form: view.formToken, state: view.state, step: 'change-password' })}
  ${ownerField(view.owner)}
  ${newPasswordFields(view, wordsOf(view.owner), view.problems === undefined)}
  <button class="wide" type="submit">Save and go on</button>
</form>`,
  });

/** Behind a one-time link: an invitation, or a reset by an administrator. */
export const linkPasswordPage = (
  view: NewPasswordView & { assets: AssetUrls; formToken: string; token: string; owner: Owner },
): Html =>
  threshold({
    title: 'Set your password',
    assets: view.assets,
    portcullis: 'half',
    content: html`
<div class="intro">
  <h1>Set your password</h1>
  <p class="lead">Welcome${view.owner.displayName ? html`, ${view.owner.displayName}` : ''}. You sign in as <strong>${view.owner.name}</strong>.</p>
</div>
${problemSummary(view.problems)}
<form class="form" method="post" action="/reset">
  ${hidden({ form: view.formToken, token: view.token })}
  ${ownerField(view.owner)}
  ${newPasswordFields(view, wordsOf(view.owner), view.problems === undefined)}
  <button class="wide" type="submit">Set the password</button>
</form>`,
  });

/** Of one's own accord, from the account. */
export const changePasswordPage = (
  view: NewPasswordView & { assets: AssetUrls; insider: Insider; owner: Owner },
): Html =>
  hall({
    title: 'Change password',
    assets: view.assets,
    section: 'account',
    insider: view.insider,
    narrow: true,
    content: html`
<div class="headline"><div>
  <h1>Change your password</h1>
  <p class="lead">You stay signed in here. Every other session of yours ends.</p>
</div></div>
${problemSummary(view.problems)}
<form class="card form" method="post" action="/change-password">
  ${hidden({ form: view.insider.formToken })}
  ${ownerField(view.owner)}
  ${field({
    name: 'current',
    label: 'Current password',
    type: 'password',
    autocomplete: 'current-password',
    maxLength: 1_024,
    autofocus: view.problems === undefined,
    problem: view.problems?.fields?.['current'],
  })}
  ${newPasswordFields(view, wordsOf(view.owner))}
  <div class="actions"><button type="submit">Change it</button><a href="/account">Leave it as it is</a></div>
</form>`,
  });
