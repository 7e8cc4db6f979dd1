import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '../../core/index.ts';
import { constantTimeEqual } from '../../core/index.ts';
import type { Vault } from '../../vault/index.ts';
import { canonicalName } from '../people/account-name.ts';

const VALID = 180 * 86_400_000;
const RENEWED_AFTER = 30 * 86_400_000;
const NONCE = 16;
const TIME = 6;
const MAC = 32;
const TOKEN = /^[A-Za-z0-9_-]{72}$/;

/** Most accounts that one browser is known for; the cookie stays small. */
const MOST = 3;

/**
 * Browsers in which somebody has signed in before. Each has guesses of its own for that account, so that strangers who use
 * up theirs cannot keep the owner out (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").
 */
export interface FamiliarBrowsers {
  /**
   * The tokens that a browser is to keep now that it has signed in to `account`: those it has for others, and one for this
   * account. Undefined when what it has will do.
   */
  renew(account: string, known: readonly string[]): readonly string[] | undefined;
  /** What names this browser where it has signed in to `account` (canonical) before; undefined for a stranger. */
  nameOf(account: string, known: readonly string[]): string | undefined;
}

interface Opened {
  nonce: string;
  age: number;
}

export const openFamiliarBrowsers = (vault: Vault, clock: Clock): FamiliarBrowsers => {
  const key = vault.derive('familiar browsers');
  const macOf = (account: string, body: Buffer): Buffer =>
    createHmac('sha256', key).update(body).update(account).digest();

  const open = (account: string, token: string): Opened | undefined => {
    if (!TOKEN.test(token)) return undefined;
    const bytes = Buffer.from(token, 'base64url');
    const body = bytes.subarray(0, NONCE + TIME);
    if (bytes.length !== NONCE + TIME + MAC) return undefined;
    if (!constantTimeEqual(bytes.subarray(NONCE + TIME), macOf(account, body))) return undefined;
    const age = clock.now() - body.readUIntBE(NONCE, TIME);
    return age >= 0 && age < VALID
      ? { nonce: body.subarray(0, NONCE).toString('base64url'), age }
      : undefined;
  };

  const find = (account: string, known: readonly string[]) =>
    known
      .slice(0, MOST)
      .map((token) => ({ token, opened: open(account, token) }))
      .find(({ opened }) => opened !== undefined);

  return {
    nameOf: (account, known) => find(account, known)?.opened?.nonce,
    renew: (name, known) => {
      const account = canonicalName(name);
      const found = find(account, known);
      if (found?.opened !== undefined && found.opened.age < RENEWED_AFTER) return undefined;
      const body = Buffer.concat([randomBytes(NONCE), Buffer.alloc(TIME)]);
      body.writeUIntBE(clock.now(), NONCE, TIME);
      const token = Buffer.concat([body, macOf(account, body)]).toString('base64url');
      const others = known.filter((each) => TOKEN.test(each) && each !== found?.token);
      return [token, ...others].slice(0, MOST);
    },
  };
};
