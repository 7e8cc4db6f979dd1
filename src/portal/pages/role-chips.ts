import { html } from 'hono/html';
import type { Html } from './html.ts';

/** Roles as a list; says so where there is none. */
export const roleChips = (roles: readonly string[]): Html =>
  roles.length === 0
    ? html`<span class="muted">none</span>`
    : html`<ul class="chips">${roles.map((role) => html`<li class="chip">${role}</li>`)}</ul>`;
