import { html } from 'hono/html';
import type { Html } from './html.ts';

/** How hard a password is to guess: 0 (at once) to 4 (not in practice). */
export type StrengthScore = 0 | 1 | 2 | 3 | 4;

const WORDS = ['Very weak', 'Weak', 'Fair', 'Strong', 'Very strong'] as const;

/** The meter under a new password, with what the policy made of the one that was sent. The script keeps it current. */
export const strengthMeter = (score: StrengthScore | undefined): Html => html`
<div class="strength" data-meter${score === undefined ? html` hidden` : ''}>
  <meter min="0" max="4" low="2" high="3" optimum="4" value="${score ?? 0}" aria-label="Strength of the password">${score ?? 0} of 4</meter>
  <p class="muted" aria-live="polite" data-verdict>${score === undefined ? '' : WORDS[score]}</p>
</div>`;
