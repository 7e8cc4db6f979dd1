import { html } from 'hono/html';
import { create } from 'qrcode';
import type { Html } from './html.ts';

// ISO/IEC 18004, 6.3.8: four modules of quiet zone.
const QUIET = 4;

/** A QR code as one path: nothing inline that the policy of the pages would have to allow. */
export const qrCode = (text: string, label: string): Html => {
  const { size, data } = create(text, { errorCorrectionLevel: 'M' }).modules;
  const dark: string[] = [];
  for (const [i, bit] of data.entries()) {
    if (bit) dark.push(`M${(i % size) + QUIET} ${Math.floor(i / size) + QUIET}h1v1h-1z`);
  }
  const side = size + 2 * QUIET;
  return html`<svg class="qr" viewBox="0 0 ${side} ${side}" role="img" aria-label="${label}" shape-rendering="crispEdges"><rect width="${side}" height="${side}" fill="#fff"/><path fill="#000" d="${dark.join('')}"/></svg>`;
};
