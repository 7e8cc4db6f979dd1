import { hopByHop } from './hop-by-hop.ts';
import { ResponseHead } from './response-head.ts';

const latin1 = (part: Buffer | string | undefined): string =>
  part === undefined ? '' : typeof part === 'string' ? part : part.toString('latin1');

// Fields that stand once (RFC 9110 section 5.3): Werkzeug sends Date twice, and Node's HTTP/2 refuses a repetition of
// any of these.
const SINGLE = new Set([
  'access-control-allow-credentials',
  'access-control-max-age',
  'age',
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-range',
  'content-type',
  'date',
  'etag',
  'expires',
  'last-modified',
  'location',
  'retry-after',
  'x-content-type-options',
]);

/** The head of an app's response without what ends at this hop. `raw`: names and values in turn. */
export const responseHead = (status: number, raw: readonly (Buffer | string)[]): ResponseHead => {
  const head = new ResponseHead(status);
  let connection: string | undefined;
  for (let i = 0; i < raw.length; i += 2) {
    const name = latin1(raw[i]).toLowerCase();
    if (name === 'connection')
      connection = connection === undefined ? latin1(raw[i + 1]) : `${connection},${latin1(raw[i + 1])}`;
  }
  const ends = hopByHop(connection);
  for (let i = 0; i < raw.length; i += 2) {
    const name = latin1(raw[i]).toLowerCase();
    if (ends.has(name) || (SINGLE.has(name) && head.get(name) !== undefined)) continue;
    head.append(name, latin1(raw[i + 1]));
  }
  return head;
};
