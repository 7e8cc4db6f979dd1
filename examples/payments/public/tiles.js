import { byId, element, eurosText } from './format.js';
import { sparkline } from './small-charts.js';

const sum = (bins, value) => bins.reduce((total, bin) => total + value(bin), 0);
const every = (bins, size, value) =>
  Array.from({ length: bins.length / size }, (_, i) => value(bins.slice(i * size, (i + 1) * size)));

const approvalOf = (bins) => {
  const done = sum(bins, ({ approved, declined, review }) => approved + declined + review);
  return done === 0 ? 1 : sum(bins, ({ approved }) => approved) / done;
};

const show = (id, figure, unit, change, values) => {
  const tile = byId(id);
  tile.querySelector('.figure').replaceChildren(figure, ...(unit ? [element('small', {}, unit)] : []));
  tile.querySelector('.trend').replaceChildren(...change);
  sparkline(tile.querySelector('svg'), values);
};

const against = (now, before, moreIsGood) => {
  const part = before === 0 ? 0 : (now - before) / before;
  if (Math.abs(part) < 0.005) return ['as 4 min before'];
  const tone = moreIsGood === undefined ? '' : part > 0 === moreIsGood ? 'up' : 'down';
  const sign = part > 0 ? '+' : '−';
  return [
    element('b', { className: tone }, `${sign}${Math.abs(part * 100).toFixed(0)}%`),
    ' vs 4 min before',
  ];
};

const inPoints = (now, before) => {
  const points = (now - before) * 100;
  if (Math.abs(points) < 0.1) return ['as 4 min before'];
  const [tone, sign] = points > 0 ? ['up', '+'] : ['down', '−'];
  const text = `${sign}${Math.abs(points).toFixed(1)} points`;
  return [element('b', { className: tone }, text), ' vs 4 min before'];
};

/** Four figures: five minutes as a line, the last minute against the four before. */
export const showTiles = (bins, payments) => {
  const [before, last] = [bins.slice(0, -12), bins.slice(-12)];
  const volume = (part) => sum(part, ({ cents }) => cents);
  const count = (part) => sum(part, ({ approved, review, declined }) => approved + review + declined);
  show(
    'tile-volume',
    eurosText(volume(bins)),
    '',
    against(volume(last), volume(before) / 4, true),
    every(bins, 3, volume),
  );
  show('tile-rate', String(count(last)), '', against(count(last), count(before) / 4), every(bins, 3, count));
  show(
    'tile-approval',
    (approvalOf(bins) * 100).toFixed(1),
    '%',
    inPoints(approvalOf(last), approvalOf(before)),
    every(bins, 3, approvalOf),
  );
  const waiting = payments.filter(({ status }) => status === 'review').length;
  const held = payments.filter(({ status }) => status === 'held').length;
  const reviews = every(bins, 3, (part) => sum(part, ({ review }) => review));
  show('tile-review', String(waiting), '', [held === 0 ? 'none held back' : `${held} held back`], reviews);
};
