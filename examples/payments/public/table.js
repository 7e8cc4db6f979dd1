import { amountText, byId, countryText, element, meter, STATUS_TEXT, timeText } from './format.js';

const MOST_ROWS = 60;

const rowOf = (payment, open) => {
  const { id, at, merchant, trade, buyerCountry, method, tail, amount, currency, risk, status } = payment;
  const cell = (className, ...children) => element('td', { className }, ...children);
  const button = element('button', { type: 'button', className: 'open' }, merchant);
  const row = element(
    'tr',
    {},
    cell('time', timeText(at)),
    cell('merchant', button, element('span', { className: 'trade' }, trade)),
    cell('buyer', countryText(buyerCountry)),
    cell('method', `${method} ·· ${tail}`),
    cell('amount', amountText(amount, currency)),
    cell('risk', meter(risk), String(risk)),
    cell('status', element('span', { className: `chip ${status}` }, STATUS_TEXT[status])),
  );
  row.dataset.id = id;
  row.addEventListener('click', () => {
    button.focus({ preventScroll: true });
    open(id);
  });
  return row;
};

/** The newest payments, or those that match. Rows stand still while somebody points at them or moves with keys. */
export const paymentTable = ({ open }) => {
  const body = byId('rows');
  const scroll = byId('scroll');
  const search = byId('search');
  let [status, latest, asked, touched] = ['', [], 0, false];

  const isFiltered = () => status !== '' || search.value.trim() !== '';
  const isResting = () => touched || body.contains(document.activeElement);

  const render = (payments) => {
    const known = new Map([...body.children].map((row) => [row.dataset.id, row]));
    const rows = payments.slice(0, MOST_ROWS).map((payment) => {
      const old = known.get(payment.id);
      if (old && old.dataset.status === payment.status) return old;
      const row = rowOf(payment, open);
      row.dataset.status = payment.status;
      if (!old && known.size > 0 && !isFiltered()) row.classList.add('new');
      return row;
    });
    // Rows that are put in again lose the focus, even those that stay.
    const focused = document.activeElement?.closest('#rows tr')?.dataset.id;
    body.replaceChildren(...rows);
    if (focused !== undefined)
      rows
        .find(({ dataset }) => dataset.id === focused)
        ?.querySelector('.open')
        .focus();
    byId('empty').hidden = rows.length > 0;
  };

  const shownNote = () => {
    const first = body.firstElementChild?.dataset.id;
    const behind = latest.findIndex(({ id }) => id === first);
    byId('fresh').textContent = !isFiltered() && isResting() && behind > 0 ? `${behind} new` : '';
  };

  const ask = async (isWanted = () => true) => {
    const turn = ++asked;
    const words = new URLSearchParams({ text: search.value, limit: String(MOST_ROWS) });
    if (status !== '') words.set('status', status);
    const answer = await fetch(`/api/payments?${words}`);
    if (!answer.ok || turn !== asked) return;
    const { payments } = await answer.json();
    if (turn === asked && isWanted()) render(payments);
  };

  let timer;
  const refilter = () => {
    clearTimeout(timer);
    if (isFiltered()) timer = setTimeout(() => ask(), 120);
    else {
      asked++;
      render(latest);
    }
  };

  search.addEventListener('input', refilter);
  const choose = (next) => {
    status = next;
    for (const chip of byId('chips').children) {
      chip.setAttribute('aria-pressed', String(chip.dataset.status === next));
    }
    refilter();
  };
  byId('chips').addEventListener('click', ({ target }) => {
    if (target.dataset.status !== undefined) choose(target.dataset.status);
  });
  scroll.addEventListener('pointerenter', ({ pointerType }) => {
    touched = pointerType === 'mouse';
  });
  scroll.addEventListener('pointerleave', () => {
    touched = false;
  });
  body.addEventListener('keydown', (event) => {
    const row = event.target.closest('tr');
    const next = { ArrowDown: row?.nextElementSibling, ArrowUp: row?.previousElementSibling }[event.key];
    if (!next) return;
    event.preventDefault();
    next.querySelector('.open').focus();
  });
  const isMoving = () => isFiltered() && !isResting();
  setInterval(() => isMoving() && ask(isMoving).catch(() => undefined), 2_000);

  return {
    update(payments) {
      latest = payments;
      if (!isFiltered() && !isResting()) render(latest);
      shownNote();
    },
    change(payment) {
      const row = [...body.children].find(({ dataset }) => dataset.id === payment.id);
      if (!row) return;
      const focused = row.contains(document.activeElement);
      const fresh = rowOf(payment, open);
      fresh.dataset.status = payment.status;
      row.replaceWith(fresh);
      if (focused) fresh.querySelector('.open').focus();
    },
    show(words, nextStatus) {
      search.value = words;
      choose(nextStatus);
      byId('payments').scrollIntoView({ behavior: 'smooth' });
    },
    focusSearch: () => search.focus(),
  };
};
