import { html } from 'hono/html';
import type { Html } from './html.ts';

/** What is wrong with a form: a sentence for the whole of it, and one for each field by its name. */
export interface FormProblems {
  summary: string;
  fields?: Readonly<Record<string, string>>;
}

interface Field {
  name: string;
  label: string;
  value?: string | undefined;
  type?: 'text' | 'password' | 'email';
  autocomplete: string;
  hint?: string;
  problem?: string | undefined;
  required?: boolean;
  /** Has the cursor when the page opens; so does a field with a problem. */
  autofocus?: boolean;
  maxLength?: number;
  /** Digits alone: a phone shows its number pad. */
  numeric?: boolean;
  /** Account names are not prose: no capitals and no corrections from a phone's keyboard. */
  verbatim?: boolean;
  /**
   * Shows the strength of what is typed here. `words` do not count, nor do those typed into `fields`; what has fewer
   * characters than `minimum` is weak, whatever it is.
   */
  strengthAgainst?: { words: string; fields?: string; minimum: number };
}

/** A labelled input with its hint and its problem tied to it (WCAG 2.2: 1.3.1, 3.3.1, 3.3.2). Secrets are never echoed. */
export const field = (input: Field): Html => {
  const { name, type = 'text', problem, hint } = input;
  const described = [hint && `${name}-hint`, problem && `${name}-problem`].filter(Boolean).join(' ');
  return html`
<div class="field${problem ? ' wrong' : ''}">
  <label for="${name}">${input.label}</label>
  ${hint ? html`<p class="hint" id="${name}-hint">${hint}</p>` : ''}
  <input id="${name}" name="${name}" type="${type}" autocomplete="${input.autocomplete}" maxlength="${input.maxLength ?? 256}"
    ${type === 'password' ? '' : html`value="${input.value ?? ''}"`}
    ${input.numeric ? html`inputmode="numeric"` : ''}
    ${input.verbatim ? html`autocapitalize="none" autocorrect="off" spellcheck="false"` : ''}
    ${input.strengthAgainst === undefined ? '' : html`data-strength-words="${input.strengthAgainst.words}" data-strength-fields="${input.strengthAgainst.fields ?? ''}" data-strength-minimum="${input.strengthAgainst.minimum}"`}
    ${described ? html`aria-describedby="${described}"` : ''}
    ${problem ? html`aria-invalid="true"` : ''}
    ${input.required === false ? '' : html`required`}
    ${input.autofocus || problem ? html`autofocus` : ''}>
  ${problem ? html`<p class="problem" id="${name}-problem">${problem}</p>` : ''}
</div>`;
};

/** The sentence on top of a form that came back; read out at once by a screen reader. */
export const problemSummary = (problems: FormProblems | undefined): Html =>
  problems === undefined
    ? html``
    : html`<div class="notice bad" role="alert"><p>${problems.summary}</p></div>`;

/** A sentence that says that something worked. */
export const doneNotice = (text: string | undefined): Html =>
  text === undefined ? html`` : html`<div class="notice good" role="status"><p>${text}</p></div>`;

/** The values that a form carries along unseen. */
export const hidden = (values: Readonly<Record<string, string | undefined>>): Html =>
  html`${Object.entries(values).map(([name, value]) =>
    value === undefined ? '' : html`<input type="hidden" name="${name}" value="${value}">`,
  )}`;
