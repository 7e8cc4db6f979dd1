import { html } from 'hono/html';
import type { Html } from './html.ts';

export interface RoleChoice {
  name: string;
  /** A word about it: what it is for, or that it manages the gate. */
  says: string;
  chosen: boolean;
}

/** Check boxes for the roles of the configuration. */
export const roleChoices = (choices: readonly RoleChoice[], problem?: string): Html => html`
<fieldset${problem ? html` aria-describedby="role-problem"` : ''}>
  <legend>Roles</legend>
  ${choices.map(
    ({ name, says, chosen }) =>
      html`<label class="choice"><input type="checkbox" name="role" value="${name}"${chosen ? html` checked` : ''}> ${name}<span class="muted">${says}</span></label>`,
  )}
  ${problem ? html`<p class="problem" id="role-problem">${problem}</p>` : ''}
</fieldset>`;
