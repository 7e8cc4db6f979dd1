import { PassThrough, pipeline, type Readable, type Transform } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Clock } from '../../core/index.ts';
import type { NoticeCode } from '../answer/notices.ts';
import type { Exchange } from '../exchange.ts';
import type { Facts } from '../facts.ts';
import type { Guard, ResponseGuard, Transforms } from '../guard.ts';
import type { Live, LiveEntry } from '../live.ts';
import type { GateLimits } from '../settings.ts';
import { DEBUG_PAGE_WINDOW, showsInternals } from './debug-pages.ts';
import { closedUnderUs, failureOf } from './failure.ts';
import type { ResponseHead } from './response-head.ts';
import { responseHead } from './response-headers.ts';
import type { Upstreams } from './upstreams.ts';

export interface ForwardPorts {
  upstreams: Upstreams;
  live: Live;
  clock: Clock;
  limits: GateLimits;
  /** The guards that declared to see bodies, answers or messages. */
  transforms: Transforms;
  responseGuards: readonly ResponseGuard[];
  /** Answers the visitor instead of the app and records why. `detail` is for the log alone. */
  fail(
    exchange: Exchange,
    facts: Facts,
    code: NoticeCode,
    reason: string,
    detail?: string,
    status?: number,
  ): void;
}

/** What the guards make for this request; most make nothing. */
const made = <T>(guards: readonly Guard[], make: (guard: Guard) => T | undefined): T[] =>
  guards.length === 0 ? [] : guards.map(make).filter((one) => one !== undefined);

const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS']);
// A client that sends a body has to bring this many bytes in each `clientIdle`, else it is only holding us up.
const LEAST_PROGRESS = 512;

const isText = (type: string): boolean =>
  /^(?:text\/(?:html|plain)|application\/(?:json|problem\+json|xhtml\+xml))/i.test(type);

/** One request on its way to the app and its answer on the way back: streams both ways with back-pressure. */
class Forwarding implements LiveEntry {
  readonly sessionId: string | undefined;
  readonly #exchange: Exchange;
  readonly #facts: Facts;
  readonly #headers: readonly string[];
  readonly #ports: ForwardPorts;
  #controller: Dispatcher.DispatchController | undefined;
  #phase: 'sending' | 'waiting' | 'answering' | 'blocked' | 'over' = 'sending';
  #since: number;
  #sent = 0;
  #sentBefore = 0;
  #eventStream = false;
  #retried = false;
  #held: Buffer[] | undefined;
  #heldSize = 0;
  #head: ResponseHead | undefined;
  #out: Transform | undefined;

  constructor(exchange: Exchange, facts: Facts, headers: readonly string[], ports: ForwardPorts) {
    this.#exchange = exchange;
    this.#facts = facts;
    this.#headers = headers;
    this.#ports = ports;
    this.sessionId = facts.session?.id;
    this.#since = ports.clock.monotonic();
  }

  start(): void {
    this.#ports.live.add(this);
    this.#exchange.onClosed(() => {
      this.#finish();
      this.#controller?.abort(new Error('the visitor has gone'));
    });
    this.#exchange.invite();
    this.#dispatch(this.#body());
  }

  end(): void {
    this.#exchange.destroy();
  }

  sweep(now: number): void {
    const { clientIdle, answerIdle } = this.#ports.limits;
    const silent = now - this.#since;
    if (this.#phase === 'sending' && silent > clientIdle) {
      if (this.#sent - this.#sentBefore < LEAST_PROGRESS) this.#replace('too-slow', 'slow-client');
      this.#sentBefore = this.#sent;
      this.#since = now;
    } else if (this.#phase === 'blocked' && silent > clientIdle) this.#replace('too-slow', 'slow-client');
    else if (this.#phase === 'answering' && !this.#eventStream && silent > answerIdle)
      this.#replace('app-timeout', 'slow-app');
  }

  /** Answers instead of the app, which is heard no further; an answer that has begun is cut. */
  #replace(code: NoticeCode, reason: string, detail?: string, status?: number): void {
    this.#finish();
    this.#ports.fail(this.#exchange, this.#facts, code, reason, detail, status);
    this.#controller?.abort(new Error('answered by the gate'));
  }

  #finish(): void {
    this.#phase = 'over';
    this.#ports.live.remove(this);
  }

  #progress(phase: 'sending' | 'waiting' | 'answering' | 'blocked'): void {
    if (this.#phase === 'over') return;
    this.#phase = phase;
    this.#since = this.#ports.clock.monotonic();
  }

  #body(): Readable | Buffer | null {
    const { peeked } = this.#facts;
    if (this.#exchange.hasNoBody) {
      this.#phase = 'waiting';
      return null;
    }
    const transforms = made(this.#ports.transforms.body, (guard) => guard.transformBody?.(this.#facts));
    if (this.#exchange.incoming.readableEnded && transforms.length === 0) return peeked ?? null;
    if (transforms.length === 0) return this.#exchange.incoming;
    const last = transforms.at(-1) ?? new PassThrough();
    pipeline([this.#exchange.incoming, ...transforms], () => {});
    return last;
  }

  #dispatch(body: Readable | Buffer | null): void {
    const { facts, ports } = { facts: this.#facts, ports: this.#ports };
    try {
      ports.upstreams.poolFor(facts.app).dispatch(
        {
          path: facts.target,
          method: facts.method as Dispatcher.HttpMethod,
          headers: this.#headers as string[],
          body: body,
          headersTimeout: ports.limits.answerTime,
          bodyTimeout: 0,
        },
        this.#handler(body === null),
      );
    } catch (error) {
      this.#failed(error);
    }
  }

  #handler(bodyless: boolean): Dispatcher.DispatchHandler {
    return {
      onRequestStart: (controller) => {
        this.#controller = controller;
        if (this.#exchange.closed) controller.abort(new Error('the visitor has gone'));
      },
      onBodySent: (chunk: Buffer) => {
        this.#sent += chunk.length;
        if (this.#sent <= this.#ports.limits.body) return;
        this.#replace('too-large', 'body-too-large');
      },
      onRequestSent: () => {
        if (this.#phase === 'sending') this.#progress('waiting');
      },
      onResponseStart: (controller, status) => {
        if (status >= 200) this.#answer(status, (controller.rawHeaders ?? []) as (Buffer | string)[]);
      },
      onResponseData: (_controller, chunk) => this.#data(chunk),
      onResponseEnd: () => {
        // Nothing is left to abort: an error made for each finished request would cost more than the decision.
        this.#controller = undefined;
        this.#ended();
      },
      onResponseError: (_controller, error) => {
        const again =
          bodyless &&
          !this.#retried &&
          this.#head === undefined &&
          IDEMPOTENT.has(this.#facts.method) &&
          closedUnderUs(error);
        if (!again || this.#exchange.closed) return this.#failed(error);
        this.#retried = true;
        this.#dispatch(null);
      },
    };
  }

  #answer(status: number, raw: readonly (Buffer | string)[]): void {
    const head = responseHead(status, raw);
    this.#head = head;
    this.#progress('answering');
    const type = head.get('content-type') ?? '';
    this.#eventStream = type.startsWith('text/event-stream');
    const suspicious = status >= 400 ? this.#facts.method !== 'HEAD' && (isText(type) || type === '') : false;
    if (this.#facts.app.errors === 'safe' && (status >= 500 || suspicious)) this.#held = [];
    else this.#sendHead(head);
  }

  #sendHead(head: ResponseHead): void {
    const transforms = made(this.#ports.transforms.response, (guard) =>
      guard.transformResponse?.(this.#facts, head),
    );
    if (transforms.length > 0) {
      head.remove('content-length');
      this.#out = this.#chain(transforms);
    }
    for (const guard of this.#ports.responseGuards) guard.edit(head, this.#facts);
    try {
      this.#exchange.writeHead(head.status, head.flat());
    } catch (error) {
      // A field that this protocol cannot carry: the app is at fault, and the visitor must not wait for ever.
      this.#replace('app-failed', 'malformed-answer', String(error));
    }
  }

  #chain(transforms: readonly Transform[]): Transform {
    const first = transforms[0] ?? new PassThrough();
    const last = transforms.at(-1) ?? first;
    if (transforms.length > 1) {
      pipeline([...transforms], (error) => {
        if (error) this.#replace('gate-failed', 'transform-failed');
      });
    } else first.on('error', () => this.#replace('gate-failed', 'transform-failed'));
    last.on('data', (chunk: Buffer) => {
      this.#progress('answering');
      if (this.#exchange.write(chunk)) return;
      last.pause();
      this.#exchange.onDrain(() => last.resume());
    });
    last.on('end', () => this.#finishAnswer());
    return first;
  }

  #data(chunk: Buffer): void {
    if (this.#phase === 'over') return;
    this.#progress('answering');
    if (this.#held !== undefined) {
      if (this.#heldSize < DEBUG_PAGE_WINDOW) this.#held.push(chunk);
      this.#heldSize += chunk.length;
      if (this.#heldSize >= DEBUG_PAGE_WINDOW) this.#release();
      return;
    }
    this.#write(chunk);
  }

  #write(chunk: Buffer): void {
    const target = this.#out;
    const room = target === undefined ? this.#exchange.write(chunk) : target.write(chunk);
    if (room) return;
    this.#controller?.pause();
    this.#progress('blocked');
    const go = () => {
      this.#progress('answering');
      this.#controller?.resume();
    };
    if (target === undefined) this.#exchange.onDrain(go);
    else target.once('drain', go);
  }

  // An answer that was held back is either safe to show or replaced; the log gets its beginning.
  #release(): boolean {
    const [head, held] = [this.#head, this.#held];
    if (head === undefined || held === undefined) return true;
    this.#held = undefined;
    const body = Buffer.concat(held);
    const type = head.get('content-type') ?? '';
    const replace =
      (head.status >= 500 && !/^application\/(?:json|problem\+json)/i.test(type)) ||
      showsInternals(body, head.get('content-encoding'));
    if (!replace) {
      this.#sendHead(head);
      if (body.length > 0) this.#write(body);
      return true;
    }
    const detail = body.subarray(0, 4_096).toString('utf8');
    this.#replace('app-failed', `status-${head.status}`, detail, head.status);
    return false;
  }

  #ended(): void {
    if (this.#phase === 'over') return;
    if (this.#held !== undefined && !this.#release()) return;
    if (this.#out === undefined) this.#finishAnswer();
    else this.#out.end();
  }

  /** From here on only the visitor is waited for. */
  #finishAnswer(): void {
    this.#exchange.end();
    this.#progress('blocked');
  }

  #failed(error: unknown): void {
    if (this.#exchange.closed || this.#phase === 'over') return;
    if (this.#exchange.headSent) {
      // The visitor must not take half an answer for a whole one.
      if (!this.#exchange.closed) this.#exchange.destroy();
      return;
    }
    const { notice, reason } = failureOf(error);
    this.#ports.fail(this.#exchange, this.#facts, notice, reason);
  }
}

/** Sends a request that all guards passed to its app, and the app's answer back. */
export const forward = (
  exchange: Exchange,
  facts: Facts,
  headers: readonly string[],
  ports: ForwardPorts,
): void => new Forwarding(exchange, facts, headers, ports).start();
