import { canonicalAuthority } from './authority.ts';
import { type CanonicalResult, refusal } from './refusal.ts';
import { type CanonicalTarget, canonicalTarget } from './target.ts';

/** A request as it came off the wire, of either protocol. */
export interface WireRequest {
  protocol: 'h1' | 'h2';
  method: string;
  /** The request target: origin form or, in HTTP/1.1, absolute form. */
  target: string;
  /** `:scheme` in HTTP/2. */
  scheme: string | undefined;
  /** `:authority` in HTTP/2. */
  authority: string | undefined;
  /** Names and values in turn, as received, without pseudo headers. */
  rawHeaders: readonly string[];
}

export interface CanonicalRequest extends CanonicalTarget {
  method: string;
  /** Host, and port where it is not 443. */
  authority: string;
}

const METHODS = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'PROPFIND',
  'REPORT',
  'SEARCH',
]);
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// A second one of these means that two readers of the request may believe different things.
const SINGLE = new Set([
  'host',
  'content-length',
  'content-type',
  'transfer-encoding',
  'authorization',
  'origin',
  'referer',
  'user-agent',
  'sec-fetch-site',
  'sec-fetch-mode',
  'sec-fetch-dest',
  'sec-fetch-user',
  'upgrade',
  'expect',
]);
const MAX_TARGET = 8_192;

const isFieldValue = (value: string): boolean => {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if ((code < 0x20 && code !== 0x09) || code === 0x7f || code > 0xff) return false;
  }
  return true;
};

const checkHeaders = (request: WireRequest): CanonicalResult<Map<string, string>> => {
  const single = new Map<string, string>();
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    const name = (request.rawHeaders[i] ?? '').toLowerCase();
    const value = request.rawHeaders[i + 1] ?? '';
    if (!NAME.test(name)) return refusal('header-name', 'a header name is malformed');
    if (!isFieldValue(value)) return refusal('header-value', `the header ${name} has a control character`);
    if (!SINGLE.has(name)) continue;
    if (single.has(name)) return refusal('header-duplicate', `the header ${name} is there twice`);
    single.set(name, value);
  }
  return { ok: true, value: single };
};

// RFC 9112 section 6.1: a message with both lengths, or a coding other than chunked, is an attempt to smuggle.
const checkFraming = (request: WireRequest, single: Map<string, string>): CanonicalResult<undefined> => {
  const coding = single.get('transfer-encoding');
  const length = single.get('content-length');
  if (
    coding !== undefined &&
    (request.protocol === 'h2' || length !== undefined || coding.toLowerCase() !== 'chunked')
  ) {
    return refusal('framing', 'the length of the body is said in two ways or in an unknown one');
  }
  if (length !== undefined && !/^[0-9]{1,15}$/.test(length))
    return refusal('framing', 'the content length is malformed');
  return { ok: true, value: undefined };
};

/** Splits an absolute-form target (RFC 9112 section 3.2.2) into the authority it names and its path. */
const splitAbsolute = (target: string): { authority: string | undefined; path: string } => {
  const absolute = /^https?:\/\/([^/?#]*)(.*)$/i.exec(target);
  if (!absolute) return { authority: undefined, path: target };
  const rest = absolute[2] ?? '';
  return { authority: absolute[1] ?? '', path: rest.startsWith('/') ? rest : `/${rest}` };
};

/**
 * The one normal form of a request, or why it has none. Decisions are made on exactly what it returns, and exactly that
 * is forwarded. Host and `:authority` (RFC 9113 section 8.3.1) must agree where both are there.
 */
export const canonicalRequest = (request: WireRequest): CanonicalResult<CanonicalRequest> => {
  if (!METHODS.has(request.method)) return refusal('method', 'the method is not supported');
  if (request.target.length > MAX_TARGET)
    return refusal('target-length', `the target is longer than ${MAX_TARGET} bytes`);
  const headers = checkHeaders(request);
  if (!headers.ok) return headers;
  const framing = checkFraming(request, headers.value);
  if (!framing.ok) return framing;
  if (request.scheme !== undefined && request.scheme !== 'https')
    return refusal('scheme', 'the scheme is not https');

  const absolute = splitAbsolute(request.target);
  const named = [request.authority, headers.value.get('host'), absolute.authority].filter(
    (name) => name !== undefined,
  );
  const authority = canonicalAuthority(named[0]);
  if (!authority.ok) return authority;
  for (const other of named.slice(1)) {
    const again = canonicalAuthority(other);
    if (!again.ok) return again;
    if (again.value !== authority.value) return refusal('authority-conflict', 'the request names two hosts');
  }
  const target = canonicalTarget(absolute.path);
  if (!target.ok) return target;
  return { ok: true, value: { method: request.method, authority: authority.value, ...target.value } };
};
