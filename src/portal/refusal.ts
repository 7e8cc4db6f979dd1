import { type ErrorCode, GatehouseError } from '../core/index.ts';

interface Refusal {
  status: number;
  title: string;
  text: string;
  remedy: string;
}

/** What the portal says to a visitor, by error code: never more than anybody may know. */
const REFUSALS = {
  'app-unknown': {
    status: 404,
    title: 'No such app',
    text: 'The gate guards no app of this name.',
    remedy: 'Check the address, or choose an app from your list.',
  },
  busy: {
    status: 503,
    title: 'Very busy right now',
    text: 'Too many people sign in at this moment.',
    remedy: 'Wait a few seconds and try again.',
  },
  'confirmation-needed': {
    status: 403,
    title: 'Please confirm that it is you',
    text: 'This needs a factor that you have shown within the last minutes. Nothing was changed.',
    remedy: 'Open your account and begin once more.',
  },
  'form-expired': {
    status: 403,
    title: 'This form is out of date',
    text: 'It was opened before you signed in or out, or in a browser that keeps no cookies. Nothing was changed.',
    remedy: 'Open the page again and fill it in once more.',
  },
  'form-foreign': {
    status: 403,
    title: 'This came from another site',
    text: 'The form was not sent by a page of this portal. Nothing was changed.',
    remedy: 'Open the portal yourself and try again there.',
  },
  'form-invalid': {
    status: 400,
    title: 'This form cannot be read',
    text: 'A field is missing, or holds what it cannot hold. Nothing was changed.',
    remedy: 'Open the page again and fill it in once more.',
  },
  'form-too-large': {
    status: 413,
    title: 'This is too large',
    text: 'A form of the portal holds at most 16 KiB. Nothing was changed.',
    remedy: 'Send less.',
  },
  'hand-off-invalid': {
    status: 400,
    title: 'This address is incomplete',
    text: 'It should lead to an app, but does not say how.',
    remedy: 'Open the app itself; it brings you back here if it needs to.',
  },
  'last-administrator': {
    status: 409,
    title: 'Somebody has to manage the gate',
    text: 'This would leave nobody who may. Nothing was changed.',
    remedy: 'Give somebody else an administrator role first.',
  },
  'link-invalid': {
    status: 410,
    title: 'This link does not work any more',
    text: 'It was used, replaced by a newer one, or is too old.',
    remedy: 'Ask for a new one.',
  },
  'log-unavailable': {
    status: 503,
    title: 'Not possible right now',
    text: 'The security log cannot be written, so nothing that it must record can happen. Nothing was changed.',
    remedy: 'Tell an administrator.',
  },
  'method-unknown': {
    status: 405,
    title: 'This does not work here',
    text: 'The address exists, but cannot be used in this way.',
    remedy: 'Open it from the page that leads to it.',
  },
  'own-account': {
    status: 409,
    title: 'This is your own account',
    text: 'You cannot shut yourself out. Nothing was changed.',
    remedy: 'Ask another administrator.',
  },
  'page-unknown': {
    status: 404,
    title: 'Nothing is here',
    text: 'The portal has no such page.',
    remedy: 'Check the address, or start from the front page.',
  },
  'person-unknown': {
    status: 404,
    title: 'Nobody is here',
    text: 'There is no account with this id.',
    remedy: 'Choose the person from the list.',
  },
  'provider-answer-invalid': {
    status: 502,
    title: 'The provider cannot be believed',
    text: 'Its answer was not what it should be, so nobody was signed in.',
    remedy: 'Try again, or sign in in another way; if it stays, tell an administrator the incident number.',
  },
  'provider-last-way': {
    status: 409,
    title: 'Nothing would be left to sign in with',
    text: 'This is the only way into the account. Nothing was changed.',
    remedy: 'Set a password or link another provider first.',
  },
  'provider-link-taken': {
    status: 409,
    title: 'This account belongs to somebody here',
    text: 'The account at the provider is linked already. Nothing was changed.',
    remedy: 'Unlink it there first, or choose another account at the provider.',
  },
  'provider-refused': {
    status: 403,
    title: 'The provider let nobody in',
    text: 'It refused, or you turned back there.',
    remedy: 'Try again, or sign in in another way.',
  },
  'provider-stranger': {
    status: 403,
    title: 'You have no account here',
    text: 'The provider knows you, but nobody here belongs to that account.',
    remedy:
      'Ask an administrator for one, or sign in in another way and link the provider on your account page.',
  },
  'provider-unavailable': {
    status: 503,
    title: 'The provider does not answer',
    text: 'It cannot be reached, or is too slow.',
    remedy: 'Sign in in another way, or try again in a minute.',
  },
  'provider-unknown': {
    status: 404,
    title: 'No such provider',
    text: 'Nobody can sign in by a provider of this name.',
    remedy: 'Start from the sign-in page.',
  },
  'role-needed': {
    status: 403,
    title: 'This page is for administrators',
    text: 'Your roles do not include managing people.',
    remedy: 'Ask an administrator.',
  },
  'set-up-needed': {
    status: 503,
    title: 'Not set up yet',
    text: 'Nobody has an account here so far.',
    remedy: 'Open the one-time link that Gatehouse printed in its terminal to make the first one.',
  },
  'shield-unknown': {
    status: 404,
    title: 'No such shield',
    text: 'It was removed, or never there. Nothing was changed.',
    remedy: 'Look at the findings again.',
  },
  'sign-in-needed': {
    status: 401,
    title: 'Please sign in',
    text: 'This is open only to people who have signed in.',
    remedy: 'Sign in and try again.',
  },
  throttled: {
    status: 429,
    title: 'Too many tries',
    text: 'There were too many tries in a short time.',
    remedy: 'Wait a while and try again.',
  },
} as const satisfies Partial<Record<ErrorCode, Refusal>>;

type RefusalCode = keyof typeof REFUSALS;

const OTHER: Refusal = {
  status: 500,
  title: 'Something went wrong',
  text: 'The portal failed where it should not have.',
  remedy: 'Try again; if it stays, tell an administrator the incident number.',
};

const STORE: Refusal = {
  status: 503,
  title: 'Not possible right now',
  text: 'The place where the portal keeps its data does not answer.',
  remedy: 'Try again in a moment; if it stays, tell an administrator the incident number.',
};

const isRefusalCode = (code: string): code is RefusalCode => Object.hasOwn(REFUSALS, code);

/** The error that says to a visitor what this code means. */
export const refusal = (code: RefusalCode): GatehouseError => {
  const { text, remedy } = REFUSALS[code];
  return new GatehouseError(code, text, { remedy, exposable: true });
};

/** @throws {GatehouseError} always: the refusal with this code. */
export const refuse = (code: RefusalCode): never => {
  throw refusal(code);
};

/** What a visitor may know about an error, whatever it is; `code` is `internal` for what is none of theirs. */
export const exposed = (error: unknown): Refusal & { code: ErrorCode; expected: boolean } => {
  if (error instanceof GatehouseError) {
    if (isRefusalCode(error.code)) return { ...REFUSALS[error.code], code: error.code, expected: true };
    if (error.exposable) {
      const { code, message, remedy } = error;
      return {
        ...OTHER,
        status: 400,
        title: 'This was refused',
        text: message,
        remedy: remedy ?? '',
        code,
        expected: true,
      };
    }
    if (error.code.startsWith('store-') || error.code === 'disk-full') {
      return { ...STORE, code: error.code, expected: false };
    }
  }
  return { ...OTHER, code: 'internal', expected: false };
};
