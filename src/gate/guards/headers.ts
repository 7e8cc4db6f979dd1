import type { ResponseGuard } from '../guard.ts';

const BANNERS = [
  'server',
  'x-powered-by',
  'x-aspnet-version',
  'x-aspnetmvc-version',
  'x-runtime',
  'via',
  'x-generator',
];

/** Headers that every answer of an app gets (C17, C29): set where the app is silent, never weaker than its own. */
export const headers = (hsts: string | undefined): ResponseGuard => ({
  name: 'headers',
  edit: (head, facts) => {
    for (const banner of BANNERS) head.remove(banner);
    head.remove('strict-transport-security');
    if (hsts !== undefined) head.append('strict-transport-security', hsts);
    head.set('x-content-type-options', 'nosniff');
    // A policy of its own beside the app's: browsers enforce both, so that it is never weaker (CSP 3 section 3.1).
    if (
      !head.getAll('content-security-policy').some((policy) => /(?:^|;)\s*frame-ancestors\s/i.test(policy))
    ) {
      head.append('content-security-policy', "frame-ancestors 'self'");
    }
    if (head.get('x-frame-options') === undefined) head.append('x-frame-options', 'SAMEORIGIN');
    if (head.get('referrer-policy') === undefined)
      head.append('referrer-policy', 'strict-origin-when-cross-origin');
    if (head.get('cross-origin-opener-policy') === undefined)
      head.append('cross-origin-opener-policy', 'same-origin');
    // Where the app is silent nothing of it is for pages of other sites (Spectre; CORP, Fetch section 3.7).
    if (head.get('cross-origin-resource-policy') === undefined)
      head.append('cross-origin-resource-policy', 'same-origin');
    if (facts.session !== undefined && head.get('cache-control') === undefined) {
      head.append('cache-control', 'no-store');
    }
  },
});
