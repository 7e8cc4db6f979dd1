import { byId, timeText } from './format.js';
import { BIN, SPAN } from './window-of-time.js';

const SERIES = [
  ['approved', '--approved'],
  ['review', '--review-fill'],
  ['declined', '--declined-fill'],
];
const [LEFT, BOTTOM, TOP] = [34, 22, 10];

const niceMax = (value) => {
  const step = [1, 2, 4, 6, 8, 10, 12, 16, 20, 30, 40, 60, 80, 100].find((limit) => limit >= value);
  return step ?? Math.ceil(value / 50) * 50;
};

/** A stacked area that moves with the time; the pointer or the arrow keys read a moment. */
export const throughputChart = (time) => {
  const canvas = byId('throughput');
  const tip = byId('throughput-tip');
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  const context = canvas.getContext('2d');
  let colours = {};
  let [bins, ceiling, focus, frozen] = [[], 8, undefined, false];

  const readColours = () => {
    const style = getComputedStyle(document.documentElement);
    colours = Object.fromEntries(
      [...SERIES.map(([, name]) => name), '--muted', '--line', '--edge', '--card'].map((name) => [
        name,
        style.getPropertyValue(name).trim(),
      ]),
    );
  };

  const fit = () => {
    const scale = Math.min(devicePixelRatio || 1, 3);
    canvas.width = Math.round(canvas.clientWidth * scale);
    canvas.height = Math.round(canvas.clientHeight * scale);
    context.setTransform(scale, 0, 0, scale, 0, 0);
  };

  const area = (points, below, colour) => {
    const curve = (line) => {
      for (let i = 1; i < line.length; i++) {
        const [x0, y0] = line[i - 1];
        const [x1, y1] = line[i];
        const middle = (x0 + x1) / 2;
        context.bezierCurveTo(middle, y0, middle, y1, x1, y1);
      }
    };
    context.beginPath();
    context.moveTo(...points[0]);
    curve(points);
    context.lineTo(...below.at(-1));
    curve([...below].reverse());
    context.closePath();
    context.fillStyle = colour;
    context.globalAlpha = 0.82;
    context.fill();
    context.globalAlpha = 1;
  };

  const drawAxes = (width, height, y) => {
    context.font = '11px system-ui, sans-serif';
    context.fillStyle = colours['--muted'];
    context.strokeStyle = colours['--line'];
    context.lineWidth = 1;
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    for (const part of [0, 0.5, 1]) {
      const value = ceiling * part;
      context.beginPath();
      context.moveTo(LEFT, Math.round(y(value)) + 0.5);
      context.lineTo(width, Math.round(y(value)) + 0.5);
      context.stroke();
      context.fillText(value % 1 === 0 ? String(value) : value.toFixed(1), LEFT - 8, y(value));
    }
    context.textBaseline = 'alphabetic';
    const step = width < 420 ? 2 : 1;
    for (let minutes = step === 2 ? 4 : 5; minutes >= 0; minutes -= step) {
      const x = width - ((width - LEFT) * minutes) / 5;
      context.textAlign = minutes === 5 ? 'left' : minutes === 0 ? 'right' : 'center';
      context.fillText(minutes === 0 ? 'now' : `−${minutes} min`, x, height - 4);
    }
  };

  const draw = () => {
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    context.clearRect(0, 0, width, height);
    const y = (value) => height - BOTTOM - (value / ceiling) * (height - BOTTOM - TOP);
    drawAxes(width, height, y);
    if (bins.length < 2) return;
    const drift = frozen || still.matches ? 0 : time.now() - (bins.at(-1).at + BIN);
    const x = (i) => LEFT + ((i - drift / BIN) / (bins.length - 1)) * (width - LEFT);
    context.save();
    context.beginPath();
    context.rect(LEFT, 0, width - LEFT, height - BOTTOM);
    context.clip();
    let below = bins.map((_, i) => [x(i), y(0)]);
    const sums = bins.map(() => 0);
    // The youngest step is drawn on to the right edge, so that the picture does not fray there.
    const reach = (line) => [...line, [width + 4, line.at(-1)[1]]];
    for (const [name, colour] of SERIES) {
      const points = bins.map((bin, i) => {
        sums[i] += (bin[name] * 1_000) / BIN;
        return [x(i), y(sums[i])];
      });
      area(reach(points), reach(below), colours[colour]);
      below = points;
    }
    if (focus !== undefined) {
      context.strokeStyle = colours['--edge'];
      context.beginPath();
      context.moveTo(x(focus), TOP);
      context.lineTo(x(focus), height - BOTTOM);
      context.stroke();
    }
    context.restore();
  };

  const read = (index) => {
    focus = index === undefined ? undefined : Math.max(0, Math.min(bins.length - 1, index));
    const bin = focus === undefined ? undefined : bins[focus];
    tip.hidden = !bin;
    if (!bin) return;
    const rate = (count) => ((count * 1_000) / BIN).toFixed(1);
    tip.textContent = `${timeText(bin.at)}\n${rate(bin.approved)} approved\n${rate(bin.review)} review\n${rate(bin.declined)} declined`;
    const at = LEFT + (focus / (bins.length - 1)) * (canvas.clientWidth - LEFT);
    const room = canvas.clientWidth - tip.offsetWidth;
    tip.style.left = `${Math.min(Math.max(at + 16, 0), room)}px`;
    if (still.matches || frozen) draw();
  };

  canvas.addEventListener('pointermove', ({ offsetX }) => {
    read(Math.round(((offsetX - LEFT) / (canvas.clientWidth - LEFT)) * (bins.length - 1)));
  });
  canvas.addEventListener('pointerleave', () => read(undefined));
  canvas.addEventListener('blur', () => read(undefined));
  canvas.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    read((focus ?? bins.length - 1) + step);
  });
  new ResizeObserver(() => {
    fit();
    draw();
  }).observe(canvas);
  addEventListener('theme', () => {
    readColours();
    draw();
  });

  const frame = () => {
    if (!frozen && !still.matches) draw();
    requestAnimationFrame(frame);
  };
  readColours();
  fit();
  frame();

  return {
    update(next, isFrozen) {
      bins = next;
      frozen = isFrozen;
      const most = Math.max(...bins.map(({ approved, review, declined }) => approved + review + declined));
      ceiling = niceMax((most * 1_000) / BIN);
      if (still.matches || frozen) draw();
    },
    describe() {
      const recent = bins.slice(-12);
      const total = (name) => recent.reduce((sum, bin) => sum + bin[name], 0);
      canvas.setAttribute(
        'aria-label',
        `Throughput over the last ${SPAN / 60_000} minutes. In the last minute ${total('approved')} approved, ` +
          `${total('review')} to review, ${total('declined')} declined. Arrow keys read a moment.`,
      );
    },
  };
};
