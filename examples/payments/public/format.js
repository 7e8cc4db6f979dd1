const DIGITS = { JPY: 0 };
const money = new Map();

const moneyFormat = (currency, digits) => {
  const key = `${currency}${digits}`;
  if (!money.has(key)) {
    money.set(
      key,
      new Intl.NumberFormat('en', {
        style: 'currency',
        currency,
        currencyDisplay: 'narrowSymbol',
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }),
    );
  }
  return money.get(key);
};

/** An amount in the smallest unit of its currency. */
export const amountText = (amount, currency) => {
  const digits = DIGITS[currency] ?? 2;
  return moneyFormat(currency, digits).format(amount / 10 ** digits);
};

/** Euro cents, rounded to what can be read at a glance. */
export const eurosText = (cents) => {
  const euros = cents / 100;
  if (Math.abs(euros) >= 1_000_000) return `€${(euros / 1_000_000).toFixed(2)}M`;
  if (Math.abs(euros) >= 10_000) return `€${(euros / 1_000).toFixed(1)}k`;
  return moneyFormat('EUR', 0).format(euros);
};

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
export const timeText = (at) => clock.format(at);

const countries = new Intl.DisplayNames(['en'], { type: 'region' });
export const countryText = (code) => countries.of(code) ?? code;

export const STATUS_TEXT = { approved: 'Approved', declined: 'Declined', review: 'Review', held: 'Held' };

/** The element, with its properties set and its children inside. Text is text: nothing is ever parsed as markup. */
export const element = (name, properties = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in made && key !== 'role') made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
};

export const svg = (name, attributes = {}, ...children) => {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};

export const byId = (id) => document.getElementById(id);

/** A bar that says how much of a hundred; its colour says how bad. */
export const meter = (value, max = 100) => {
  const bar = element('span', { className: `meter${value >= 85 ? ' high' : value >= 60 ? ' mid' : ''}` });
  bar.style.setProperty('--part', String(Math.min(1, value / max)));
  return bar;
};
