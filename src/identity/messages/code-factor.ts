import { createHmac, randomInt } from 'node:crypto';
import { type Bucket, constantTimeEqual } from '../../core/index.ts';
import type { SecondFactor } from '../factors/second-factor.ts';
import type { Ports } from '../ports.ts';
import { subjectFields } from '../record.ts';
import type { People, Person } from '../types.ts';
import type { Outbox } from './outbox.ts';
import type { Messenger } from './types.ts';

const VALID = 600_000;
const TRIES = 5;
const RESEND_AFTER = 30_000;
const PER_PERSON: Bucket = { capacity: 5, window: 3_600_000 };

export interface CodeParts {
  ports: Ports;
  outbox: Outbox;
  people: Pick<People, 'get'>;
  /** Undefined: codes do not go this way. */
  mail: Messenger | undefined;
  sms: Messenger | undefined;
}

interface Way {
  messenger: Messenger;
  to: string;
  /** What the page shows of it. */
  shown: string;
  name: 'e-mail' | 'sms';
}

const maskedMail = (address: string): string =>
  `${address.slice(0, 1)}…${address.slice(address.lastIndexOf('@'))}`;

/** RFC 6454 origin in the last line: browsers fill the code in there alone (WICG "Origin-bound one-time codes"). */
const textOf = (code: string, portal: string): string =>
  `${code} is your code to sign in at ${portal}. It works for 10 minutes. Give it to nobody.\n\n` +
  `@${new URL(portal).hostname} #${code}`;

/**
 * Six digits by e-mail or text message (C05). The weakest of the factors: whoever reads the mailbox or takes over the
 * number has it. So it is asked only of those who have no authenticator app and no passkey.
 */
export const codeFactor = ({ ports, outbox, people, mail, sms }: CodeParts): SecondFactor => {
  const { store, vault, clock, counters, settings } = ports;
  const key = vault.derive('sent codes');
  const hashOf = (personId: string, code: string): Buffer =>
    createHmac('sha256', key).update(`${personId} ${code}`).digest();
  // Counters may live in Redis: it learns not even ids.
  const bucketOf = (personId: string): string =>
    `codes:${createHmac('sha256', key).update(`bucket ${personId}`).digest('base64url')}`;

  const wayTo = (person: Person): Way | undefined => {
    const { phone, email } = person;
    if (sms !== undefined && phone !== undefined) {
      return { messenger: sms, to: phone, shown: `…${phone.slice(-3)}`, name: 'sms' };
    }
    if (mail === undefined || email === undefined) return undefined;
    return { messenger: mail, to: email, shown: maskedMail(email), name: 'e-mail' };
  };

  const hasBetter = async (personId: string): Promise<boolean> => {
    for (const table of ['totp', 'passkeys'] as const) {
      const row = await store.db
        .selectFrom(table)
        .select('person_id')
        .where('person_id', '=', personId)
        .limit(1)
        .executeTakeFirst();
      if (row !== undefined) return true;
    }
    return false;
  };

  /** Puts a new code in the place of one that is worth nothing any more; of any number at once, one does. */
  const send = async (person: Person, way: Way): Promise<boolean> => {
    const code = randomInt(1_000_000).toString().padStart(6, '0');
    const now = clock.now();
    const values = {
      code_hash: hashOf(person.id, code),
      attempts: 0,
      created_at: now,
      expires_at: now + VALID,
    };
    const won = await store.db
      .insertInto('sent_codes')
      .values({ person_id: person.id, ...values })
      .onConflict((conflict) =>
        conflict
          .column('person_id')
          .doUpdateSet(values)
          .where(({ eb, or }) =>
            or([eb('sent_codes.expires_at', '<=', now), eb('sent_codes.attempts', '>=', TRIES)]),
          ),
      )
      .returning('person_id')
      .executeTakeFirst();
    if (won === undefined) return true;
    const { allowed } = await counters.take(bucketOf(person.id), PER_PERSON);
    const message = {
      to: way.to,
      subject: 'Your code to sign in',
      text: textOf(code, settings.issuer),
    };
    const fields = { ...subjectFields(person), target: `${way.name}: code`, factor: 'code' };
    const taken = allowed && outbox.add(() => outbox.deliver(() => way.messenger.send(message), fields));
    if (!taken) await store.db.deleteFrom('sent_codes').where('person_id', '=', person.id).execute();
    return taken;
  };

  return {
    kind: 'code',
    guessable: true,

    isReady: async (personId) => {
      if (mail === undefined && sms === undefined) return false;
      const person = await people.get(personId);
      return person !== undefined && wayTo(person) !== undefined && !(await hasBetter(personId));
    },

    prompt: async (personId) => {
      const person = await people.get(personId);
      const way = person === undefined ? undefined : wayTo(person);
      if (person === undefined || way === undefined) return '';
      return (await send(person, way)) ? way.shown : '';
    },

    again: async (personId) => {
      await store.db
        .deleteFrom('sent_codes')
        .where('person_id', '=', personId)
        .where('created_at', '<=', clock.now() - RESEND_AFTER)
        .execute();
    },

    check: async (person, answer) => {
      const tried = await store.db
        .updateTable('sent_codes')
        .set(({ eb }) => ({ attempts: eb('attempts', '+', 1) }))
        .where('person_id', '=', person.id)
        .where('expires_at', '>', clock.now())
        .where('attempts', '<', TRIES)
        .returning('code_hash')
        .executeTakeFirst();
      if (tried === undefined) return { right: false, reason: 'no code is valid' };
      const hash = hashOf(person.id, answer.slice(0, 64).replace(/[\s-]/g, ''));
      if (!constantTimeEqual(tried.code_hash, hash)) return { right: false, reason: 'wrong code' };
      // Gone with its use: of any number at once one finds it.
      const won = await store.db
        .deleteFrom('sent_codes')
        .where('person_id', '=', person.id)
        .where('code_hash', '=', hash)
        .returning('person_id')
        .executeTakeFirst();
      return won === undefined ? { right: false, reason: 'code used before' } : { right: true };
    },
  };
};
