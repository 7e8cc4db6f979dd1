import { type EventFields, type EventSink, type EventType, newIncidentId } from '../../core/index.ts';
import type { CanonicalRequest } from '../canonical/request.ts';
import type { Exchange } from '../exchange.ts';
import type { Facts } from '../facts.ts';
import type { Verdict } from '../guard.ts';
import type { Judgement } from '../judge.ts';
import { answerNotice, wantsHtml } from './answer.ts';
import { type NoticeCode, notice } from './notices.ts';

type Headers = ReadonlyMap<string, string>;

/** What the log is told of the shield that refused. */
const ruleOf = (verdict: Verdict): EventFields =>
  verdict.verdict === 'refuse' && verdict.rule !== undefined
    ? { rule: verdict.rule, ...(verdict.finding !== undefined && { finding: verdict.finding }) }
    : {};

/**
 * Answers that the gate gives instead of the app, each with an incident id (C30): the visitor sees the id and nothing of
 * the inside, the log has the rest. An answer waits for no record.
 */
export class Refusals {
  readonly #events: EventSink;

  constructor(events: EventSink) {
    this.#events = events;
  }

  /** What a guard that only observes would have done. */
  readonly observe = ({ guard, verdict }: Judgement, facts: Facts): void => {
    const why = verdict.verdict === 'refuse' ? verdict.why : verdict.verdict;
    const reason = `observed: ${why}`.slice(0, 200);
    this.#record('request.refused', facts, { guard, reason, ...ruleOf(verdict) });
  };

  /** Refuses what `guard` has judged; `reason` is a stable word. */
  refuse(
    exchange: Exchange,
    facts: Facts,
    status: number,
    code: NoticeCode,
    guard: string,
    reason: string,
    extra: readonly string[] = [],
    verdict?: Verdict,
  ): void {
    const incident = newIncidentId();
    const rule = verdict === undefined ? {} : ruleOf(verdict);
    const fields = { guard, reason: reason.slice(0, 200), status, incident, ...rule };
    this.#record('request.refused', facts, fields);
    const link = wantsHtml(facts.headers.get('accept'))
      ? { href: '/', text: `Back to ${facts.app.title}` }
      : undefined;
    answerNotice(exchange, status, notice(code, incident, link), facts.headers.get('accept'), extra);
  }

  /** Says that the app or the gate has failed; `detail` is for the log alone. */
  fail(
    exchange: Exchange,
    facts: Facts,
    code: NoticeCode,
    reason: string,
    detail?: string,
    status?: number,
  ): void {
    const incident = newIncidentId();
    const failed = notice(code, incident);
    this.#record('request.failed', facts, {
      reason,
      incident,
      status: status ?? failed.status,
      ...(detail !== undefined && { detail: detail.slice(0, 4_096) }),
    });
    answerNotice(exchange, status ?? failed.status, failed, facts.headers.get('accept'));
  }

  /** Refuses what belongs to no app. */
  refuseUnrouted(
    exchange: Exchange,
    headers: Headers,
    address: string,
    status: number,
    code: NoticeCode,
    reason: string,
    canonical?: CanonicalRequest,
  ): void {
    const incident = newIncidentId();
    const host = canonical && { host: canonical.authority.slice(0, 255) };
    this.#send('request.malformed', { reason, status, incident, address, ...host });
    answerNotice(exchange, status, notice(code, incident), headers.get('accept'));
  }

  /** Says that the gate has failed where no app was asked for. */
  failUnrouted(exchange: Exchange, headers: Headers, address: string, reason: string, detail: string): void {
    const incident = newIncidentId();
    this.#send('request.failed', { reason, status: 500, incident, address, detail });
    answerNotice(exchange, 500, notice('gate-failed', incident), headers.get('accept'));
  }

  #record(type: EventType, facts: Facts, fields: EventFields): void {
    const { session } = facts;
    this.#send(type, {
      app: facts.app.name,
      method: facts.method,
      host: facts.authority,
      path: facts.path.slice(0, 2_048),
      address: facts.client.address,
      ...(session && { actor: session.person.id, session: session.id, name: session.person.name }),
      ...fields,
    });
  }

  #send(type: EventType, fields: EventFields): void {
    const outcome = type === 'request.failed' ? 'failure' : 'refused';
    this.#events.record({ type, outcome, fields }).catch(() => {});
  }
}
