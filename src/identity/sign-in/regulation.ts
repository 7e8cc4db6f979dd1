import { createHmac } from 'node:crypto';
import type { Bucket } from '../../core/index.ts';
import { networkOf } from '../../core/index.ts';
import type { Ports } from '../ports.ts';
import type { ClientInfo } from '../types.ts';
import type { FamiliarBrowsers } from './familiar-browsers.ts';

/** A guess that may be answered; exactly one of the three follows. */
export interface Admitted {
  allowed: true;
  /** The answer was yes: whoever guessed starts afresh. */
  succeeded(): Promise<void>;
  /** The answer was no: the next wait is longer. */
  failed(): Promise<void>;
  /** There was no answer (the machine is busy): the guess is given back. */
  unanswered(): Promise<void>;
}

export type Admission =
  | Admitted
  | { allowed: false; retryAfter: number; by: 'account' | 'network' | 'browser' };

export interface Regulation {
  /**
   * Asks for one guess at `account`, a canonical name, whether or not it exists. The guess is taken before the answer is
   * worked out, so that parallel guesses get exactly the number that is allowed (CVE-2026-45364). A browser that has
   * signed in to this account before has guesses of its own, apart from those of all others and of its network.
   */
  admit(account: string, client: ClientInfo): Promise<Admission>;
  /** Lets an account start afresh: its owner proved who they are in another way, or an administrator asked for it. */
  forgive(account: string): Promise<void>;
  /** Lets the network of an address start afresh. */
  forgiveNetwork(address: string): Promise<void>;
  /** Milliseconds until a stranger's next guess at `account` would be looked at; 0 when it would be now. */
  wait(account: string): Promise<number>;
}

const DAY = 86_400_000;
// A browser is known for 180 days; what was forgiven must not come back before it is forgotten.
const GENERATION_KEPT = 181 * DAY;
// 2^20 first waits are longer than any longest wait that the settings allow.
const MOST_DOUBLINGS = 20;

export const openRegulation = (
  { counters, vault, settings }: Ports,
  familiar: Pick<FamiliarBrowsers, 'nameOf'>,
): Regulation => {
  const { perAccount, firstWait, longestWait, perNetwork, networkWindow } = settings.regulation;
  const key = vault.derive('regulation');
  const network: Bucket = { capacity: perNetwork, window: networkWindow };

  // Counters may live in Redis: it learns no account name.
  const pseudonym = (text: string): string => createHmac('sha256', key).update(text).digest('base64url');

  const accountBucket = (failures: number): Bucket => {
    const doublings = Math.min(MOST_DOUBLINGS, Math.max(0, failures - perAccount));
    const wait = Math.min(Math.max(firstWait, longestWait), firstWait * 2 ** doublings);
    return { capacity: perAccount, window: perAccount * wait };
  };

  const keysOf = (who: string) => {
    const name = pseudonym(who);
    return { guesses: `signin:guesses:${name}`, failures: `signin:failures:${name}` };
  };

  const generationOf = (account: string): string => `signin:forgiven:${pseudonym(account)}`;
  const placeOf = (address: string): string => `signin:network:${pseudonym(networkOf(address))}`;

  const reset = async ({ guesses, failures }: ReturnType<typeof keysOf>): Promise<void> => {
    await counters.reset(guesses);
    await counters.reset(failures);
  };

  const admitFamiliar = async (account: string, browser: string): Promise<Admission> => {
    const generation = await counters.read(generationOf(account));
    const keys = keysOf(`browser ${browser} ${generation}`);
    const bucket = accountBucket(await counters.read(keys.failures));
    const taken = await counters.take(keys.guesses, bucket);
    if (!taken.allowed) return { allowed: false, retryAfter: taken.retryAfter, by: 'browser' };
    return {
      allowed: true,
      // What strangers have used up stays used up: a sign-in of the owner gives a guesser nothing.
      succeeded: () => reset(keys),
      failed: async () => {
        await counters.add(keys.failures, 1, DAY);
      },
      unanswered: async () => {
        await counters.take(keys.guesses, bucket, -1);
      },
    };
  };

  return {
    forgive: async (account) => {
      await reset(keysOf(account));
      await counters.add(generationOf(account), 1, GENERATION_KEPT);
    },
    forgiveNetwork: (address) => counters.reset(placeOf(address)),
    wait: async (account) => {
      const { guesses, failures } = keysOf(account);
      const bucket = accountBucket(await counters.read(failures));
      const { allowed, retryAfter } = await counters.take(guesses, bucket);
      if (allowed) await counters.take(guesses, bucket, -1);
      return retryAfter;
    },
    admit: async (account, client) => {
      const browser = familiar.nameOf(account, client.known ?? []);
      if (browser !== undefined) return admitFamiliar(account, browser);
      const keys = keysOf(account);
      const place = placeOf(client.address);

      const byNetwork = await counters.take(place, network);
      if (!byNetwork.allowed) return { allowed: false, retryAfter: byNetwork.retryAfter, by: 'network' };
      const bucket = accountBucket(await counters.read(keys.failures));
      const byAccount = await counters.take(keys.guesses, bucket);
      if (!byAccount.allowed) {
        // It was not looked at, so it tells nothing and costs the network nothing: others may share its address.
        await counters.take(place, network, -1);
        return { allowed: false, retryAfter: byAccount.retryAfter, by: 'account' };
      }
      return {
        allowed: true,
        succeeded: async () => {
          await reset(keys);
          await counters.take(place, network, -1);
        },
        failed: async () => {
          await counters.add(keys.failures, 1, DAY);
        },
        unanswered: async () => {
          await counters.take(keys.guesses, bucket, -1);
          await counters.take(place, network, -1);
        },
      };
    },
  };
};
