import { GatehouseError } from '../core/index.ts';
import { openEndpoint, type Reply } from './endpoint.ts';

export interface SignInOptions {
  /** Address of the app at the gate. */
  url: string;
  name: string;
  password: string;
  ca: string | undefined;
  hosts: readonly string[];
}

const MOST_STEPS = 12;
const FIELD = /<input type="hidden" name="([^"]{1,100})" value="([^"]{0,8192})"/g;

const plain = (text: string): string =>
  text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&amp;', '&');

/** The hidden fields of the form that asks for the password. */
const passwordForm = (page: string): [string, string][] | undefined => {
  const form = page.split('<form').find((part) => part.includes('name="password"'));
  if (form === undefined) return undefined;
  const own = form.slice(0, form.includes('</form>') ? form.indexOf('</form>') : undefined);
  return [...own.matchAll(FIELD)].map((match) => [match[1] ?? '', plain(match[2] ?? '')]);
};

/**
 * Signs a person in at the portal as a browser would and comes back with the session at the app, as a Cookie header.
 * @throws {GatehouseError} `probe-sign-in` when it does not lead back to the app: a second factor is asked for, or the
 * password is wrong.
 */
export const signIn = async ({ url, name, password, ca, hosts }: SignInOptions): Promise<string> => {
  const jars = new Map<string, Map<string, string>>();
  const go = async (at: URL, body?: string): Promise<Reply> => {
    const jar = jars.get(at.host) ?? new Map<string, string>();
    const cookie = [...jar].map((pair) => pair.join('=')).join('; ');
    const endpoint = openEndpoint({ url: at.href, ca, hosts, ...(cookie !== '' && { cookie }) });
    const reply = await endpoint.send({
      method: body === undefined ? 'GET' : 'POST',
      target: at.pathname + at.search,
      headers: {
        accept: 'text/html',
        'sec-fetch-mode': 'navigate',
        ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      body,
    });
    for (const line of [reply.headers['set-cookie'] ?? []].flat()) {
      const [pair = ''] = line.split(';');
      const equals = pair.indexOf('=');
      if (/;\s*max-age=0/i.test(line)) jar.delete(pair.slice(0, equals));
      else jar.set(pair.slice(0, equals), pair.slice(equals + 1));
    }
    jars.set(at.host, jar);
    return reply;
  };
  const app = new URL(url);
  let at = app;
  let reply = await go(at);
  let typed = false;
  for (let step = 0; step < MOST_STEPS; step++) {
    const { location } = reply.headers;
    if (typeof location === 'string' && URL.canParse(location, at)) {
      at = new URL(location, at);
      reply = await go(at);
      continue;
    }
    const fields = passwordForm(reply.body);
    if (fields === undefined || typed) break;
    typed = true;
    const body = new URLSearchParams([...fields, ['name', name], ['password', password]]).toString();
    at = new URL('/sign-in', at);
    reply = await go(at, body);
  }
  const cookies = [...(jars.get(app.host) ?? [])].map((pair) => pair.join('=')).join('; ');
  if (at.host === app.host && typed && cookies !== '') return cookies;
  throw new GatehouseError('probe-sign-in', `${name} could not be signed in at ${at.origin}`, {
    remedy: 'Check name and password; an account with a second factor needs --cookie with a session instead.',
  });
};
