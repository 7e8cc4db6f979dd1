import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ClientInfo } from '../identity/index.ts';
import { answerNotice } from './answer/answer.ts';
import { notice } from './answer/notices.ts';
import type { CanonicalRequest } from './canonical/request.ts';
import type { Exchange } from './exchange.ts';

/** A site that is served in this process, such as the portal: a Fetch handler (WHATWG Fetch). */
export type LocalSite = (request: Request, client: ClientInfo) => Response | Promise<Response>;

/** Largest body of a request to a local site, in bytes. */
const MAX_BODY = 65_536;

// HTTP/1.1 fields that mean nothing to a handler, or that only a proxy of ours may speak.
const DROPPED =
  /^(?:connection|keep-alive|transfer-encoding|upgrade|expect|host|te|trailer|x-forwarded-|forwarded$|x-gatehouse)/i;

const readBody = async (
  exchange: Exchange,
  contentLength: number | undefined,
): Promise<Buffer | undefined> => {
  if (exchange.hasNoBody) return Buffer.alloc(0);
  if ((contentLength ?? 0) > MAX_BODY) return undefined;
  exchange.invite();
  let size = 0;
  const bounded = async function* () {
    for await (const chunk of exchange.incoming as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_BODY) return;
      yield chunk;
    }
  };
  const body = await buffer(Readable.from(bounded()));
  return size > MAX_BODY ? undefined : body;
};

/** Serves one canonical request from a local site and streams its answer. */
export const serveLocalSite = async (
  exchange: Exchange,
  canonical: CanonicalRequest,
  rawHeaders: readonly string[],
  client: ClientInfo,
  site: LocalSite,
  extra: readonly string[],
): Promise<void> => {
  const headers = new Headers();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (!DROPPED.test(rawHeaders[i] ?? '')) headers.append(rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '');
  }
  const body = await exchange.patiently(
    readBody(exchange, Number(headers.get('content-length') ?? Number.NaN)),
  );
  if (body === undefined) {
    answerNotice(exchange, 413, notice('too-large'), headers.get('accept') ?? undefined);
    return;
  }
  const bodyless = canonical.method === 'GET' || canonical.method === 'HEAD';
  const request = new Request(`https://${canonical.authority}${canonical.target}`, {
    method: canonical.method,
    headers,
    ...(!bodyless && body.length > 0 && { body: new Uint8Array(body) }),
    redirect: 'manual',
  });
  const response = await site(request, client);
  const flat: string[] = [...extra];
  for (const [name, value] of response.headers) flat.push(name, value);
  const content = Buffer.from(await response.arrayBuffer());
  exchange.answer(
    response.status,
    flat.filter((_, i) => flat[i - (i % 2)] !== 'content-length'),
    content,
  );
};
