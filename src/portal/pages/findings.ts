import { html } from 'hono/html';
import type { DeskFinding, DeskProof, DeskShield } from '../finding-desk.ts';
import { hidden } from './fields.ts';
import type { Html } from './html.ts';
import { type AssetUrls, hall, type Insider } from './layout.ts';
import { moment } from './moment.ts';

const SHIELD_CHIPS = { proposed: 'warn', observe: 'warn', block: 'plain', removed: 'bad' } as const;
const SHIELD_WORDS = {
  proposed: 'proposed',
  observe: 'observes',
  block: 'blocks',
  removed: 'removed',
} as const;
const PROOF_CHIPS = { open: 'bad', shielded: 'plain', fixed: 'plain', unproved: 'warn' } as const;

const event = (id: string | null): Html =>
  id === null ? html`` : html`<div class="muted">event <code>${id}</code></div>`;

const action = (formToken: string, shield: DeskShield, to: string, text: string): Html => html`
<form method="post" action="/findings/shields">${hidden({ form: formToken, shield: shield.id, to })}<button class="quiet" type="submit" aria-label="${text}: shield ${shield.id}">${text}</button></form>`;

const shieldCell = (shield: DeskShield, formToken: string): Html => html`
<span class="chip ${SHIELD_CHIPS[shield.state]}">${SHIELD_WORDS[shield.state]}</span>
${shield.retireAt === null || shield.state === 'removed' ? '' : html`<span class="chip warn">removal proposed</span>`}
<div>${shield.why}</div>${event(shield.eventId)}
${
  shield.state === 'removed'
    ? ''
    : html`<div class="actions">
  ${shield.state === 'observe' ? '' : action(formToken, shield, 'observe', 'Observe')}
  ${shield.state === 'block' ? '' : action(formToken, shield, 'block', 'Block')}
  ${shield.state === 'proposed' ? '' : action(formToken, shield, 'removed', 'Remove')}
</div>`
}`;

const proofCell = (proof: DeskProof): Html => html`
<span class="chip ${PROOF_CHIPS[proof.outcome]}">${proof.outcome}</span>
<span class="muted">${moment(proof.at)}</span>
<div>App: ${proof.direct}.</div>${proof.gated === null ? '' : html`<div>Gate: ${proof.gated}.</div>`}
${event(proof.eventId)}`;

const routeOf = ({ finding }: DeskFinding): string => {
  const { source } = finding;
  if (source === undefined) return '';
  const name = source.parameter.name === null ? '' : ` ${source.parameter.name}`;
  return `${source.methods.join(', ') || 'any'} ${source.route ?? '?'}, ${source.parameter.in}${name}`;
};

const row = (line: DeskFinding, formToken: string): Html => {
  const { finding } = line;
  return html`
<tr>
  <th scope="row">${finding.title}
    <span class="muted"><code>${routeOf(line)}</code></span>
    <span class="muted">${finding.place.file}:${finding.place.line}${line.state === 'gone' ? ', gone from the code' : ''}</span>
    ${event(line.eventId)}</th>
  <td data-label="Shield">${
    line.shields.length === 0
      ? html`<span class="muted">${finding.source === undefined ? 'none: no request brings it' : 'none yet'}</span>`
      : line.shields.map((shield) => shieldCell(shield, formToken))
  }</td>
  <td data-label="Proof">${
    line.proofs.length === 0 ? html`<span class="muted">not probed</span>` : line.proofs.map(proofCell)
  }</td>
</tr>`;
};

/** Each finding with the shield made from it and the last proof, on one line. */
export const findingsPage = (view: {
  assets: AssetUrls;
  insider: Insider;
  findings: readonly DeskFinding[];
}): Html =>
  hall({
    title: 'Findings',
    assets: view.assets,
    section: 'findings',
    insider: view.insider,
    content: html`
<div class="headline"><div><h1>Findings</h1>
  <p class="lead">What the scan found, what stands before it, and what the probe saw.</p></div></div>
${
  view.findings.length === 0
    ? html`<p>Nothing was kept yet. Scan the app with <code>gatehouse scan FOLDER --save</code>, then propose shields with <code>gatehouse shield propose</code>.</p>`
    : html`<section aria-label="Findings">
  <table class="table">
    <thead><tr><th scope="col">Finding</th><th scope="col">Shield</th><th scope="col">Proof</th></tr></thead>
    <tbody>${view.findings.map((line) => row(line, view.insider.formToken))}</tbody>
  </table>
  <p class="hint">Each event can be proved against the log: <code>gatehouse audit prove EVENT --output FILE</code>.</p>
</section>`
}`,
  });
