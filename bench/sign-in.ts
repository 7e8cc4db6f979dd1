import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';
import { BenchFault } from './child.ts';

const MOST_STEPS = 12;

const decoded = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39|#x2F);/g, (_, name: string) => {
    const marks: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x2F': '/' };
    return marks[name] ?? '';
  });

const attribute = (tag: string, name: string): string | undefined => {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  return value === undefined ? undefined : decoded(value);
};

/** The form with a password on a page, filled in; undefined when the page has none. */
const fillIn = (
  page: string,
  at: URL,
  values: Readonly<Record<string, string>>,
): { to: URL; body: URLSearchParams } | undefined => {
  const form = page
    .split(/(?=<form)/)
    .find((part) => part.startsWith('<form') && part.includes('type="password"'));
  if (form === undefined) return undefined;
  const body = new URLSearchParams();
  for (const [tag] of form.slice(0, form.indexOf('</form>')).matchAll(/<input[^>]*>/g)) {
    const [name, type] = [attribute(tag, 'name'), attribute(tag, 'type')];
    if (name === undefined || type === 'checkbox') continue;
    const kind = type === 'password' ? 'password' : 'name';
    body.set(name, type === 'hidden' ? (attribute(tag, 'value') ?? '') : (values[kind] ?? ''));
  }
  return { to: new URL(attribute(form, 'action') ?? '', at), body };
};

/**
 * Signs in as a browser does, by the portal's forms, and returns the cookie header that the app's origin then gets.
 * Names under `localhost` are reached on 127.0.0.1.
 */
export const signInByForms = async (
  appUrl: string,
  authorityFile: string,
  name: string,
  password: string,
): Promise<string> => {
  const dispatcher = new Agent({
    connect: {
      ca: readFileSync(authorityFile, 'utf8'),
      lookup: (_host, options, answer) =>
        options.all ? answer(null, [{ address: '127.0.0.1', family: 4 }]) : answer(null, '127.0.0.1', 4),
    },
  });
  const jars = new Map<string, Map<string, string>>();
  const jar = (host: string): Map<string, string> => {
    const known = jars.get(host) ?? new Map<string, string>();
    jars.set(host, known);
    return known;
  };
  const cookies = (host: string): string =>
    [...jar(host)].map(([key, value]) => `${key}=${value}`).join('; ');

  let next: { to: URL; body?: URLSearchParams; from?: string } = { to: new URL(appUrl) };
  let signedIn = false;
  try {
    for (let step = 0; step < MOST_STEPS; step++) {
      const { to, body } = next;
      const answer = await request(to, {
        dispatcher,
        method: body ? 'POST' : 'GET',
        headers: {
          accept: 'text/html',
          cookie: cookies(to.host),
          'sec-fetch-mode': 'navigate',
          'sec-fetch-dest': 'document',
          'sec-fetch-site': body ? 'same-origin' : 'none',
          ...(body ? { origin: to.origin, 'content-type': 'application/x-www-form-urlencoded' } : {}),
        },
        ...(body ? { body: body.toString() } : {}),
      });
      for (const line of [answer.headers['set-cookie'] ?? []].flat()) {
        const [key = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s);
        if (value === '' || /max-age=0/i.test(line)) jar(to.host).delete(key);
        else jar(to.host).set(key, value);
      }
      const page = await answer.body.text();
      const location = answer.headers['location'];
      if (typeof location === 'string') {
        next = { to: new URL(location, to) };
        continue;
      }
      if (to.origin === new URL(appUrl).origin && answer.statusCode === 200) return cookies(to.host);
      const filled = signedIn ? undefined : fillIn(page, to, { name, password });
      if (!filled)
        throw new BenchFault(
          `sign-in stopped at ${to.href} with ${answer.statusCode}: ${page.slice(0, 400)}`,
        );
      signedIn = true;
      next = filled;
    }
    throw new BenchFault('sign-in goes round in a circle');
  } finally {
    await dispatcher.close();
  }
};
