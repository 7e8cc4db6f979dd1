import { html } from 'hono/html';
import type { FactorList, Person } from '../../identity/index.ts';
import { type FormProblems, field, hidden, problemSummary } from './fields.ts';
import type { Html } from './html.ts';
import { type AssetUrls, hall, type Insider } from './layout.ts';
import { moment } from './moment.ts';
import { factorChips } from './person-factors.ts';
import { roleChips } from './role-chips.ts';
import { type RoleChoice, roleChoices } from './role-choices.ts';

/** Whether an account can be used, in a word. */
export const stateChip = (person: Person): Html => {
  if (person.disabled) return html`<span class="chip bad">disabled</span>`;
  if (person.lastSignInAt === undefined) return html`<span class="chip warn">not yet here</span>`;
  return person.mustChangePassword
    ? html`<span class="chip warn">new password due</span>`
    : html`<span class="chip plain">active</span>`;
};

interface PersonRow {
  person: Person;
  factors: FactorList;
}

const row = ({ person, factors }: PersonRow): Html => html`
<tr>
  <th scope="row"><a href="/people/${person.id}">${person.displayName}</a><span class="muted">${person.name}</span></th>
  <td data-label="Roles">${roleChips(person.roles)}</td>
  <td data-label="State">${stateChip(person)}</td>
  <td data-label="Second factors">${factorChips(factors)}</td>
  <td data-label="Last sign-in">${person.lastSignInAt === undefined ? html`<span class="muted">never</span>` : moment(person.lastSignInAt)}</td>
</tr>`;

/** Everybody who has an account, a page at a time. */
export const peoplePage = (view: {
  assets: AssetUrls;
  insider: Insider;
  people: readonly PersonRow[];
  /** Id of the last one shown, where more follow. */
  more: string | undefined;
  isFirst: boolean;
}): Html =>
  hall({
    title: 'People',
    assets: view.assets,
    section: 'people',
    insider: view.insider,
    content: html`
<div class="headline">
  <div><h1>People</h1><p class="lead">Who has an account, and which roles it holds.</p></div>
  <a class="button" href="/people/new">Add a person</a>
</div>
<section aria-label="Everybody">
  <table class="table">
    <thead><tr><th scope="col">Person</th><th scope="col">Roles</th><th scope="col">State</th><th scope="col">Second factors</th><th scope="col">Last sign-in</th></tr></thead>
    <tbody>${view.people.map(row)}</tbody>
  </table>
  ${
    view.isFirst && view.more === undefined
      ? ''
      : html`<nav class="actions" aria-label="More people">
    ${view.isFirst ? '' : html`<a class="button quiet" href="/people">First ones</a>`}
    ${view.more === undefined ? '' : html`<a class="button quiet" href="/people?after=${view.more}">Next ones</a>`}
  </nav>`
  }
</section>`,
  });

/** A new account. */
export const newPersonPage = (view: {
  assets: AssetUrls;
  insider: Insider;
  name: string;
  displayName: string;
  email: string;
  roles: readonly RoleChoice[];
  /** Links can be sent by e-mail. */
  mail: boolean;
  problems?: FormProblems | undefined;
}): Html =>
  hall({
    title: 'Add a person',
    assets: view.assets,
    section: 'people',
    insider: view.insider,
    narrow: true,
    content: html`
<div class="headline"><div>
  <h1>Add a person</h1>
  <p class="lead">${view.mail ? 'They get a link by e-mail.' : 'You get a link to pass on.'} Behind it they choose a password of their own.</p>
</div></div>
${problemSummary(view.problems)}
<form class="card form" method="post" action="/people">
  ${hidden({ form: view.insider.formToken })}
  ${field({
    name: 'name',
    label: 'Name',
    hint: 'What they type to sign in. Short, without spaces.',
    value: view.name,
    autocomplete: 'off',
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
    autocomplete: 'off',
    required: false,
    maxLength: 128,
    problem: view.problems?.fields?.['displayName'],
  })}
  ${field({
    name: 'email',
    label: 'E-mail',
    hint: view.mail ? 'The link goes there. Left empty, you pass it on yourself.' : 'May be left empty.',
    value: view.email,
    type: 'email',
    autocomplete: 'off',
    required: false,
    maxLength: 254,
    problem: view.problems?.fields?.['email'],
  })}
  ${roleChoices(view.roles, view.problems?.fields?.['role'])}
  <div class="actions"><button type="submit">Add and make the link</button><a href="/people">Back</a></div>
</form>`,
  });
