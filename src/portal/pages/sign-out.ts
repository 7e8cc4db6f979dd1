import { html } from 'hono/html';
import { hidden } from './fields.ts';
import type { Html } from './html.ts';
import { type AssetUrls, hall, type Insider } from './layout.ts';

/** Asks before signing out, for whoever opens the address by hand. */
export const signOutPage = (view: { assets: AssetUrls; insider: Insider }): Html =>
  hall({
    title: 'Sign out',
    assets: view.assets,
    section: 'account',
    insider: view.insider,
    narrow: true,
    content: html`
<div class="headline"><div>
  <h1>Sign out?</h1>
  <p class="lead">You leave the portal and every app that you opened in this browser.</p>
</div></div>
<form method="post" action="/sign-out">
  ${hidden({ form: view.insider.formToken })}
  <div class="actions"><button type="submit">Sign out here</button><a href="/">Stay</a></div>
</form>`,
  });
