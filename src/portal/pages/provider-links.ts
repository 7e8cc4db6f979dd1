import { html } from 'hono/html';
import type { ProviderLink } from '../../identity/index.ts';
import type { Html } from './html.ts';
import { moment } from './moment.ts';

export interface ProviderLinksView {
  links: readonly ProviderLink[];
  offered: readonly { name: string; title: string }[];
}

const linked = (link: ProviderLink): Html => html`
<li class="row">
  <div><span id="${link.id}">${link.title}: ${link.account}</span>
  <p class="muted">Linked ${moment(link.createdAt)}${link.lastUsedAt === undefined ? '' : html` · last used ${moment(link.lastUsedAt)}`}</p></div>
  <a class="button quiet danger" href="/account/links/${link.id}/unlink" aria-describedby="${link.id}">Unlink…</a>
</li>`;

/** The accounts at providers that lead into one's own, and those that could; nothing where there are no providers. */
export const providerLinks = ({ links, offered }: ProviderLinksView): Html => {
  if (links.length === 0 && offered.length === 0) return html``;
  const open = offered.filter(({ name }) => !links.some(({ provider }) => provider === name));
  return html`
<section class="card" aria-labelledby="providers">
  <h2 id="providers">Accounts elsewhere</h2>
  <p class="muted">You can sign in here with these as well.</p>
  <ul class="factors">
    ${links.map(linked)}
    ${open.map(
      ({ name, title }) =>
        html`<li class="row"><span>${title}</span><a class="button quiet" href="/account/providers/${name}/link">Link ${title}…</a></li>`,
    )}
  </ul>
</section>`;
};
