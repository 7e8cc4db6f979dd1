import { html } from 'hono/html';
import { type FormProblems, field, hidden, problemSummary } from './fields.ts';
import type { Html } from './html.ts';
import { type AssetUrls, threshold } from './layout.ts';

/** Asks whose account it is; two ways to go on from there. */
export const forgotPage = (view: {
  assets: AssetUrls;
  formToken: string;
  /** What was typed before. */
  name: string;
  problems?: FormProblems | undefined;
}): Html =>
  threshold({
    title: 'Cannot sign in?',
    assets: view.assets,
    portcullis: 'half',
    content: html`
<div class="intro">
  <h1>Cannot sign in?</h1>
  <p class="lead">Type your account name. You get a link by e-mail, where the account has an address.</p>
</div>
${problemSummary(view.problems)}
<form class="form" method="post" action="/forgot">
  ${hidden({ form: view.formToken })}
  ${field({
    name: 'name',
    label: 'Name',
    value: view.name,
    autocomplete: 'username',
    verbatim: true,
    autofocus: true,
    problem: view.problems?.fields?.['name'],
  })}
  <button class="wide" type="submit" name="kind" value="reset">Choose a new password</button>
  <button class="wide quiet" type="submit" name="kind" value="unlock">I know it, but have to wait</button>
</form>
<p><a href="/sign-in">Back to the sign-in</a></p>`,
  });

/** The same for everybody: it tells nothing about the account. */
export const linkSentPage = (view: { assets: AssetUrls }): Html =>
  threshold({
    title: 'Look into your mail',
    assets: view.assets,
    portcullis: 'half',
    content: html`
<div class="intro">
  <h1>Look into your mail</h1>
  <p class="lead">If there is such an account, and it has an e-mail address, a link is on its way. It works once, for 30 minutes.</p>
  <p>Nothing came? Look among the unwanted mail, and check the name. An administrator can help as well.</p>
</div>
<p><a class="button" href="/sign-in">Back to the sign-in</a></p>`,
  });

/** Behind an unlock link. A click, since programs that look through mail open links too. */
export const unlockPage = (view: {
  assets: AssetUrls;
  formToken: string;
  token: string;
  name: string;
}): Html =>
  threshold({
    title: 'Sign in again',
    assets: view.assets,
    portcullis: 'half',
    content: html`
<div class="intro">
  <h1>Sign in again</h1>
  <p class="lead">Somebody guessed at the password of <strong>${view.name}</strong> too often. You may go on in this browser.</p>
</div>
<form class="form" method="post" action="/unlock">
  ${hidden({ form: view.formToken, token: view.token })}
  <button class="wide" type="submit">Go on in this browser</button>
</form>`,
  });
