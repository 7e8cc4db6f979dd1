import { createHash } from 'node:crypto';
import type { KeptForm, KeptForms } from '../identity/index.ts';
import { answerNotice } from './answer/answer.ts';
import { notice } from './answer/notices.ts';
import { escapeHtml } from './answer/page.ts';
import { askToSignIn, type Need, RESERVED, secondsOf } from './enter.ts';
import type { Exchange } from './exchange.ts';
import type { Facts } from './facts.ts';
import { peekBody } from './peek.ts';

/** Where a script sends its page to have a person show a factor: `?assurance=fresh-mfa&max_age=300&return=/path`. */
export const CONFIRM_PATH = `${RESERVED}/confirm`;
/** Where a form that was kept is sent from once more. */
export const AGAIN_PATH = `${RESERVED}/again`;

/** Largest form that is kept, in bytes. */
const MOST = 65_536;
const MOST_FIELDS = 1_000;

const decode = (bytes: Buffer): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

/** The form of a request, where it is one that a page can send again: a POST of plain fields, at most 64 KiB. */
const readForm = async (exchange: Exchange, facts: Facts): Promise<KeptForm | undefined> => {
  if (facts.method !== 'POST' || facts.contentLength === undefined || facts.contentLength > MOST) {
    return undefined;
  }
  const type = (facts.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded' && facts.contentLength > 0) return undefined;
  const whole = facts.peeked !== undefined && exchange.incoming.readableEnded;
  const body =
    whole || exchange.hasNoBody
      ? (facts.peeked ?? Buffer.alloc(0))
      : await exchange.patiently(peekBody(exchange, MOST + 1));
  const text = body.length === facts.contentLength ? decode(body) : undefined;
  if (text === undefined) return undefined;
  const fields = [...new URLSearchParams(text)];
  return fields.length > MOST_FIELDS ? undefined : { target: facts.target, fields };
};

const confirmUrl = (facts: Facts, need: Need): string =>
  `${facts.app.origin}${CONFIRM_PATH}?${new URLSearchParams({
    assurance: need.assurance,
    ...(need.maxAge !== undefined && { max_age: String(secondsOf(need.maxAge)) }),
  })}`;

/**
 * Asks somebody who has a session for a factor: a page comes back to where it was, a form comes back to the same act, and
 * a program is told what is missing (RFC 9470, section 3).
 */
export const askForFactor = async (
  exchange: Exchange,
  facts: Facts,
  portalOrigin: string,
  need: Need,
  keptForms: KeptForms,
): Promise<void> => {
  const { session, app } = facts;
  const link = { href: confirmUrl(facts, need), text: 'Confirm' };
  const accept = facts.headers.get('accept');
  const challenge = [
    'www-authenticate',
    [
      `Bearer realm="${app.name}"`,
      'error="insufficient_user_authentication"',
      'error_description="A second factor has to be shown"',
      `acr_values="${need.assurance}"`,
      ...(need.maxAge === undefined ? [] : [`max_age="${secondsOf(need.maxAge)}"`]),
    ].join(', '),
  ];
  if (session === undefined || facts.upgrade || !facts.navigation) {
    answerNotice(exchange, 401, notice('assurance-required', undefined, link), accept, challenge);
    return;
  }
  if (facts.method === 'GET' || facts.method === 'HEAD') {
    askToSignIn(exchange, facts, portalOrigin, need);
    return;
  }
  const form = await readForm(exchange, facts);
  if (exchange.closed) return;
  if (form === undefined) {
    answerNotice(exchange, 401, notice('form-not-kept', undefined, link), accept, challenge);
    return;
  }
  const token = await keptForms.keep({ session, app: app.name, form });
  askToSignIn(exchange, facts, portalOrigin, need, `${AGAIN_PATH}?${new URLSearchParams({ form: token })}`);
};

/** `/.gatehouse/confirm`: on the way to the portal for a factor, and back to a page of the app. */
export const confirm = (exchange: Exchange, facts: Facts, portalOrigin: string): void => {
  const query = new URLSearchParams(facts.query ?? '');
  const seconds = Number(query.get('max_age') ?? Number.NaN);
  const assurance = query.get('assurance') === 'fresh-mfa' ? 'fresh-mfa' : 'mfa';
  const bounded = Number.isInteger(seconds) && seconds >= 0 && seconds <= 31_536_000;
  // The portal judges where it may lead back to.
  askToSignIn(
    exchange,
    facts,
    portalOrigin,
    { assurance, ...(bounded && { maxAge: seconds * 1_000 }) },
    query.get('return') ?? '/',
  );
};

// A field may be called "submit" and hide the form's own method.
const SCRIPT = 'HTMLFormElement.prototype.submit.call(document.forms[0])';
const SCRIPT_HASH = createHash('sha256').update(SCRIPT).digest('base64');

// No form-action: Chromium holds the app's own redirects after the form to it too.
const HEADERS = [
  ['content-type', 'text/html; charset=utf-8'],
  [
    'content-security-policy',
    `default-src 'none'; script-src 'sha256-${SCRIPT_HASH}'; base-uri 'none'; frame-ancestors 'none'`,
  ],
  ['cache-control', 'no-store'],
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
  // Not `no-referrer`, which makes browsers send `Origin: null` with the form (Fetch 3.2.5).
  ['referrer-policy', 'same-origin'],
].flat();

const againPage = ({ target, fields }: KeptForm): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="robots" content="noindex"><title>Going on</title></head>
<body><form method="post" action="${escapeHtml(target)}" accept-charset="utf-8">
${fields
  .map(([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`)
  .join('\n')}
<p>You have confirmed that it is you.</p><button>Go on</button></form><script>${SCRIPT}</script></body></html>
`;

/**
 * `/.gatehouse/again`: the browser itself sends the kept form once more, so that everything that is decided about it is
 * decided on exactly what is sent.
 */
export const sendAgain = async (exchange: Exchange, facts: Facts, keptForms: KeptForms): Promise<void> => {
  const { session, app } = facts;
  const token = new URLSearchParams(facts.query ?? '').get('form') ?? '';
  const form = session && (await keptForms.take({ token, session, app: app.name }));
  if (form === undefined) {
    const link = { href: '/', text: `Open ${app.title}` };
    answerNotice(exchange, 410, notice('form-gone', undefined, link), facts.headers.get('accept'));
    return;
  }
  exchange.answer(200, HEADERS, Buffer.from(againPage(form)));
};
