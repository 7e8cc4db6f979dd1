import { html } from 'hono/html';
import type { PortalApp } from '../config.ts';
import type { DeskGuard, DeskPolicy, DeskProposal, DeskRefusal } from '../desk.ts';
import { hidden } from './fields.ts';
import type { Html } from './html.ts';
import { type AssetUrls, hall, type Insider } from './layout.ts';
import { moment } from './moment.ts';

const MODES = {
  block: html`<span class="chip plain">blocks</span>`,
  observe: html`<span class="chip warn">observes</span>`,
  off: html`<span class="muted">off</span>`,
} as const;

const guardRow = ({ name, says, mode, refused }: DeskGuard): Html => html`
<tr>
  <th scope="row">${name}<span class="muted">${says}</span></th>
  <td data-label="Mode">${MODES[mode]}</td>
  <td data-label="Last day">${refused === 0 ? html`<span class="muted">nothing</span>` : `${refused} refused`}</td>
</tr>`;

const refusalRow = ({ time, guard, reason, method, path, who, incident }: DeskRefusal): Html => html`
<tr>
  <td data-label="When">${moment(time)}</td>
  <td data-label="Guard">${guard}<span class="muted"> ${reason}</span></td>
  <td data-label="Request"><code>${method} ${path}</code></td>
  <td data-label="Who">${who ?? html`<span class="muted">not signed in</span>`}</td>
  <td data-label="Incident">${incident === undefined ? '' : html`<code>${incident}</code>`}</td>
</tr>`;

const proposal = ({ id, directive, source, count, people, page, caution }: DeskProposal): Html => html`
<label class="choice"><input type="checkbox" name="source" value="${id}">
  <span><code>${directive} ${source}</code>
  <span class="muted">told ${count} times by ${people === 1 ? '1 person' : `${people} people`}, on ${page}${caution === undefined ? '' : html`. Beware: ${caution}`}</span></span></label>`;

const policySection = (app: PortalApp, formToken: string, policy: DeskPolicy): Html => html`
<section aria-labelledby="policy">
  <h2 id="policy">Content security policy</h2>
  ${
    policy.text === undefined
      ? html`<p>It is off for this app.</p>`
      : html`<p>${policy.mode === 'block' ? 'Browsers refuse what it does not name.' : 'Browsers report what it does not name, and refuse nothing.'}</p>
  <pre class="yaml" tabindex="0" aria-label="The policy as it is sent">${policy.text.replaceAll('; ', ';\n')}</pre>`
  }
  ${
    policy.proposals.length === 0
      ? html`<p class="muted">Nobody's browser has told of anything that could be let through.</p>`
      : html`<form class="card form" method="post" action="/guards/${app.name}/policy">
    ${hidden({ form: formToken })}
    <fieldset><legend>What people's browsers missed</legend>${policy.proposals.map(proposal)}</fieldset>
    <p class="hint">A report is a claim of a browser. Choose only what you know; the lines for the file come next, and nothing changes before you write them there.</p>
    <div class="actions"><button type="submit">Make the lines</button></div>
  </form>`
  }
  ${
    policy.advice.length === 0
      ? ''
      : html`<h3>Better not let through</h3><ul>${policy.advice.map(
          ({ what, advice }) => html`<li><code>${what}</code>: ${advice}</li>`,
        )}</ul>`
  }
</section>`;

/** What stands before one app, what it refused lately, and what its policy could be widened by. */
export const guardsPage = (view: {
  assets: AssetUrls;
  insider: Insider;
  app: PortalApp;
  guards: readonly DeskGuard[];
  lately: readonly DeskRefusal[];
  policy: DeskPolicy;
}): Html =>
  hall({
    title: `Guards of ${view.app.title}`,
    assets: view.assets,
    section: 'rules',
    insider: view.insider,
    content: html`
<div class="headline"><div><h1>Guards of ${view.app.title}</h1><p class="lead">In the order in which a request meets them.</p></div>
  <a class="button quiet" href="/rules/${view.app.name}">Its rules</a></div>
<section aria-label="Guards">
  <table class="table">
    <thead><tr><th scope="col">Guard</th><th scope="col">Mode</th><th scope="col">Last day</th></tr></thead>
    <tbody>${view.guards.map(guardRow)}</tbody>
  </table>
</section>
<section aria-labelledby="lately">
  <h2 id="lately">Refused lately</h2>
  ${
    view.lately.length === 0
      ? html`<p class="muted">Nothing in the last day.</p>`
      : html`<table class="table">
    <thead><tr><th scope="col">When</th><th scope="col">Guard</th><th scope="col">Request</th><th scope="col">Who</th><th scope="col">Incident</th></tr></thead>
    <tbody>${view.lately.map(refusalRow)}</tbody>
  </table>`
  }
</section>
${policySection(view.app, view.insider.formToken, view.policy)}`,
  });

/** The lines that approve what was chosen. */
export const approvedPolicyPage = (view: {
  assets: AssetUrls;
  insider: Insider;
  app: PortalApp;
  yaml: string;
}): Html =>
  hall({
    title: `Policy of ${view.app.title}`,
    assets: view.assets,
    section: 'rules',
    insider: view.insider,
    narrow: true,
    content: html`
<div class="headline"><div><h1>Lines for the file</h1><p class="lead">Write them into gatehouse.yaml. The gate takes them over when it is saved.</p></div></div>
<section class="card" aria-label="Lines">
  <pre class="yaml" tabindex="0">${view.yaml}</pre>
  <div class="actions"><a class="button quiet" href="/guards/${view.app.name}">Back</a></div>
</section>`,
  });
