import { amountText, byId, countryText, element, meter, STATUS_TEXT, timeText } from './format.js';

const fact = (name, value) => [element('dt', {}, name), element('dd', {}, value)];

const decide = async (id, decision) => {
  const answer = await fetch(`/api/payments/${id}/decision`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(decision),
  });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new TypeError(body.error ?? `the server said ${answer.status}`);
  return body.payment;
};

const signalList = ({ signals }) =>
  element(
    'ul',
    { className: 'signals' },
    ...signals.map(({ name, points }) =>
      element('li', {}, element('span', {}, name), element('b', {}, `+${points}`), meter(points, 64)),
    ),
  );

/** Everything about one payment, and the button that holds it back. */
export const paymentDrawer = ({ onDecided }) => {
  const dialog = byId('drawer');
  let shown;

  const actions = (payment) => {
    if (payment.status === 'declined') return element('form');
    const held = payment.status === 'held';
    const why = element('input', {
      id: 'why',
      maxLength: 200,
      placeholder: 'Reason, for those who come after you',
    });
    const act = element(
      'button',
      { type: 'submit', className: `act${held ? '' : ' hold'}` },
      held ? 'Release payment' : 'Hold payment',
    );
    const form = element(
      'form',
      {},
      ...(held ? [] : [element('label', { htmlFor: 'why' }, 'Why should it wait?'), why]),
      act,
    );
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      act.disabled = true;
      try {
        const decided = await decide(payment.id, held ? { held: false } : { held: true, why: why.value });
        byId('said').textContent = held ? 'The payment is released.' : 'The payment is held.';
        onDecided(decided);
        render(decided);
      } catch (error) {
        act.disabled = false;
        form.prepend(element('p', { className: 'fault' }, `That did not work: ${error.message}`));
      }
    });
    return form;
  };

  const render = (payment) => {
    shown = payment;
    const close = element('button', { type: 'button', className: 'quiet' }, 'Close');
    close.addEventListener('click', () => dialog.close());
    const chip = element('span', { className: `chip ${payment.status}` }, STATUS_TEXT[payment.status]);
    dialog.replaceChildren(
      element(
        'div',
        { className: 'sheet' },
        element(
          'header',
          {},
          element(
            'div',
            {},
            element('h2', { id: 'drawer-title' }, payment.merchant),
            element('p', { className: 'total' }, amountText(payment.amount, payment.currency)),
            chip,
          ),
          close,
        ),
        element(
          'div',
          { className: 'body' },
          element(
            'dl',
            {},
            ...fact('Payment', payment.id),
            ...fact('Time', `${timeText(payment.at)}, ${new Date(payment.at).toLocaleDateString('en-GB')}`),
            ...fact('Trade', payment.trade),
            ...fact('Buyer in', countryText(payment.buyerCountry)),
            ...fact('Merchant in', countryText(payment.merchantCountry)),
            ...fact('Paid by', `${payment.method} ending in ${payment.tail}`),
            ...(payment.note ? fact('Note', payment.note) : []),
          ),
          element('h3', {}, `Risk ${payment.risk} of 100`),
          signalList(payment),
        ),
        actions(payment),
      ),
    );
  };

  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });

  return {
    open(payment) {
      render(payment);
      if (!dialog.open) dialog.showModal();
    },
    change(payment) {
      const isTyping = dialog.querySelector('#why')?.value;
      if (dialog.open && shown?.id === payment.id && shown.status !== payment.status && !isTyping)
        render(payment);
    },
  };
};
