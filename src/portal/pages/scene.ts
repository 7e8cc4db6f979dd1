import { html } from 'hono/html';
import type { Html } from './html.ts';

/** How far the portcullis is up: a visitor before the gate, somebody inside, somebody turned away. */
export type Portcullis = 'lowered' | 'half' | 'raised';

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

// A wall's top edge from x to x + width: merlons of 24 with gaps of 16, 22 high.
const battlements = (x: number, y: number, width: number): string => {
  const step = 40;
  const count = Math.floor((width + 16) / step);
  const start = x + (width - (count * step - 16)) / 2;
  return range(count)
    .map((index) => `M${start + index * step} ${y}v-22h24v22z`)
    .join('');
};

// Courses of stone, a few only, so that the wall reads as one without becoming wallpaper.
const STONES = [
  [138, 420, 34],
  [196, 436, 26],
  [150, 492, 30],
  [206, 560, 34],
  [140, 610, 28],
  [168, 690, 36],
  [212, 742, 30],
  [146, 798, 30],
  [468, 404, 28],
  [536, 448, 34],
  [482, 512, 32],
  [546, 590, 26],
  [474, 640, 34],
  [530, 706, 32],
  [548, 780, 26],
  [486, 826, 34],
  [300, 486, 26],
  [352, 470, 32],
  [402, 500, 28],
] as const;

// The land goes on to both sides of the picture (0 to 720), for panels that are wider than high.
const STARS = [
  [64, 92, 1.6],
  [132, 208, 1.2],
  [206, 60, 1.4],
  [288, 150, 1.8],
  [352, 84, 1.1],
  [418, 236, 1.3],
  [470, 70, 1.6],
  [640, 236, 1.4],
  [676, 84, 1.2],
  [40, 316, 1.1],
  [328, 292, 1.2],
  [664, 360, 1.5],
  [90, 410, 1],
  [-70, 380, 1.4],
  [-150, 180, 1.7],
  [-240, 330, 1.2],
  [-330, 120, 1.5],
  [-420, 400, 1.3],
  [-520, 260, 1.6],
  [-640, 380, 1.2],
  [-760, 300, 1.5],
  [790, 300, 1.4],
  [860, 140, 1.2],
  [930, 390, 1.6],
  [1020, 250, 1.3],
  [1110, 340, 1.7],
  [1230, 160, 1.2],
  [1320, 400, 1.5],
  [1440, 290, 1.3],
] as const;

const ARCH = 'M292 900V648C292 596 318 556 360 528C402 556 428 596 428 648V900Z';

const SLITS = [
  [189, 470],
  [189, 620],
  [519, 470],
  [519, 620],
] as const;

/** The gatehouse at dusk that stands beside the forms; decoration only, drawn with the colours of the style sheet. */
export const scene = (portcullis: Portcullis): Html => html`
<div class="scene" aria-hidden="true">
<svg viewBox="0 0 720 900" preserveAspectRatio="xMidYMax meet" focusable="false">
  <defs>
    <radialGradient id="lamp" cx="50%" cy="78%" r="70%">
      <stop class="lamp-near" offset="0"/><stop class="lamp-far" offset="1"/>
    </radialGradient>
    <linearGradient id="spill" x1="0" y1="0" x2="0" y2="1">
      <stop class="spill-near" offset="0"/><stop class="spill-far" offset="1"/>
    </linearGradient>
    <clipPath id="arch"><path d="${ARCH}"/></clipPath>
  </defs>
  <g class="stars">${STARS.map(([x, y, r]) => html`<circle cx="${x}" cy="${y}" r="${r}"/>`)}</g>
  <g class="moon"><circle class="moon-halo" cx="566" cy="156" r="76"/><circle class="moon-disc" cx="566" cy="156" r="38"/></g>
  <path class="hill-far" d="M-2400 620C-1800 500 -1500 600 -1100 540C-700 480 -420 640 0 610C120 540 220 570 330 548C470 520 590 566 720 520C900 470 1080 590 1320 560C1700 510 2200 600 3120 540V900H-2400Z"/>
  <path class="hill-near" d="M-2400 700C-1700 620 -1200 720 -800 660C-500 620 -240 720 0 700C140 650 250 668 380 650C520 632 620 668 720 640C1000 600 1200 700 1500 670C2000 620 2500 690 3120 650V900H-2400Z"/>
  <path class="wall-far" d="M-2400 640H3120V900H-2400Z${battlements(-2400, 641, 5520)}"/>
  <g class="flag"><path class="pole" d="M195 346V250"/><path class="cloth" d="M195 252C216 246 232 262 258 254C250 264 250 276 258 288C232 294 216 278 195 284Z"/></g>
  <path class="tower" d="M128 380H262V900H128Z M118 346H272V380H118Z${battlements(118, 347, 154)}"/>
  <path class="tower" d="M458 380H592V900H458Z M448 346H602V380H448Z${battlements(448, 347, 154)}"/>
  <path class="wall" d="M262 456H458V900H262Z${battlements(262, 457, 196)}"/>
  <path class="shade" d="M118 380H272V388H118Z M448 380H602V388H448Z M250 388H262V900H250Z M580 388H592V900H580Z"/>
  <g class="stones">${STONES.map(([x, y, width]) => html`<path d="M${x} ${y}h${width}v11h-${width}z"/>`)}</g>
  <g class="slits">${SLITS.map(([x, y]) => html`<path d="M${x} ${y}v44h12v-44a6 6 0 0 0 -12 0z"/>`)}</g>
  <path class="quoin" d="M280 900V646C280 588 310 544 360 512C410 544 440 588 440 646V900H428V648C428 596 402 556 360 528C318 556 292 596 292 648V900Z"/>
  <g clip-path="url(#arch)">
    <path class="passage" d="${ARCH}"/>
    <path fill="url(#lamp)" d="${ARCH}"/>
    <g class="bars bars-${portcullis}">
      ${range(7).map((index) => html`<path d="M${297 + index * 21} 460V872l-4 0l4 16l4 -16l-4 0"/>`)}
      ${range(13).map((index) => html`<path d="M284 ${500 + index * 30}H436"/>`)}
    </g>
  </g>
  <path class="ground" d="M-2400 884H0C180 872 300 876 360 876C420 876 560 872 720 884H3120V900H-2400Z"/>
  <path fill="url(#spill)" d="M292 877C330 875 390 875 428 877L476 900H244Z"/>
</svg>
</div>`;
