import { html } from 'hono/html';
import type { FactorList, Person, ProviderLink } from '../../identity/index.ts';
import { doneNotice, type FormProblems, hidden, problemSummary } from './fields.ts';
import type { Html } from './html.ts';
import { type AssetUrls, hall, type Insider } from './layout.ts';
import { moment } from './moment.ts';
import { stateChip } from './people.ts';
import { hasFactors, personFactors } from './person-factors.ts';
import { type RoleChoice, roleChoices } from './role-choices.ts';
import { waitInWords } from './wait.ts';

export interface PersonView {
  assets: AssetUrls;
  insider: Insider;
  person: Person;
  roles: readonly RoleChoice[];
  /** How many browsers the person is signed in with. */
  sessions: number;
  /** Links can be sent by e-mail. */
  mail: boolean;
  /** Milliseconds for which strangers' guesses at this account are not looked at. */
  wait: number;
  factors: FactorList;
  links: readonly ProviderLink[];
  isSelf: boolean;
  problems?: FormProblems | undefined;
  done?: string | undefined;
}

const acts = (view: PersonView): Html => {
  const { id, disabled } = view.person;
  if (view.isSelf) {
    return html`<p>This is your own account. Change your password and end your sessions on <a href="/account">your account page</a>; another administrator can do the rest.</p>`;
  }
  return html`
<ul class="acts">
  <li class="row"><div><h3>Reset the password</h3><p class="muted">Makes a link for a new one. The old one stops working at once.</p></div><a class="button quiet" href="/people/${id}/reset">Reset…</a></li>
  ${
    view.mail && view.person.email !== undefined
      ? html`<li class="row"><div><h3>Send a link by e-mail</h3><p class="muted">For a new password. It goes to ${view.person.email}; the old one stops working at once.</p></div><a class="button quiet" href="/people/${id}/invite">Send…</a></li>`
      : ''
  }
  ${
    view.wait === 0
      ? ''
      : html`<li class="row"><div><h3>End the waiting</h3><p class="muted">Too many wrong guesses: browsers that are new to this account wait ${waitInWords(view.wait)}.</p></div>
    <form method="post" action="/people/${id}/unlock">${hidden({ form: view.insider.formToken })}<button class="quiet" type="submit">Unlock</button></form></li>`
  }
  ${
    hasFactors(view.factors)
      ? html`<li class="row"><div><h3>Take the second factors away</h3><p class="muted">For somebody who has lost them. The password alone lets them in then.</p></div><a class="button quiet danger" href="/people/${id}/reset-factors">Take away…</a></li>`
      : ''
  }
  <li class="row"><div><h3>End every session</h3><p class="muted">${view.sessions === 0 ? 'Not signed in anywhere.' : `Signed in with ${view.sessions} browser${view.sessions === 1 ? '' : 's'}.`}</p></div><a class="button quiet" href="/people/${id}/sign-out">Sign out…</a></li>
  ${
    disabled
      ? html`<li class="row"><div><h3>Enable the account</h3><p class="muted">The person can sign in again, with the roles above.</p></div>
    <form method="post" action="/people/${id}/enable">${hidden({ form: view.insider.formToken })}<button class="quiet" type="submit">Enable</button></form></li>`
      : html`<li class="row"><div><h3>Disable the account</h3><p class="muted">Ends every session. Nothing is deleted.</p></div><a class="button quiet danger" href="/people/${id}/disable">Disable…</a></li>`
  }
</ul>`;
};

/** One account, for those who manage it. */
export const personPage = (view: PersonView): Html =>
  hall({
    title: view.person.displayName,
    assets: view.assets,
    section: 'people',
    insider: view.insider,
    content: html`
<div class="headline"><div>
  <p><a href="/people">People</a></p>
  <h1>${view.person.displayName}</h1>
</div></div>
${doneNotice(view.done)}
${problemSummary(view.problems)}
<section class="card" aria-labelledby="facts">
  <h2 id="facts">Account</h2>
  <dl class="facts">
    <dt>Name</dt><dd>${view.person.name}</dd>
    ${view.person.email ? html`<dt>E-mail</dt><dd>${view.person.email}</dd>` : ''}
    <dt>State</dt><dd>${stateChip(view.person)}</dd>
    <dt>Account since</dt><dd>${moment(view.person.createdAt)}</dd>
    <dt>Last sign-in</dt><dd>${view.person.lastSignInAt === undefined ? 'never' : moment(view.person.lastSignInAt)}</dd>
  </dl>
</section>
<form class="card form" method="post" action="/people/${view.person.id}/roles">
  <h2>What they may do</h2>
  ${hidden({ form: view.insider.formToken })}
  ${roleChoices(view.roles, view.problems?.fields?.['role'])}
  <p class="muted">A role with a last day ends by itself at midnight (UTC). A change signs the person out everywhere.</p>
  <div class="actions"><button type="submit">Save the roles</button></div>
</form>
${personFactors(view.factors, view.links)}
<section class="card" aria-labelledby="acts">
  <h2 id="acts">Password and access</h2>
  ${acts(view)}
</section>`,
  });
