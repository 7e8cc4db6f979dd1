import { type Guard, PASS } from '../guard.ts';
import type { GateLimits } from '../settings.ts';

// HTTP/2's own bound on the list (SETTINGS_MAX_HEADER_LIST_SIZE) holds only once the client acknowledged it (RFC 9113
// section 6.5.3), which an attacker does not do: so the bytes are counted here for both protocols.
const headerBytes = (rawHeaders: readonly string[]): number => {
  let size = 0;
  for (const part of rawHeaders) size += part.length;
  return size;
};

/** Refuses what is too large before any of its body is read (C25): RFC 9110 section 15.5.14, RFC 6585 section 5. */
export const limits = (bounds: GateLimits): Guard => ({
  name: 'limits',
  stage: 'request',
  needs: [],
  mode: 'block',
  check: (facts) => {
    if (facts.rawHeaders.length / 2 > bounds.headerCount)
      return { verdict: 'refuse', why: 'too-many-headers', status: 431 };
    if (headerBytes(facts.rawHeaders) > bounds.headers)
      return { verdict: 'refuse', why: 'headers-too-large', status: 431 };
    if ((facts.contentLength ?? 0) > bounds.body)
      return { verdict: 'refuse', why: 'body-too-large', status: 413 };
    return PASS;
  },
});
