import { html } from 'hono/html';
import type { Html } from './html.ts';

export interface RoleChoice {
  name: string;
  /** A word about it: what it is for, or that it manages the gate. */
  says: string;
  chosen: boolean;
  /** The last day of the role, where it is for a limited time; asked for where the key is there. */
  until?: string | undefined;
}

const box = ({ name, says, chosen }: RoleChoice): Html =>
  html`<label class="choice"><input type="checkbox" name="role" value="${name}"${chosen ? html` checked` : ''}> ${name}<span class="muted">${says}</span></label>`;

const boxWithEnd = (choice: RoleChoice, problem: string | undefined): Html => html`
<div class="limited">${box(choice)}<label class="until"><span aria-hidden="true">until</span><input type="date" autocomplete="off" name="until-${choice.name}" value="${choice.until ?? ''}" aria-label="${choice.name} until, last day"${problem ? html` aria-describedby="role-problem"` : ''}></label></div>`;

/** Check boxes for the roles of the configuration, where it is asked for with the day on which each ends. */
export const roleChoices = (choices: readonly RoleChoice[], problem?: string): Html => html`
<fieldset${problem ? html` aria-describedby="role-problem"` : ''}>
  <legend>Roles</legend>
  ${choices.map((choice) => ('until' in choice ? boxWithEnd(choice, problem) : box(choice)))}
  ${problem ? html`<p class="problem" id="role-problem">${problem}</p>` : ''}
</fieldset>`;
