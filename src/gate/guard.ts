import type { Transform } from 'node:stream';
import type { Assurance } from '../access/index.ts';
import type { Facts } from './facts.ts';
import type { ResponseHead } from './forward/response-head.ts';

/** What a guard says of a request. An exception is a refusal. */
export type Verdict =
  | { verdict: 'pass' }
  /** `why` is a stable word; `status` the answer (403 unless said otherwise); `rule` and `finding` go to the log. */
  | { verdict: 'refuse'; why: string; status?: number; rule?: string; finding?: string }
  /** Sign in, or prove more: `maxAge` in milliseconds says how fresh the second factor has to be. */
  | { verdict: 'ask'; assurance: Exclude<Assurance, 'none'>; maxAge?: number }
  /** Not before `until` (milliseconds since the epoch). */
  | { verdict: 'throttle'; until: number };

export const PASS: Verdict = { verdict: 'pass' };

/** What a guard has to be given; declared, so that nothing is read twice or for nobody. */
export type Need = 'session' | { peek: number } | 'body.transform' | 'response.transform' | 'frames';

/** A WebSocket message on its way; what comes back goes on, undefined ends the connection. */
export type FrameFilter = (
  message: { data: Buffer; binary: boolean },
  direction: 'up' | 'down',
) => { data: Buffer; binary: boolean } | undefined;

/**
 * One guard: one small file. `check` is a pure function of the facts, the configuration and the clock; counters,
 * sessions and caches come in through ports when the guard is made.
 */
export interface Guard {
  name: string;
  /** `request`: before it is known who asks. `session`: after. `body`: once they may, with what `wantsBody` asked for. */
  stage: 'request' | 'session' | 'body';
  needs: readonly Need[];
  /** `observe` records what it would have refused and lets it pass. */
  mode: 'observe' | 'block';
  check(facts: Facts): Verdict | Promise<Verdict>;
  /** In stage `body`: how many bytes of this request's body it wants to see; 0 for none. */
  wantsBody?(facts: Facts): number;
  /** With `body.transform`: a stream that the body passes through, or undefined for this request. */
  transformBody?(facts: Facts): Transform | undefined;
  /** With `response.transform`: the same for the response's body. */
  transformResponse?(facts: Facts, head: ResponseHead): Transform | undefined;
  /** With `frames`: sees every WebSocket message of this connection, or undefined for none. */
  filterFrames?(facts: Facts): FrameFilter | undefined;
}

/** Edits the head of a response before the visitor gets it. */
export interface ResponseGuard {
  name: string;
  edit(head: ResponseHead, facts: Facts): void;
}

/** Guards by what they declared to see, so that a request asks nobody who declared nothing. */
export interface Transforms {
  body: readonly Guard[];
  response: readonly Guard[];
  frames: readonly Guard[];
}

export const transformsOf = (guards: readonly Guard[]): Transforms => ({
  body: guards.filter(({ needs }) => needs.includes('body.transform')),
  response: guards.filter(({ needs }) => needs.includes('response.transform')),
  frames: guards.filter(({ needs }) => needs.includes('frames')),
});
