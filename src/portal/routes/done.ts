import type { Visit } from '../visit.ts';

/** Sentences that a page may show after a redirect, by the word in its address. */
const DONE = {
  'signed-out': 'You have signed out here. Apps that you opened in this browser are closed to you as well.',
  'signed-out-everywhere': 'You have signed out of every browser and every app.',
  unlocked: 'The waiting has ended for this browser. Sign in now.',
  'password-set': 'Your password is set. Sign in with it now.',
  'password-changed': 'Your password has changed. Your other sessions have ended.',
  'factor-added': 'It is added. You will be asked for it when you sign in.',
  'factor-removed': 'It is removed and opens nothing any more.',
  'passkey-renamed': 'The passkey has its new name.',
  'too-late': 'That took too long, so nothing was added. Begin once more.',
  'session-ended': 'The session has ended, and so have the apps opened from it.',
  'provider-linked': 'The account is linked. You can sign in with it from now on.',
  'provider-unlinked': 'The account is unlinked.',
  'roles-changed': 'The roles have changed. The person has to sign in again.',
  'factors-reset': 'The second factors are gone, and every session of this person has ended.',
  'person-disabled': 'The account is disabled, and its sessions have ended.',
  'person-enabled': 'The account is enabled again.',
  invited: 'The account is there, and a link is on its way to the person.',
  'invitation-sent': 'A link is on its way to the person. The old password no longer works.',
  'person-unlocked': 'The waiting has ended: the next try to sign in is looked at.',
  'person-signed-out': 'Every session of this person has ended.',
} as const;

export type DoneWord = keyof typeof DONE;

/** Adds the word to a path of the portal. */
export const withDone = (path: string, word: DoneWord): string => `${path}?done=${word}`;

/** The sentence for the word in the address, unless another site sent the visitor here to read it. */
export const doneOf = (visit: Visit): string | undefined => {
  const word = visit.url.searchParams.get('done') ?? '';
  const site = visit.request.headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin') return undefined;
  return Object.hasOwn(DONE, word) ? DONE[word as DoneWord] : undefined;
};
