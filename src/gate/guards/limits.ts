import { type Guard, PASS } from '../guard.ts';
import type { GateLimits } from '../settings.ts';

/** Refuses what is too large before any of its body is read (C25): RFC 9110 section 15.5.14, RFC 6585 section 5. */
export const limits = (bounds: GateLimits): Guard => ({
  name: 'limits',
  stage: 'request',
  needs: [],
  mode: 'block',
  check: (facts) => {
    if (facts.rawHeaders.length / 2 > bounds.headerCount)
      return { verdict: 'refuse', why: 'too-many-headers', status: 431 };
    if ((facts.contentLength ?? 0) > bounds.body)
      return { verdict: 'refuse', why: 'body-too-large', status: 413 };
    return PASS;
  },
});
