import { byId, element, eurosText, svg } from './format.js';

const sumBy = (payments, key, value) => {
  const sums = new Map();
  for (const payment of payments) sums.set(key(payment), (sums.get(key(payment)) ?? 0) + value(payment));
  return sums;
};

/** Bars in the order of their length; a bar keeps its element, so that it grows and does not flicker. */
export const currencyChart = () => {
  const box = byId('currency');
  const rows = new Map();
  return (payments) => {
    const approved = payments.filter(({ status }) => status === 'approved');
    const sums = [
      ...sumBy(
        approved,
        ({ currency }) => currency,
        ({ cents }) => cents,
      ),
    ].sort((a, b) => b[1] - a[1]);
    const most = sums[0]?.[1] ?? 1;
    for (const [currency, cents] of sums) {
      if (!rows.has(currency)) {
        rows.set(currency, element('div', {}, element('b', {}, currency), element('i'), element('span')));
      }
      const row = rows.get(currency);
      row.children[1].style.setProperty('--part', String(cents / most));
      row.children[2].textContent = eurosText(cents);
    }
    const wanted = sums.map(([currency]) => rows.get(currency));
    if (wanted.some((row, i) => box.children[i] !== row)) box.replaceChildren(...wanted);
  };
};

const ROUND = 2 * Math.PI * 32;

/** One ring a method: which part of its payments was approved. */
export const methodChart = () => {
  const box = byId('method');
  const dials = new Map();
  const make = (name) => {
    const arc = svg('circle', { class: 'arc', cx: 40, cy: 40, r: 32, transform: 'rotate(-90 40 40)' });
    const text = svg('text', { x: 40, y: 45 });
    const ring = svg('circle', { class: 'ring', cx: 40, cy: 40, r: 32 });
    const dial = element('div', {}, svg('svg', { viewBox: '0 0 80 80' }, ring, arc, text), name);
    return { dial, arc, text };
  };
  return (payments) => {
    const total = sumBy(
      payments,
      ({ method }) => method,
      () => 1,
    );
    const approved = sumBy(
      payments,
      ({ method }) => method,
      ({ status }) => (status === 'approved' ? 1 : 0),
    );
    for (const [name, count] of [...total].sort((a, b) => b[1] - a[1])) {
      if (!dials.has(name)) {
        dials.set(name, make(name));
        box.append(dials.get(name).dial);
      }
      const { dial, arc, text } = dials.get(name);
      const part = approved.get(name) / count;
      arc.setAttribute('stroke-dasharray', `${ROUND * part} ${ROUND}`);
      text.textContent = `${Math.round(part * 100)}%`;
      dial.className = part < 0.75 ? 'poor' : part < 0.88 ? 'low' : '';
    }
  };
};

const STEPS = 25;
const FOOT = 22;

/** How many payments have which risk; roots, so that the few dangerous ones can be seen beside the many. */
export const riskChart = () => {
  const chart = byId('risk');
  const bars = Array.from({ length: STEPS }, (_, i) => {
    const score = (i * 100) / STEPS;
    return svg('rect', { class: score >= 84 ? 'declined' : score >= 60 ? 'review' : 'ok', rx: 3 });
  });
  const axis = svg('line', { class: 'axis', x1: 0 });
  const rules = [
    [60, 'a person looks'],
    [84, 'declined'],
  ].map(([score, label]) => ({
    score,
    line: svg('line', { class: 'rule', y1: 4 }),
    text: svg('text', { y: 14 }, label),
  }));
  const marks = [0, 20, 40, 60, 80, 100].map((score) => ({ score, text: svg('text', {}, String(score)) }));
  chart.append(
    axis,
    ...bars,
    ...rules.flatMap(({ line, text }) => [line, text]),
    ...marks.map(({ text }) => text),
  );

  const set = (target, attributes) => {
    for (const [name, value] of Object.entries(attributes)) target.setAttribute(name, String(value));
  };
  const lay = () => {
    const [width, height] = [chart.clientWidth, chart.clientHeight];
    const base = height - FOOT;
    const place = (score) => 8 + (score / 100) * (width - 16);
    const step = (width - 16) / STEPS;
    for (const [i, bar] of bars.entries()) {
      set(bar, { x: place(0) + i * step + 2, y: 20, width: Math.max(1, step - 4), height: base - 20 });
    }
    set(axis, { x2: width, y1: base, y2: base });
    for (const { score, line, text } of rules) {
      set(line, { x1: place(score), x2: place(score), y2: base });
      text.setAttribute('x', String(place(score) + 6));
    }
    for (const { score, text } of marks) {
      const anchor = score === 0 ? 'start' : score === 100 ? 'end' : 'middle';
      set(text, { x: place(score), y: height - 6, 'text-anchor': anchor });
    }
  };
  new ResizeObserver(lay).observe(chart);
  lay();

  return (payments) => {
    const counts = Array.from({ length: STEPS }, () => 0);
    for (const { risk } of payments) counts[Math.min(STEPS - 1, Math.floor((risk / 100) * STEPS))]++;
    const most = Math.max(1, ...counts);
    for (const [i, count] of counts.entries()) {
      bars[i].style.transform = `scaleY(${Math.sqrt(count / most).toFixed(4)})`;
    }
    const high = payments.filter(({ risk }) => risk >= 60).length;
    const share = payments.length === 0 ? 0 : (high / payments.length) * 100;
    byId('risk-note').textContent = `${high} of ${payments.length} need attention (${share.toFixed(1)}%)`;
    chart.setAttribute(
      'aria-label',
      `Payments by risk score: ${high} of ${payments.length} score 60 or more`,
    );
  };
};

/** A line without axes behind a figure. */
export const sparkline = (chart, values) => {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const points = values.map((value, i) => {
    const x = (i / (values.length - 1)) * 100;
    return `${x.toFixed(2)},${(34 - ((value - low) / (high - low || 1)) * 28).toFixed(2)}`;
  });
  if (chart.children.length === 0) {
    chart.setAttribute('viewBox', '0 0 100 40');
    chart.setAttribute('preserveAspectRatio', 'none');
    chart.append(svg('polygon', { class: 'spark-fill' }), svg('polyline', { class: 'spark' }));
  }
  chart.children[0].setAttribute('points', `0,40 ${points.join(' ')} 100,40`);
  chart.children[1].setAttribute('points', points.join(' '));
};
