import { createHash } from 'node:crypto';
import { type EventSink, GatehouseError } from '../../core/index.ts';
import type { PasswordProblem } from '../types.ts';

// A range holds about a thousand lines of 40 characters, with padding (Add-Padding) up to twice that.
const LONGEST_ANSWER = 1_048_576;
const LINE = /^([0-9A-F]{35}):(\d{1,12})$/;

export interface BreachService {
  /** Address of the ranges; the first five characters of the hash are put behind it. */
  url: string;
  /** Milliseconds until the answer is given up. */
  timeout: number;
}

const isLoopback = (host: string): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(host);

/** @throws {GatehouseError} `setting-invalid` for an address that is not https (loopback may be http). */
export const rangeAddress = (url: string): string => {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const secure =
    parsed?.protocol === 'https:' || (parsed?.protocol === 'http:' && isLoopback(parsed.hostname));
  if (parsed !== undefined && secure) return parsed.href.endsWith('/') ? parsed.href : `${parsed.href}/`;
  throw new GatehouseError('setting-invalid', 'passwords.breaches.url is not an https address', {
    remedy: 'Name the address that serves ranges, such as https://api.pwnedpasswords.com/range/.',
    position: { file: 'identity', field: 'passwords.breaches.url' },
  });
};

const readBounded = async (response: Response): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > LONGEST_ANSWER) throw new RangeError('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('latin1');
};

/**
 * How often a password was seen in breaches. Only the first five characters of its SHA-1 leave the machine (k-anonymity:
 * they are shared by hundreds of known passwords), padded so that the length of the answer tells nothing.
 * @throws whatever keeps the service from answering.
 */
const timesBreached = async (base: string, timeout: number, password: string): Promise<number> => {
  const hash = createHash('sha1').update(password.normalize('NFKC')).digest('hex').toUpperCase();
  const response = await fetch(base + hash.slice(0, 5), {
    headers: { 'Add-Padding': 'true', 'User-Agent': 'gatehouse' },
    redirect: 'error',
    signal: AbortSignal.timeout(timeout),
  });
  if (response.status !== 200) throw new RangeError(`the service answered ${response.status}`);
  const lines = (await readBounded(response)).split(/\r?\n/).filter((line) => line !== '');
  const ranges = lines.map((line) => LINE.exec(line));
  if (ranges.length === 0 || ranges.includes(null))
    throw new RangeError('the service answered something else');
  const found = ranges.find((match) => match?.[1] === hash.slice(5));
  return Number(found?.[2] ?? 0);
};

export type BreachCheck = (password: string) => Promise<readonly PasswordProblem[]>;

/**
 * Refuses passwords that are known from breaches. A service that is down, slow or lying lets the password pass, since it
 * must not decide who can work; the log says that it was not looked up.
 */
export const breachCheck = (service: BreachService | undefined, events: EventSink): BreachCheck => {
  if (service === undefined) return async () => [];
  const base = rangeAddress(service.url);
  return async (password) => {
    try {
      if ((await timesBreached(base, service.timeout, password)) === 0) return [];
      return [{ kind: 'breached', says: 'It is known from a breach, so attackers try it.' }];
    } catch (error) {
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown';
      await events.record({
        type: 'password.unchecked',
        outcome: 'failure',
        fields: { reason: reason.slice(0, 200), target: new URL(base).host },
      });
      return [];
    }
  };
};
