import type { Person } from '../types.ts';
import type { LinkKind } from './types.ts';

interface Text {
  subject: string;
  text: string;
}

const greeting = (person: Person): string => `Hello ${person.displayName},`;

/** The mails that carry a link. Plain text: nothing to click that shows another address than it leads to. */
export const LINK_TEXTS: Readonly<
  Record<LinkKind | 'invitation', (person: Person, link: string, portal: string) => Text>
> = {
  reset: (person, link, portal) => ({
    subject: 'A new password',
    text: `${greeting(person)}

somebody, probably you, asked for a new password for the account "${person.name}" at ${portal}.
Choose it here. The link works once, for 30 minutes:

${link}

Your old password goes on working until then. If it was not you, do nothing.
`,
  }),
  unlock: (person, link, portal) => ({
    subject: 'Sign in again',
    text: `${greeting(person)}

after too many wrong guesses the account "${person.name}" at ${portal} has to wait.
Open this link in the browser in which you want to sign in. It works once, for 30 minutes:

${link}

If you did not ask for it, do nothing; the waiting ends by itself.
`,
  }),
  invitation: (person, link, portal) => ({
    subject: 'Choose your password',
    text: `${greeting(person)}

an administrator sends you this link to ${portal}. Your account is called "${person.name}".
Choose a password here. The link works once, for 24 hours:

${link}
`,
  }),
};
