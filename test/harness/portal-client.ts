import { readFileSync } from 'node:fs';
import type { GatehouseProcess } from './gatehouse-process.ts';
import { PASSWORD } from './gatehouse-process.ts';
import { type Answer, type Ask, ask, type Target } from './http-client.ts';

/** A client without a browser: keeps cookies by host, sends what a form would send, and reads hidden fields. */
export class PortalClient {
  readonly #gatehouse: GatehouseProcess;
  readonly #ca: string;
  readonly #cookies = new Map<string, Map<string, string>>();

  constructor(gatehouse: GatehouseProcess) {
    this.#gatehouse = gatehouse;
    this.#ca = readFileSync(gatehouse.authorityFile, 'utf8');
  }

  /** One request to an absolute URL, redirects not followed. */
  async ask(url: string, options: Omit<Ask, 'path'> = {}): Promise<Answer> {
    const { host, port, pathname, search, origin } = new URL(url);
    const target: Target = { port: Number(port), authority: host, ca: this.#ca };
    const jar = this.#cookies.get(host) ?? new Map<string, string>();
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await ask(target, {
      ...options,
      path: pathname + search,
      headers: {
        accept: 'text/html',
        'sec-fetch-mode': 'navigate',
        ...(cookie !== '' && { cookie }),
        ...(options.method === 'POST' && { origin, 'content-type': 'application/x-www-form-urlencoded' }),
        ...options.headers,
      },
    });
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [pair = ''] = line.split(';');
      const equals = pair.indexOf('=');
      if (/max-age=0/i.test(line)) jar.delete(pair.slice(0, equals));
      else jar.set(pair.slice(0, equals), pair.slice(equals + 1));
    }
    this.#cookies.set(host, jar);
    return answer;
  }

  /** The same, going on where the answers lead, at most ten times. */
  async follow(url: string, options: Omit<Ask, 'path'> = {}): Promise<Answer & { url: string }> {
    let answer = await this.ask(url, options);
    let at = url;
    for (let i = 0; i < 10 && answer.headers.location !== undefined; i++) {
      at = new URL(answer.headers.location, at).href;
      answer = await this.ask(at);
    }
    return { ...answer, url: at };
  }

  /** The cookies for a host, as a Cookie header. */
  cookies(origin: string): string {
    return [...(this.#cookies.get(new URL(origin).host) ?? [])]
      .map(([name, value]) => `${name}=${value}`)
      .join('; ');
  }

  /** Opens the sign-in page and sends it with these words. */
  async trySignIn(
    name: string,
    password = PASSWORD,
    from = this.#gatehouse.appUrl,
  ): Promise<Answer & { url: string }> {
    const page = await this.follow(from);
    // A passkey has a form of its own on the same page.
    const form = page.body.split('<form').find((part) => part.includes('name="password"')) ?? '';
    const hidden = [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
    const body = new URLSearchParams([
      ...hidden.map((field) => [field[1] ?? '', field[2] ?? '']),
      ['name', name],
      ['password', password],
    ]);
    return this.follow(`${this.#gatehouse.portalUrl}/sign-in`, { method: 'POST', body: body.toString() });
  }
}
