import { html } from 'hono/html';
import type { Explanation } from '../../access/index.ts';
import type { PortalApp } from '../config.ts';
import type { DeskAnswer, DeskQuestion, DeskRule } from '../desk.ts';
import { field } from './fields.ts';
import type { Html } from './html.ts';
import { type AssetUrls, hall, type Insider } from './layout.ts';

interface Frame {
  assets: AssetUrls;
  insider: Insider;
}

/** The apps, each with the ways to its rules and its guards. */
export const guardedAppsPage = (view: Frame & { apps: readonly PortalApp[] }): Html =>
  hall({
    title: 'Rules and guards',
    assets: view.assets,
    section: 'rules',
    insider: view.insider,
    content: html`
<div class="headline"><div><h1>Rules and guards</h1><p class="lead">Who may do what in each app, and what stands before it.</p></div></div>
<section aria-label="Apps">
  <table class="table">
    <thead><tr><th scope="col">App</th><th scope="col">Rules</th><th scope="col">Guards</th></tr></thead>
    <tbody>${view.apps.map(
      ({ name, title, url }) => html`
<tr>
  <th scope="row">${title}<span class="muted">${url}</span></th>
  <td data-label="Rules"><a href="/rules/${name}">Who may do what</a></td>
  <td data-label="Guards"><a href="/guards/${name}">What is refused</a></td>
</tr>`,
    )}</tbody>
  </table>
</section>`,
  });

const VERDICTS = {
  pass: { word: 'let in', chip: 'plain' },
  ask: { word: 'asked for more', chip: 'warn' },
  refuse: { word: 'refused', chip: 'bad' },
} as const;

const PARTS = {
  'lets-in': 'lets in',
  refuses: 'refuses',
  demands: 'demands',
  silent: 'silent',
} as const;

const line = (number: number | undefined): string => (number === undefined ? '' : `line ${number}`);

const verdict = ({ decision, roles, ignoredRoles, rules, changes }: Explanation): Html => {
  const { word, chip } = VERDICTS[decision.verdict];
  const spoke = rules.filter(({ part }) => part !== 'silent');
  return html`
<section class="card" aria-labelledby="verdict">
  <h2 id="verdict"><span class="chip ${chip}">${word}</span></h2>
  <p>It is decided by <strong>${decision.rule.says}</strong> <span class="muted">${decision.rule.id} ${line(decision.rule.line)}</span></p>
  <p>Roles that count: ${roles.length === 0 ? 'none' : roles.join(', ')}${ignoredRoles.length === 0 ? '' : html`; that do not: ${ignoredRoles.join(', ')}`}</p>
  ${
    spoke.length === 0
      ? ''
      : html`<h3>Rules that spoke</h3><ul>${spoke.map(
          (rule) =>
            html`<li><strong>${PARTS[rule.part]}</strong> ${rule.says} <span class="muted">${line(rule.line)}: ${rule.why}</span></li>`,
        )}</ul>`
  }
  <h3>What would change it</h3>
  <ul>${changes.map((change) => html`<li>${change}</li>`)}</ul>
</section>`;
};

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

const choice = (
  name: string,
  label: string,
  options: readonly (readonly [string, string])[],
  chosen: string,
): Html => html`
<div class="field">
  <label for="${name}">${label}</label>
  <select id="${name}" name="${name}">${options.map(
    ([value, text]) =>
      html`<option value="${value}"${value === chosen ? html` selected` : ''}>${text}</option>`,
  )}</select>
</div>`;

/** The rules of one app and a form that asks what they come to; `answer` once it was sent. */
export const rulesPage = (
  view: Frame & {
    app: PortalApp;
    rules: readonly DeskRule[];
    question: DeskQuestion;
    answer: DeskAnswer | undefined;
  },
): Html =>
  hall({
    title: `Rules of ${view.app.title}`,
    assets: view.assets,
    section: 'rules',
    insider: view.insider,
    content: html`
<div class="headline"><div><h1>Rules of ${view.app.title}</h1><p class="lead">Nothing is let in that no rule lets in; a rule that forbids always wins. They stand in the configuration file.</p></div>
  <a class="button quiet" href="/guards/${view.app.name}">Its guards</a></div>
<form class="card form" method="get" action="/rules/${view.app.name}">
  <h2>Who may do this?</h2>
  ${field({
    name: 'person',
    label: 'Person',
    hint: 'Account name, or anonymous for somebody who is not signed in.',
    value: view.question.person,
    autocomplete: 'off',
    verbatim: true,
    maxLength: 128,
  })}
  ${choice(
    'method',
    'Method',
    METHODS.map((method) => [method, method] as const),
    view.question.method,
  )}
  ${field({
    name: 'url',
    label: 'Address',
    hint: 'At the app, or its path alone.',
    value: view.question.url,
    autocomplete: 'off',
    verbatim: true,
    maxLength: 2_048,
    problem: view.answer !== undefined && 'problem' in view.answer ? view.answer.problem : undefined,
  })}
  ${choice(
    'assurance',
    'Signed in with',
    [
      ['password', 'a password'],
      ['mfa', 'a second factor too'],
    ],
    view.question.assurance,
  )}
  <div class="actions"><button type="submit">Explain</button></div>
</form>
${view.answer !== undefined && 'explanation' in view.answer ? verdict(view.answer.explanation) : ''}
<section aria-labelledby="all-rules">
  <h2 id="all-rules">All rules</h2>
  ${
    view.rules.length === 0
      ? html`<p>There are none: any person with a role is let in.</p>`
      : html`<table class="table">
    <thead><tr><th scope="col">Line</th><th scope="col">Rule</th></tr></thead>
    <tbody>${view.rules.map(
      (rule) =>
        html`<tr><td data-label="Line">${rule.line ?? '–'}</td><td data-label="Rule">${rule.says}</td></tr>`,
    )}</tbody>
  </table>`
  }
</section>`,
  });
