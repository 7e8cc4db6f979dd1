import { type ErrorCode, GatehouseError, newIncidentId } from '../core/index.ts';
import type { ClientInfo } from '../identity/index.ts';
import type { Answer } from './answer.ts';
import { messagePage } from './pages/message.ts';
import { exposed } from './refusal.ts';
import type { Parts } from './visit.ts';

/** HTML for a browser that goes to a page, JSON for programs. */
const wantsHtml = (accept: string | null): boolean => {
  const html = accept?.indexOf('text/html') ?? -1;
  const json = accept?.indexOf('application/json') ?? -1;
  return html !== -1 && (json === -1 || html < json);
};

// Seconds after which trying again makes sense, where the answer is "not now".
const RETRY_AFTER: Partial<Record<number, number>> = { 429: 60, 503: 5 };

// Pages that lead nowhere and refusals that anybody runs into are no events; what was refused on purpose is.
const QUIET: ReadonlySet<ErrorCode> = new Set([
  'page-unknown',
  'method-unknown',
  'set-up-needed',
  'sign-in-needed',
]);

// What went wrong at a provider is for administrators to read: the visitor cannot mend it.
const OF_PROVIDERS: ReadonlySet<string> = new Set([
  'provider-answer-invalid',
  'provider-refused',
  'provider-stranger',
  'provider-unavailable',
]);

const linkFor = (code: ErrorCode): { href: string; text: string } =>
  code === 'sign-in-needed'
    ? { href: '/sign-in', text: 'Sign in' }
    : OF_PROVIDERS.has(code)
      ? { href: '/sign-in', text: 'Sign in in another way' }
      : { href: '/', text: 'To the front page' };

/**
 * The answer to a request that was refused or that failed, as a page or as JSON by Accept, and its event. What is not meant
 * for visitors stays in the log under the incident id.
 */
export const fail = async (
  error: unknown,
  request: Request,
  client: ClientInfo,
  parts: Parts,
  allow?: string,
): Promise<Answer> => {
  const { status, title, text, remedy, code, expected } = exposed(error);
  const incident = expected && QUIET.has(code) ? undefined : newIncidentId();
  const atProvider = OF_PROVIDERS.has(code);
  if (incident !== undefined) {
    const url = new URL(request.url);
    const cause = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    await parts.events
      .record({
        type: atProvider ? 'provider.failed' : expected ? 'request.refused' : 'request.failed',
        outcome: expected ? 'refused' : 'failure',
        fields: {
          incident,
          guard: 'portal',
          reason: error instanceof GatehouseError ? error.code : code,
          method: request.method.slice(0, 32),
          status,
          host: url.host.slice(0, 255),
          path: url.pathname.slice(0, 2_048),
          address: client.address,
          ...((!expected || atProvider) && { detail: cause.slice(0, 4_096) }),
        },
      })
      // The visitor is refused either way; an answer that cannot be logged must not become another error.
      .catch(() => undefined);
  }
  const common = { status, retryAfter: RETRY_AFTER[status], allow };
  if (!wantsHtml(request.headers.get('accept'))) {
    return {
      ...common,
      kind: 'json',
      value: { error: code, message: `${text} ${remedy}`.trim(), ...(incident && { incident }) },
    };
  }
  const view = { assets: parts.assets.urls, title, text, remedy, code, incident, link: linkFor(code) };
  return { ...common, kind: 'page', html: messagePage(view) };
};
