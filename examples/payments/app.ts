import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { z } from 'zod';
import { CsvFault } from './csv.ts';
import { Ledger } from './ledger.ts';
import { openLiveFeed } from './live-feed.ts';
import { readStatement, reconcile, sampleStatement } from './reconcile.ts';
import { viewerOf } from './viewer.ts';

const PUBLIC = join(import.meta.dirname, 'public');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};
/** Most bytes of a statement. */
const MOST_UPLOADED = 4 * 1024 * 1024;

const DECISION = z.strictObject({ held: z.boolean(), why: z.string().trim().max(200).default('') });
const QUERY = z.object({
  text: z.string().max(100).optional(),
  status: z.enum(['approved', 'declined', 'review', 'held']).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(60),
});

/** What the visitor did wrong: becomes the answer. */
class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const readBody = async (request: IncomingMessage, most: number): Promise<string> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) throw new Refusal(413, `the file is larger than ${Math.floor(most / 1024 / 1024)} MiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const answer = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(JSON.stringify(body));
};

const parsed = <S extends z.ZodType>(schema: S, value: unknown): z.infer<S> => {
  const result = schema.safeParse(value);
  if (!result.success) throw new Refusal(400, z.prettifyError(result.error));
  return result.data;
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'the body is no JSON');
  }
};

/** The payments dashboard: no sign-in, no roles, no headers of its own. Whoever reaches it may do everything. */
export const createApp = (
  seed: number,
  now = Date.now(),
): { server: Server; ledger: Ledger; close: () => void } => {
  const ledger = new Ledger(seed, now);

  const api: Record<string, (request: IncomingMessage, response: ServerResponse, url: URL) => unknown> = {
    'GET /api/viewer': (request, response) =>
      answer(response, 200, { viewer: viewerOf(request.headers) ?? null }),
    'GET /api/payments': (_request, response, url) =>
      answer(response, 200, { payments: ledger.search(parsed(QUERY, Object.fromEntries(url.searchParams))) }),
    'GET /api/statement.csv': (_request, response) => {
      response.writeHead(200, {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': 'attachment; filename="statement.csv"',
      });
      response.end(sampleStatement(ledger.since(Date.now() - 3 * 60_000)));
    },
    'POST /api/reconcile': async (request, response) => {
      const rows = readStatement(await readBody(request, MOST_UPLOADED));
      answer(response, 200, reconcile(ledger, rows));
    },
    'POST /api/payments/:id/decision': async (request, response, url) => {
      const { held, why } = parsed(DECISION, jsonOf(await readBody(request, 4_096)));
      const by = viewerOf(request.headers)?.name ?? 'somebody';
      const id = url.pathname.split('/')[3] ?? '';
      const payment = ledger.decide(id, held ? { held, by, why: why || 'no reason given' } : { held, by });
      if (!payment) throw new Refusal(404, 'there is no such payment, or it was declined');
      feed.changed(payment);
      answer(response, 200, { payment });
    },
    'GET /healthz': (_request, response) => answer(response, 200, { ok: true }),
  };

  const serveFile = async (response: ServerResponse, pathname: string): Promise<void> => {
    const name = pathname === '/' ? 'index.html' : pathname.slice(1);
    if (!/^[a-z-]+\.(?:html|css|js|svg)$/.test(name)) throw new Refusal(404, 'there is nothing here');
    const text = await readFile(join(PUBLIC, name)).catch(() => {
      throw new Refusal(404, 'there is nothing here');
    });
    response.writeHead(200, {
      'content-type': TYPES[extname(name)] ?? 'text/plain',
      'cache-control': 'no-cache',
    });
    response.end(text);
  };

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET');
    const route = `${method} ${url.pathname.replace(/^(\/api\/payments\/)[\w-]{1,40}(\/decision)$/, '$1:id$2')}`;
    if (Object.hasOwn(api, route)) await api[route]?.(request, response, url);
    else if (method === 'GET') await serveFile(response, url.pathname);
    else throw new Refusal(405, 'that cannot be done here');
  };

  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else if (error instanceof Refusal) answer(response, error.status, { error: error.message });
      else if (error instanceof CsvFault) answer(response, 422, { error: error.message, line: error.line });
      else answer(response, 500, { error: 'something failed' });
    });
  });
  const feed = openLiveFeed(server, ledger);
  return {
    server,
    ledger,
    close: () => {
      feed.close();
      server.close();
      server.closeIdleConnections();
    },
  };
};
