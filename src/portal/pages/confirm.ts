import { html } from 'hono/html';
import { hidden } from './fields.ts';
import type { Html } from './html.ts';
import { type AssetUrls, hall, type Insider, type Section } from './layout.ts';

export interface ConfirmView {
  assets: AssetUrls;
  insider: Insider;
  /** Default: people. */
  section?: Section;
  /** Values that the form carries along. */
  carried?: Readonly<Record<string, string>>;
  title: string;
  /** What will happen. */
  text: string;
  /** Address that the form is sent to. */
  action: string;
  button: string;
  /** Where to go instead. */
  back: string;
}

/** Asks once more before an act that takes something away. */
export const confirmPage = (view: ConfirmView): Html =>
  hall({
    title: view.title,
    assets: view.assets,
    section: view.section ?? 'people',
    insider: view.insider,
    narrow: true,
    content: html`
<div class="headline"><div><h1>${view.title}</h1><p class="lead">${view.text}</p></div></div>
<form method="post" action="${view.action}">
  ${hidden({ ...view.carried, form: view.insider.formToken })}
  <div class="actions"><button class="danger" type="submit">${view.button}</button><a href="${view.back}">Leave it as it is</a></div>
</form>`,
  });
