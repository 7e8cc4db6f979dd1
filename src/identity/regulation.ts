import { createHmac } from 'node:crypto';
import type { Bucket } from '../core/index.ts';
import { networkOf } from '../core/index.ts';
import type { Ports } from './ports.ts';
import type { ClientInfo } from './types.ts';

/** A guess that may be answered; exactly one of the three follows. */
export interface Admitted {
  allowed: true;
  /** The answer was yes: the account starts afresh. */
  succeeded(): Promise<void>;
  /** The answer was no: the next wait is longer. */
  failed(): Promise<void>;
  /** There was no answer (the machine is busy): the guess is given back. */
  unanswered(): Promise<void>;
}

export type Admission = Admitted | { allowed: false; retryAfter: number; by: 'account' | 'network' };

export interface Regulation {
  /**
   * Asks for one guess at `account`, a canonical name, whether or not it exists. The guess is taken before the answer is
   * worked out, so that parallel guesses get exactly the number that is allowed (CVE-2026-45364).
   */
  admit(account: string, client: ClientInfo): Promise<Admission>;
  /** Lets an account start afresh: its owner proved who they are in another way, or an administrator asked for it. */
  forgive(account: string): Promise<void>;
}

const DAY = 86_400_000;
// 2^20 first waits are longer than any longest wait that the settings allow.
const MOST_DOUBLINGS = 20;

export const openRegulation = ({ counters, vault, settings }: Ports): Regulation => {
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

  const keysOf = (account: string) => {
    const name = pseudonym(account);
    return { guesses: `signin:guesses:${name}`, failures: `signin:failures:${name}` };
  };

  const forgive = async (account: string): Promise<void> => {
    const { guesses, failures } = keysOf(account);
    await counters.reset(guesses);
    await counters.reset(failures);
  };

  return {
    forgive,
    admit: async (account, client) => {
      const { guesses, failures } = keysOf(account);
      const place = `signin:network:${pseudonym(networkOf(client.address))}`;

      const byNetwork = await counters.take(place, network);
      if (!byNetwork.allowed) return { allowed: false, retryAfter: byNetwork.retryAfter, by: 'network' };
      const bucket = accountBucket(await counters.read(failures));
      const byAccount = await counters.take(guesses, bucket);
      if (!byAccount.allowed) {
        // It was not looked at, so it tells nothing and costs the network nothing: others may share its address.
        await counters.take(place, network, -1);
        return { allowed: false, retryAfter: byAccount.retryAfter, by: 'account' };
      }
      return {
        allowed: true,
        succeeded: async () => {
          await forgive(account);
          await counters.take(place, network, -1);
        },
        failed: async () => {
          await counters.add(failures, 1, DAY);
        },
        unanswered: async () => {
          await counters.take(guesses, bucket, -1);
          await counters.take(place, network, -1);
        },
      };
    },
  };
};
