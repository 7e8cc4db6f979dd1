import type { ClientInfo } from '../../src/identity/index.ts';
import type { Portal } from '../../src/portal/index.ts';
import { PASSWORD, PORTAL } from './open-portal.ts';

const NAVIGATION = {
  accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
  'sec-fetch-site': 'same-origin',
};

/** Header values to send besides; `null` leaves out what a browser would send. */
export type Extra = Readonly<Record<string, string | null>>;

const fromHtml = (text: string): string =>
  text.replace(
    /&(amp|lt|gt|quot|#39);/g,
    (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[name] ?? '',
  );

/** The values that a form of the page would send as it stands, by the form's action. */
export const formOf = (page: string, action: string): Record<string, string> => {
  const form = page.match(/<form[\s\S]*?<\/form>/g)?.find((text) => text.includes(`action="${action}"`));
  const fields: Record<string, string> = {};
  for (const [input] of (form ?? '').matchAll(/<input[\s\S]*?>/g)) {
    const name = /\sname="([^"]*)"/.exec(input)?.[1];
    const off = input.includes('type="checkbox"') && !/\schecked/.test(input);
    if (name !== undefined && !off) fields[name] = fromHtml(/\svalue="([^"]*)"/.exec(input)?.[1] ?? '');
  }
  return fields;
};

/** A browser as far as the portal can tell: keeps cookies, sends Origin and Fetch Metadata, fills in forms. */
export class Visitor {
  readonly cookies = new Map<string, string>();
  readonly portal: Pick<Portal, 'fetch'>;
  readonly client: ClientInfo;

  constructor(portal: Pick<Portal, 'fetch'>, address = '192.0.2.10') {
    this.portal = portal;
    this.client = {
      address,
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    };
  }

  private async send(
    method: string,
    path: string,
    body: string | undefined,
    extra: Extra,
  ): Promise<Response> {
    const headers = new Headers(NAVIGATION);
    if (this.cookies.size > 0) {
      headers.set('cookie', [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    }
    if (body !== undefined) {
      headers.set('origin', PORTAL);
      headers.set('content-type', 'application/x-www-form-urlencoded');
    }
    for (const [name, value] of Object.entries(extra)) {
      if (value === null) headers.delete(name);
      else headers.set(name, value);
    }
    const request = new Request(PORTAL + path, {
      method,
      headers,
      redirect: 'manual',
      ...(body !== undefined && { body }),
    });
    const response = await this.portal.fetch(request, this.client);
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (/max-age=0/i.test(cookie)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }

  get(path: string, extra: Extra = {}): Promise<Response> {
    return this.send('GET', path, undefined, extra);
  }

  request(method: string, path: string, extra: Extra = {}): Promise<Response> {
    return this.send(method, path, undefined, extra);
  }

  post(
    path: string,
    fields: Readonly<Record<string, string>> | string,
    extra: Extra = {},
  ): Promise<Response> {
    const body = typeof fields === 'string' ? fields : new URLSearchParams(fields).toString();
    return this.send('POST', path, body, extra);
  }

  /** Opens a page and sends one of its forms with these values typed in. */
  async fill(
    page: string,
    action: string,
    typed: Readonly<Record<string, string>>,
    extra: Extra = {},
  ): Promise<Response> {
    const shown = await (await this.get(page)).text();
    return this.post(action, { ...formOf(shown, action), ...typed }, extra);
  }

  /** Signs in, expecting to get in. */
  async signIn(name: string, password = PASSWORD): Promise<this> {
    const response = await this.fill('/sign-in', '/sign-in', { name, password });
    if (response.status !== 303) throw new TypeError(`${name} was not signed in: ${response.status}`);
    return this;
  }
}
