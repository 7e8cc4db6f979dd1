import type { Answer } from './answer.ts';

const FEATURES = [
  'accelerometer',
  'autoplay',
  'browsing-topics',
  'camera',
  'clipboard-read',
  'display-capture',
  'encrypted-media',
  'fullscreen',
  'gamepad',
  'geolocation',
  'gyroscope',
  'hid',
  'idle-detection',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'picture-in-picture',
  'screen-wake-lock',
  'serial',
  'usb',
  'xr-spatial-tracking',
];
const PERMISSIONS = FEATURES.map((feature) => `${feature}=()`).join(', ');

/**
 * The policy of every page. Chromium holds redirects after a form to `form-action` too, so a page whose form leads on to
 * an app names that app's exact origin.
 */
export const contentSecurityPolicy = (formTargets: readonly string[] = []): string =>
  [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    `form-action ${["'self'", ...formTargets].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');

// `same-origin` and not `no-referrer`: the latter makes browsers send `Origin: null` with our own forms (Fetch 3.2.5).
const EVERYWHERE: Readonly<Record<string, string>> = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'permissions-policy': PERMISSIONS,
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex, nofollow',
};

const bodyOf = async (
  answer: Answer,
): Promise<{ type?: string; body: string | Uint8Array<ArrayBuffer> | null }> => {
  if (answer.kind === 'page') return { type: 'text/html; charset=utf-8', body: String(await answer.html) };
  if (answer.kind === 'json') {
    return { type: answer.type ?? 'application/json', body: `${JSON.stringify(answer.value)}\n` };
  }
  return answer.kind === 'asset' ? { type: answer.type, body: answer.body } : { body: null };
};

/** Turns an answer into a response with every header that it must carry (C27, C28, C29). */
export const respond = async (answer: Answer, request: Request): Promise<Response> => {
  const headers = new Headers(EVERYWHERE);
  headers.set(
    'content-security-policy',
    contentSecurityPolicy(answer.kind === 'page' ? answer.formTargets : []),
  );
  headers.set('cache-control', 'no-store');
  for (const cookie of answer.cookies ?? []) headers.append('set-cookie', cookie);
  if (answer.retryAfter !== undefined) headers.set('retry-after', String(answer.retryAfter));
  if (answer.allow !== undefined) headers.set('allow', answer.allow);
  if (answer.kind === 'redirect') {
    headers.set('location', answer.to);
    // Not "cookies": that would sign the browser out of every other site below the same registrable domain.
    if (answer.forget) headers.set('clear-site-data', '"cache", "storage"');
    return new Response(null, { status: 303, headers });
  }
  if (answer.kind === 'asset') {
    headers.set('etag', answer.etag);
    headers.set('cache-control', 'public, max-age=31536000, immutable');
    if (request.headers.get('if-none-match') === answer.etag)
      return new Response(null, { status: 304, headers });
  }
  const { type, body } = await bodyOf(answer);
  if (type !== undefined) headers.set('content-type', type);
  return new Response(body, { status: answer.kind === 'asset' ? 200 : (answer.status ?? 200), headers });
};
