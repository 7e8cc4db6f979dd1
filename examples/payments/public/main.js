import { paymentDrawer } from './drawer.js';
import { byId } from './format.js';
import { follow } from './live.js';
import { currencyChart, methodChart, riskChart } from './small-charts.js';
import { statementUpload } from './statement.js';
import { paymentTable } from './table.js';
import { throughputChart } from './throughput.js';
import { showTiles } from './tiles.js';
import { WindowOfTime } from './window-of-time.js';

const time = new WindowOfTime();
const throughput = throughputChart(time);
const currency = currencyChart();
const method = methodChart();
const risk = riskChart();
const drawer = paymentDrawer({ onDecided: (payment) => changed(payment) });
const table = paymentTable({
  open: async (id) => {
    const known = time.payments.find((payment) => payment.id === id);
    if (known) {
      drawer.open(known);
      return;
    }
    const answer = await fetch(`/api/payments?text=${encodeURIComponent(id)}&limit=1`);
    const [payment] = (await answer.json()).payments;
    if (payment) drawer.open(payment);
  },
});
statementUpload();

const changed = (payment) => {
  time.change(payment);
  table.change(payment);
  drawer.change(payment);
};

let [paused, state] = [false, 'waiting'];
const STATES = {
  waiting: 'Connecting',
  live: 'Live',
  lost: 'Connection lost, trying again',
  ended: 'Signed out',
  paused: 'Paused',
};
const showState = () => {
  const shown = paused && state === 'live' ? 'paused' : state;
  byId('pulse').dataset.state = shown === 'ended' ? 'lost' : shown;
  byId('pulse').lastElementChild.textContent = STATES[shown];
  if (shown === 'ended') location.reload();
};

/** Many risky payments at one shop within half a minute: somebody tries out stolen cards. */
const showAlarm = () => {
  const since = time.now() - 30_000;
  const counts = new Map();
  for (const { at, risk: score, merchant } of time.payments) {
    if (at >= since && score >= 60) counts.set(merchant, (counts.get(merchant) ?? 0) + 1);
  }
  const [merchant, count] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? ['', 0];
  if (count >= 12 && byId('alarm').hidden) byId('said').textContent = `Card testing at ${merchant}.`;
  byId('alarm').hidden = count < 12;
  byId('alarm-title').textContent = `Card testing at ${merchant}.`;
  byId('alarm-text').textContent = `${count} risky payments in half a minute, most from one network.`;
  byId('alarm-show').onclick = () => table.show(merchant, '');
};

const showAll = () => {
  const bins = time.bins();
  const since = bins[0].at;
  const recent = time.payments.filter(({ at }) => at >= since);
  throughput.update(bins, paused);
  showTiles(bins, recent);
  currency(recent);
  method(recent);
  risk(recent);
  table.update([...time.payments].sort((a, b) => b.at - a.at).slice(0, 200));
  showAlarm();
};

follow({
  onState: (next) => {
    state = next;
    showState();
  },
  onMessage: (message) => {
    if (message.type === 'hello') time.restart(message.now, message.payments);
    else if (message.type === 'payments') time.add(message.now, message.payments);
    else if (message.type === 'changed') changed(message.payment);
    if (!paused && !document.hidden) showAll();
  },
});
setInterval(() => throughput.describe(), 10_000);
document.addEventListener('visibilitychange', () => !document.hidden && !paused && showAll());

const pause = byId('pause');
const togglePause = () => {
  paused = !paused;
  pause.setAttribute('aria-pressed', String(paused));
  pause.textContent = paused ? 'Resume' : 'Pause';
  showState();
  showAll();
};
pause.addEventListener('click', togglePause);
addEventListener('keydown', (event) => {
  const typing = event.target instanceof Element && event.target.closest('input, select, textarea');
  if (typing || event.ctrlKey || event.metaKey || event.altKey || byId('drawer').open) return;
  if (event.key === '/') {
    event.preventDefault();
    table.focusSearch();
  } else if (event.key === 'p') togglePause();
});

const { viewer } = await (await fetch('/api/viewer')).json();
byId('open-door').hidden = viewer !== null;
if (viewer) {
  byId('viewer').hidden = false;
  byId('face').textContent = viewer.name.slice(0, 1).toUpperCase();
  byId('name').textContent = viewer.name;
  byId('roles').textContent = viewer.roles.join(', ');
}
