import type { Person } from '../../identity/index.ts';
import type { Answer } from '../answer.ts';
import { oneTimeLinkPage } from '../pages/one-time-link.ts';
import { actorOf, type InsideVisit, insiderOf, type Parts } from '../visit.ts';

/** Makes a link with which the person sets a password, and shows it to the administrator, once. */
export const showResetLink = async (
  person: Person,
  kind: 'invitation' | 'reset',
  visit: InsideVisit,
  parts: Parts,
): Promise<Answer> => {
  const reset = await parts.identity.people.resetPassword(person.id, 'link', actorOf(visit));
  const secret = reset.kind === 'link' ? reset.token : '';
  return {
    kind: 'page',
    html: oneTimeLinkPage({
      assets: parts.assets.urls,
      insider: insiderOf(visit, parts),
      title: kind === 'invitation' ? `${person.displayName} has an account` : 'The password is reset',
      text:
        kind === 'invitation'
          ? `Send this link to ${person.displayName}. Behind it they choose a password.`
          : `The old password of ${person.displayName} no longer works. Behind this link they choose a new one.`,
      link: `${parts.config.portalOrigin}/reset?token=${encodeURIComponent(secret)}`,
      expiresAt: reset.expiresAt,
      back: `/people/${person.id}`,
    }),
  };
};
