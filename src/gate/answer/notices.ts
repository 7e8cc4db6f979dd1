import type { Notice } from './page.ts';

interface Template {
  status: number;
  title: string;
  text: string;
}

/** What the gate tells a visitor: never why a guard refused, never anything of the app's insides. */
const NOTICES = {
  'malformed-request': {
    status: 400,
    title: 'This request is malformed',
    text: 'The address or a header of the request has no unambiguous form, so it was not passed on.',
  },
  'unknown-host': {
    status: 421,
    title: 'No app has this name',
    text: 'The gate knows no app with this host name. Check the address.',
  },
  'sign-in-required': { status: 401, title: 'Please sign in', text: 'This app asks you to sign in first.' },
  'assurance-required': {
    status: 401,
    title: 'Please confirm that it is you',
    text: 'This page asks for a stronger proof of who you are.',
  },
  'form-not-kept': {
    status: 401,
    title: 'Please confirm that it is you',
    text: 'What you sent needs a stronger proof of who you are, and it is too large to be kept or holds files. Nothing was changed. Confirm first, then send it once more.',
  },
  'form-gone': {
    status: 410,
    title: 'This was sent already',
    text: 'What you had sent before the confirmation can be sent on once, within ten minutes, from the same session. Open the app and send it once more if it is missing there.',
  },
  refused: {
    status: 403,
    title: 'You may not do this',
    text: 'The rules of this app do not allow it for your account. An administrator can tell you more with the incident number.',
  },
  'not-found': { status: 404, title: 'Nothing is here', text: 'There is no such page.' },
  'too-large': {
    status: 413,
    title: 'This is too large',
    text: 'The request is larger than this app accepts.',
  },
  'too-slow': {
    status: 408,
    title: 'This took too long',
    text: 'The request did not arrive in time. Try again.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    text: 'There were too many requests in a short time. Wait a moment and try again.',
  },
  'sign-in-unfinished': {
    status: 400,
    title: 'This sign-in could not be finished',
    text: 'It was started in another browser, took too long, or was used already. Open the app again to start anew.',
  },
  'app-failed': {
    status: 502,
    title: 'The app reported an error',
    text: 'Something went wrong inside the app. Its administrator can find the details with the incident number.',
  },
  'app-unreachable': {
    status: 502,
    title: 'The app cannot be reached',
    text: 'The gate works, but the app behind it does not answer. Try again in a moment.',
  },
  'app-starting': {
    status: 503,
    title: 'The app is starting',
    text: 'It does not answer yet. Try again in a few seconds.',
  },
  'app-timeout': {
    status: 504,
    title: 'The app takes too long',
    text: 'The app did not answer in time. Try again, or ask for less at once.',
  },
  overloaded: {
    status: 503,
    title: 'Very busy right now',
    text: 'There are more requests than can be served. Try again in a moment.',
  },
  'gate-failed': {
    status: 500,
    title: 'The gate could not decide',
    text: 'Something failed in the gate, so the request was not passed on.',
  },
} as const satisfies Record<string, Template>;

export type NoticeCode = keyof typeof NOTICES;

export const notice = (
  code: NoticeCode,
  incident?: string,
  link?: Notice['link'],
): Notice & { status: number } => ({
  ...NOTICES[code],
  code,
  ...(incident !== undefined && { incident }),
  ...(link !== undefined && { link }),
});
