import type { NoticeCode } from '../answer/notices.ts';

const TIMEOUTS = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT', 'ESOCKETTIMEDOUT']);
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const CLOSED_UNDER_US = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

const codeOf = (error: unknown): string => String((error as { code?: unknown } | undefined)?.code ?? '');

/** Whether the app closed an idle connection under our feet, so that asking once more is right (RFC 9110 section 9.2.2). */
export const closedUnderUs = (error: unknown): boolean => CLOSED_UNDER_US.has(codeOf(error));

/** What a failed exchange with the app is called: for the visitor a notice, for the log a stable word. */
export const failureOf = (error: unknown): { notice: NoticeCode; reason: string } => {
  const code = codeOf(error);
  if (TIMEOUTS.has(code)) return { notice: 'app-timeout', reason: 'timeout' };
  if (UNREACHABLE.has(code)) return { notice: 'app-unreachable', reason: code.toLowerCase() };
  if (/CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ALTNAME/.test(code))
    return { notice: 'app-unreachable', reason: 'upstream-certificate' };
  if (closedUnderUs(error)) return { notice: 'app-unreachable', reason: 'connection-closed' };
  if (/^HPE_|^UND_ERR_(?:HEADERS_OVERFLOW|RES_|RESPONSE)/.test(code))
    return { notice: 'app-failed', reason: 'malformed-answer' };
  return { notice: 'app-failed', reason: code === '' ? 'unknown' : code.toLowerCase().slice(0, 60) };
};
