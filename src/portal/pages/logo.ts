import { html } from 'hono/html';
import type { Html } from './html.ts';

/** The mark: a gatehouse whose way in is barred by a portcullis. Takes the colours of the text around it. */
export const logo = (): Html => html`
<svg class="logo" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">
  <path class="logo-stone" d="M3 30V3h5v4h4V3h8v4h4V3h5v27z"/>
  <path class="logo-way" d="M8 30V19c0-4.2 3-7.2 8-9.6 5 2.4 8 5.4 8 9.6v11z"/>
  <path class="logo-bars" d="M12 11.5v15.3M16 9v18.5M20 11.5v15.3M8 17.5h16M8 22.5h16"/>
</svg>`;
