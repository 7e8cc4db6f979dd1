import { byId, element, eurosText } from './format.js';

const KINDS = {
  amount: 'Amount differs',
  currency: 'Currency differs',
  unknown: 'Not in the ledger',
  twice: 'Paid twice',
  missing: 'Not in the statement',
  'not-settled': 'Not ours to settle',
};

const sum = (value, label, tone = '') =>
  element('div', { className: tone }, element('b', {}, value), element('span', {}, label));

const differencesTable = (differences) => {
  const head = element(
    'tr',
    {},
    ...['Difference', 'Payment', 'Line', 'Ledger', 'Statement'].map((name) =>
      element('th', { scope: 'col' }, name),
    ),
  );
  const rows = differences.map(({ kind, id, merchant, line, ledger, statement }) =>
    element(
      'tr',
      {},
      element('td', {}, KINDS[kind]),
      element('td', { title: id }, merchant || id),
      element('td', {}, line === undefined ? '–' : String(line)),
      element('td', {}, ledger || '–'),
      element('td', {}, statement || '–'),
    ),
  );
  return element(
    'div',
    { className: 'differences', tabIndex: 0 },
    element('table', {}, element('thead', {}, head), element('tbody', {}, ...rows)),
  );
};

const outcomeOf = (name, { rows, matched, counts, differenceCents, differences }) => {
  const wrong = Object.entries(counts).filter(([, count]) => count > 0);
  return [
    element(
      'div',
      { className: 'sums' },
      sum(String(rows), `rows in ${name}`),
      sum(String(matched), 'agree', 'fine'),
      ...wrong.map(([kind, count]) => sum(String(count), KINDS[kind].toLowerCase(), 'off')),
      sum(eurosText(differenceCents), 'statement less ledger', differenceCents === 0 ? 'fine' : 'off'),
    ),
    ...(differences.length > 0 ? [differencesTable(differences)] : []),
  ];
};

/** Sends a statement to be compared, and shows what came out. */
export const statementUpload = () => {
  const drop = byId('drop');
  const input = byId('statement');
  const outcome = byId('outcome');

  const send = async (file) => {
    outcome.replaceChildren(element('p', { className: 'faint' }, `Comparing ${file.name}…`));
    try {
      const answer = await fetch('/api/reconcile', {
        method: 'POST',
        headers: { 'content-type': 'text/csv' },
        body: file,
      });
      const body = await answer.json().catch(() => ({}));
      if (!answer.ok) {
        const where = body.line ? ` (line ${body.line})` : '';
        throw new TypeError(`${body.error ?? `the server said ${answer.status}`}${where}`);
      }
      outcome.replaceChildren(...outcomeOf(file.name, body));
    } catch (error) {
      outcome.replaceChildren(
        element('p', { className: 'fault' }, `This file cannot be compared: ${error.message}`),
      );
    }
  };

  input.addEventListener('change', () => {
    if (input.files[0]) send(input.files[0]);
    input.value = '';
  });
  for (const type of ['dragenter', 'dragover']) {
    drop.addEventListener(type, (event) => {
      event.preventDefault();
      drop.classList.add('over');
    });
  }
  drop.addEventListener('dragleave', () => drop.classList.remove('over'));
  drop.addEventListener('drop', (event) => {
    event.preventDefault();
    drop.classList.remove('over');
    const [file] = event.dataTransfer.files;
    if (file) send(file);
  });
};
