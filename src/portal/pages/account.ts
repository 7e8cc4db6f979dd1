import { html } from 'hono/html';
import type { FactorList, Person, Session } from '../../identity/index.ts';
import { accountFactors } from './account-factors.ts';
import { doneNotice, hidden } from './fields.ts';
import type { Html } from './html.ts';
import { type AssetUrls, hall, type Insider } from './layout.ts';
import { moment } from './moment.ts';
import { type ProviderLinksView, providerLinks } from './provider-links.ts';
import { roleChips } from './role-chips.ts';

export interface AccountView {
  assets: AssetUrls;
  insider: Insider;
  person: Person;
  /** Id of the session that looks at the page. */
  here: string;
  sessions: readonly (Session & { children: readonly Session[] })[];
  factors: FactorList;
  /** Title of an app by its name. */
  titleOf: (app: string) => string;
  providers: ProviderLinksView;
  done: string | undefined;
}

const children = (session: AccountView['sessions'][number], titleOf: AccountView['titleOf']): Html =>
  session.children.length === 0
    ? html`<p class="muted">No app opened from it.</p>`
    : html`<ul class="children">${session.children.map(
        (child) =>
          html`<li>${titleOf(child.app ?? '')} <span class="muted">last used ${moment(child.lastSeenAt)}</span></li>`,
      )}</ul>`;

const sessionItem = (session: AccountView['sessions'][number], view: AccountView): Html => {
  const isHere = session.id === view.here;
  return html`
<li class="${isHere ? 'here' : ''}">
  <div class="row">
    <h3 id="${session.id}">${session.device} ${isHere ? html`<span class="chip">This browser</span>` : ''}</h3>
    <form method="post" action="/account/sessions/end">
      ${hidden({ form: view.insider.formToken, session: session.id })}
      <button class="quiet${isHere ? '' : ' danger'}" type="submit" aria-describedby="${session.id}">${isHere ? 'Sign out here' : 'End it'}</button>
    </form>
  </div>
  <p class="muted">${session.address} · signed in ${moment(session.createdAt)} · last used ${moment(session.lastSeenAt)} · ends ${moment(session.expiresAt)}</p>
  ${children(session, view.titleOf)}
</li>`;
};

/** Who you are here, how you sign in, and where you are signed in. */
export const accountPage = (view: AccountView): Html =>
  hall({
    title: 'Account',
    assets: view.assets,
    section: 'account',
    insider: view.insider,
    content: html`
<div class="headline"><div><h1>Your account</h1></div></div>
${doneNotice(view.done)}
<section class="card" aria-labelledby="profile">
  <h2 id="profile">Profile</h2>
  <dl class="facts">
    <dt>Name</dt><dd>${view.person.name}</dd>
    <dt>Display name</dt><dd>${view.person.displayName}</dd>
    ${view.person.email ? html`<dt>E-mail</dt><dd>${view.person.email}</dd>` : ''}
    <dt>Roles</dt><dd>${roleChips(view.person.roles)}</dd>
    <dt>Account since</dt><dd>${moment(view.person.createdAt)}</dd>
  </dl>
</section>
${accountFactors(view.factors, view.insider.formToken)}
${providerLinks(view.providers)}
<section aria-labelledby="sessions">
  <div class="headline">
    <div>
      <h2 id="sessions">Where you are signed in</h2>
      <p class="muted">Ending a session closes the apps opened from it at once.</p>
    </div>
    <form method="post" action="/sign-out/everywhere">
      ${hidden({ form: view.insider.formToken })}
      <button class="quiet danger" type="submit">Sign out everywhere</button>
    </form>
  </div>
  <ul class="sessions">${view.sessions.map((session) => sessionItem(session, view))}</ul>
</section>`,
  });
