import type { Session } from '../identity/index.ts';
import type { Parts } from './visit.ts';

/** Pages for those who still have to add a second factor: how to add it, and how to leave. */
const OPEN = /^\/(?:second-factor|confirm|sign-out)(?:\/|$)/;

export const isOpenWithoutFactor = (path: string): boolean => OPEN.test(path);

/**
 * Whether the configuration demands a second factor that this session has not shown: `now`, or `soon` with the time at
 * which it begins. Sessions of those who have one have always shown it, unless it was added elsewhere meanwhile.
 */
export const dutyOf = (
  session: Session,
  { config, clock }: Pick<Parts, 'config' | 'clock'>,
): { when: 'now' } | { when: 'soon'; from: number } | undefined => {
  const { secondFactor } = config;
  if (secondFactor === undefined || session.assurance === 'mfa') return undefined;
  if (!session.person.roles.some((role) => secondFactor.roles.has(role))) return undefined;
  const { from } = secondFactor;
  return from !== undefined && clock.now() < from ? { when: 'soon', from } : { when: 'now' };
};

/** The page on which the person shows a second factor, or adds the first one, on the way to `returnTo`. */
export const wayToFactor = async (
  session: Session,
  returnTo: string,
  { identity }: Parts,
): Promise<string> => {
  const { totp, passkeys } = await identity.factors.of(session.person.id);
  const page = totp === undefined && passkeys.length === 0 ? '/second-factor' : '/confirm';
  return `${page}?${new URLSearchParams({ return: returnTo })}`;
};
