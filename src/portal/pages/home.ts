import { html } from 'hono/html';
import { type AppView, appDoor, hostOf } from './app-door.ts';
import { doneNotice } from './fields.ts';
import type { Html } from './html.ts';
import { type AssetUrls, hall, type Insider } from './layout.ts';
import { moment } from './moment.ts';

/** The front page of somebody inside: the apps that they may open. */
export const homePage = (view: {
  assets: AssetUrls;
  insider: Insider;
  apps: readonly AppView[];
  done: string | undefined;
  /** When a second factor will be demanded of this person, who has none (milliseconds since the epoch). */
  factorFrom: number | undefined;
}): Html =>
  hall({
    title: 'Apps',
    assets: view.assets,
    section: 'apps',
    insider: view.insider,
    banner: true,
    content: html`
<div class="headline"><div>
  <h1>Welcome, ${view.insider.displayName}</h1>
  <p class="lead">${
    view.apps.length === 0
      ? 'No app is open to you yet. An administrator can give you a role.'
      : 'The gate is up. These apps are open to you.'
  }</p>
</div></div>
${doneNotice(view.done)}
${
  view.factorFrom === undefined
    ? ''
    : html`<div class="notice" role="status"><p>From ${moment(view.factorFrom)} on your roles need a second factor. <a href="/second-factor">Add one now</a>.</p></div>`
}
${
  view.apps.length === 0
    ? ''
    : html`<ul class="apps">${view.apps.map(
        (app) =>
          html`<li><a href="${app.url}/">${appDoor(app)}<span><span class="title">${app.title}</span><span class="muted">${hostOf(app)}</span></span></a></li>`,
      )}</ul>`
}`,
  });
