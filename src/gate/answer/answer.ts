import type { Exchange } from '../exchange.ts';
import { NOTICE_CSP, type Notice, noticePage } from './page.ts';

// Headers that every answer of the gate itself carries.
const OWN_HEADERS = [
  'cache-control',
  'no-store',
  'x-content-type-options',
  'nosniff',
  'referrer-policy',
  'no-referrer',
  'x-frame-options',
  'DENY',
  'cross-origin-resource-policy',
  'same-origin',
];

/** HTML for a browser that goes to a page, JSON for programs. */
export const wantsHtml = (accept: string | undefined): boolean => {
  if (accept === undefined) return false;
  const html = accept.indexOf('text/html');
  const json = accept.indexOf('application/json');
  return html !== -1 && (json === -1 || html < json);
};

/** Answers with a notice, as a page or as JSON by Accept. `extra`: more header names and values in turn. */
export const answerNotice = (
  exchange: Exchange,
  status: number,
  notice: Notice,
  accept: string | undefined,
  extra: readonly string[] = [],
): void => {
  const html = wantsHtml(accept);
  const body = html
    ? noticePage(notice)
    : `${JSON.stringify({
        error: notice.code,
        message: notice.text,
        ...(notice.incident && { incident: notice.incident }),
        ...(notice.link && { location: notice.link.href }),
      })}\n`;
  exchange.answer(
    status,
    [
      'content-type',
      html ? 'text/html; charset=utf-8' : 'application/json',
      'content-security-policy',
      NOTICE_CSP,
      ...OWN_HEADERS,
      ...extra,
    ],
    Buffer.from(body),
  );
};

/** Sends the visitor elsewhere; 303 so that a form is never sent again there (RFC 9110 section 15.4.4). */
export const answerRedirect = (
  exchange: Exchange,
  location: string,
  setCookies: readonly string[] = [],
  extra: readonly string[] = [],
): void => {
  exchange.answer(
    303,
    [
      'location',
      location,
      ...OWN_HEADERS,
      ...setCookies.flatMap((cookie) => ['set-cookie', cookie]),
      ...extra,
    ],
    Buffer.alloc(0),
  );
};
