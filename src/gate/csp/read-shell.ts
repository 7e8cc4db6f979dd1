import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { upstreamOrigin } from '../forward/upstreams.ts';
import type { GateApp } from '../settings.ts';
import { type InlinePart, inlineParts } from './inline-parts.ts';

const MOST_BYTES = 4 * 1_024 * 1_024;
const TIMEOUT = 10_000;
const MOST_REDIRECTS = 3;

/** What was found on one page, or why nothing was. */
export interface ShellPage {
  path: string;
  status: number;
  parts: readonly InlinePart[];
}

const readPage = (app: GateApp, path: string, redirects = MOST_REDIRECTS): Promise<ShellPage> =>
  new Promise((resolve, reject) => {
    const upstream = new URL(upstreamOrigin(app.upstream));
    const ask = upstream.protocol === 'https:' ? httpsRequest : httpRequest;
    const asked = ask(
      new URL(path, upstream),
      {
        headers: {
          host: app.authority,
          accept: 'text/html',
          'x-forwarded-proto': 'https',
          'x-forwarded-host': app.authority,
        },
        timeout: TIMEOUT,
        agent: false,
        ...(app.upstream?.kind === 'unix' && { socketPath: app.upstream.path }),
        ...(app.upstreamCa !== undefined && { ca: app.upstreamCa }),
      },
      (answer) => {
        const status = answer.statusCode ?? 0;
        const target = answer.headers.location;
        if (status >= 300 && status < 400 && target !== undefined && redirects > 0) {
          answer.destroy();
          const next = URL.parse(target, `${app.origin}${path}`);
          // A page elsewhere is not the app's shell.
          if (next?.origin !== app.origin && next?.origin !== upstream.origin)
            resolve({ path, status, parts: [] });
          else readPage(app, next.pathname + next.search, redirects - 1).then(resolve, reject);
          return;
        }
        const chunks: Buffer[] = [];
        let size = 0;
        answer.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > MOST_BYTES) answer.destroy();
          else chunks.push(chunk);
        });
        answer.on('error', reject);
        answer.on('close', () => {
          const whole = status === 200 && size <= MOST_BYTES;
          resolve({
            path,
            status,
            parts: whole ? inlineParts(Buffer.concat(chunks).toString('utf8')) : [],
          });
        });
      },
    );
    asked.on('timeout', () => asked.destroy(new Error('the page did not come in time')));
    asked.on('error', reject);
    asked.end();
  });

/**
 * The scripts and styles in the app's own shell, read from the app itself, as nobody: what no visitor has touched yet. Call it at
 * a moment that is trusted (the app has just started, or an administrator asks), never on what passes (an injected
 * script would be blessed with the rest). A page that cannot be read has none.
 */
export const readShell = async (app: GateApp, pages: readonly string[]): Promise<ShellPage[]> => {
  const found: ShellPage[] = [];
  for (const path of pages)
    found.push(await readPage(app, path).catch(() => ({ path, status: 0, parts: [] })));
  return found;
};
