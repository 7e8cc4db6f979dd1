import type { Clock, Counters, EventSink } from '../core/index.ts';
import type { Assertions, HandOff, KeptForms, Session, Sessions } from '../identity/index.ts';
import { answerNotice } from './answer/answer.ts';
import { type NoticeCode, notice } from './answer/notices.ts';
import { Refusals } from './answer/refusals.ts';
import { AtOnce } from './at-once.ts';
import { clientAddress } from './canonical/address.ts';
import { type CanonicalRequest, canonicalRequest } from './canonical/request.ts';
import { connectionMemory, type ReadCookies } from './connection-memory.ts';
import { CSP_REPORT_PATH } from './csp/policy.ts';
import type { CspSightings } from './csp/sightings.ts';
import { takeReports } from './csp/take-reports.ts';
import { askToSignIn, enter, RESERVED } from './enter.ts';
import type { Exchange } from './exchange.ts';
import { type Facts, headerMap, isNavigation } from './facts.ts';
import { type ForwardPorts, forward } from './forward/forward.ts';
import { requestHeaders } from './forward/request-headers.ts';
import type { Upstreams } from './forward/upstreams.ts';
import { forwardWebSocket, type Handshake } from './forward/websocket.ts';
import type { Guard, ResponseGuard, Transforms } from './guard.ts';
import { rateFields } from './guards/rate-fields.ts';
import { type Judgement, judge } from './judge.ts';
import { leave } from './leave.ts';
import type { Live } from './live.ts';
import { type LocalSite, serveLocalSite } from './local-site.ts';
import { peekBody } from './peek.ts';
import type { RouteTable } from './route-table.ts';
import type { GateApp } from './settings.ts';
import { AGAIN_PATH, askForFactor, CONFIRM_PATH, confirm, sendAgain } from './step-up.ts';

export interface GatePorts {
  sessions: Sessions;
  handOff: HandOff;
  keptForms: KeptForms;
  assertions: Assertions;
  portal: LocalSite;
  events: EventSink;
  counters: Counters;
  clock: Clock;
  /** What browsers told of the content security policies (C26). */
  sightings: CspSightings;
}

/** What one version of the configuration makes of the ports: replaced whole by a reload. */
export interface GateState {
  routes: RouteTable;
  transforms: Transforms;
  /** The guards of stage `request`, and those of stage `session`. */
  beforeSession: readonly Guard[];
  afterSession: readonly Guard[];
  /** The guards of stage `body`. */
  withBody: readonly Guard[];
  /** How many bytes of a body they want to see; 0 for none. */
  peek: number;
  responseGuards: readonly ResponseGuard[];
}

const TOUCH_EVERY = 60_000;

const errorText = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message).slice(0, 4_000) : String(error).slice(0, 4_000);

/** Takes each request from the wire to its answer. The order of the steps is the order of this file. */
export class Handler {
  readonly #ports: GatePorts;
  readonly #live: Live;
  readonly #upstreams: Upstreams;
  readonly #atOnce = new AtOnce();
  readonly #refusals: Refusals;
  #state: GateState;

  constructor(ports: GatePorts, state: GateState, live: Live, upstreams: Upstreams) {
    this.#ports = ports;
    this.#refusals = new Refusals(ports.events);
    this.#state = state;
    this.#live = live;
    this.#upstreams = upstreams;
  }

  use(state: GateState): void {
    this.#state = state;
  }

  async handle(exchange: Exchange, handshake?: Handshake): Promise<void> {
    const state = this.#state;
    const { incoming } = exchange;
    const rawHeaders = wireHeaders(incoming.rawHeaders);
    const canonical = canonicalRequest({
      protocol: exchange.protocol,
      method: incoming.method ?? '',
      target: incoming.url ?? '',
      scheme: 'scheme' in incoming && incoming.scheme !== '' ? incoming.scheme : undefined,
      authority: 'authority' in incoming && incoming.authority !== '' ? incoming.authority : undefined,
      rawHeaders,
    });
    const headers = headerMap(rawHeaders);
    const memory = connectionMemory(exchange);
    const client = {
      address: clientAddress(memory.address, headers.get('x-forwarded-for'), state.routes.isTrustedProxy),
      userAgent: (headers.get('user-agent') ?? '').slice(0, 512),
    };
    if (!canonical.ok) {
      this.#refusals.refuseUnrouted(
        exchange,
        headers,
        client.address,
        400,
        'malformed-request',
        canonical.reason,
      );
      return;
    }
    const route = state.routes.routeOf(canonical.value.authority);
    if (route === undefined) {
      this.#refusals.refuseUnrouted(
        exchange,
        headers,
        client.address,
        421,
        'unknown-host',
        'unknown-host',
        canonical.value,
      );
      return;
    }
    if (route.to === 'portal') {
      await this.#servePortal(exchange, canonical.value, rawHeaders, headers, client, state);
      return;
    }
    const facts = this.#facts(
      exchange,
      canonical.value,
      rawHeaders,
      headers,
      client,
      route.app,
      handshake !== undefined,
      memory.cookies(headers.get('cookie'), this.#ports.sessions),
    );
    try {
      await this.#guarded(exchange, facts, state, handshake);
    } catch (error) {
      this.#refusals.fail(exchange, facts, 'gate-failed', 'exception', errorText(error));
    }
  }

  #facts(
    exchange: Exchange,
    canonical: CanonicalRequest,
    rawHeaders: readonly string[],
    headers: ReadonlyMap<string, string>,
    client: Facts['client'],
    app: GateApp,
    upgrade: boolean,
    cookies: ReadCookies,
  ): Facts {
    const length = headers.get('content-length');
    return {
      ...canonical,
      protocol: exchange.protocol,
      time: this.#ports.clock.now(),
      client,
      app,
      upgrade,
      navigation: isNavigation(canonical.method, headers),
      headers,
      rawHeaders,
      contentLength: length === undefined ? (exchange.hasNoBody ? 0 : undefined) : Number(length),
      cookies,
      session: undefined,
      peeked: undefined,
    };
  }

  async #guarded(
    exchange: Exchange,
    facts: Facts,
    state: GateState,
    handshake: Handshake | undefined,
  ): Promise<void> {
    if (state.peek > 0 && !exchange.hasNoBody) {
      facts.peeked = await exchange.patiently(peekBody(exchange, state.peek));
      if (exchange.closed) return;
    }

    const first = judge(state.beforeSession, facts, this.#refusals.observe);
    const refused = first instanceof Promise ? await first : first;
    if (refused.verdict.verdict !== 'pass') {
      await this.#answerVerdict(exchange, facts, refused, state);
      return;
    }
    const { token, key } = facts.cookies;
    if (token !== undefined && key !== undefined) {
      const { sessions } = this.#ports;
      facts.session = sessions.peek(key, facts.app.name) ?? (await sessions.find(token, facts.app.name));
    }
    if (facts.path === RESERVED || facts.path.startsWith(`${RESERVED}/`)) {
      await this.#serveReserved(exchange, facts, state);
      return;
    }
    const second = judge(state.afterSession, facts, this.#refusals.observe);
    const decided = second instanceof Promise ? await second : second;
    if (decided.verdict.verdict !== 'pass') {
      await this.#answerVerdict(exchange, facts, decided, state);
      return;
    }
    if (state.withBody.length > 0) {
      const third = await this.#judgeBody(exchange, facts, state);
      if (exchange.closed) return;
      if (third.verdict.verdict !== 'pass') {
        await this.#answerVerdict(exchange, facts, third, state);
        return;
      }
    }
    if (!this.#atOnce.enter(exchange, facts, state.routes.settings.limits)) {
      const verdict = { verdict: 'throttle', until: facts.time + 1_000 } as const;
      await this.#answerVerdict(exchange, facts, { guard: 'at-once', verdict }, state);
      return;
    }
    await this.#forward(exchange, facts, state, handshake);
  }

  /** Asks the guards that may look into the body: as late as it can be, and no byte more than they want. */
  async #judgeBody(exchange: Exchange, facts: Facts, { withBody }: GateState): Promise<Judgement> {
    const wanted = withBody.reduce((most, guard) => Math.max(most, guard.wantsBody?.(facts) ?? 0), 0);
    const whole = facts.peeked !== undefined && exchange.incoming.readableEnded;
    if (wanted > 0 && !exchange.hasNoBody && !whole)
      facts.peeked = await exchange.patiently(peekBody(exchange, wanted));
    return judge(withBody, facts, this.#refusals.observe);
  }

  async #forward(
    exchange: Exchange,
    facts: Facts,
    state: GateState,
    handshake: Handshake | undefined,
  ): Promise<void> {
    const { session } = facts;
    if (facts.app.upstream === undefined) {
      this.#refusals.fail(exchange, facts, 'app-starting', 'app-starting');
      return;
    }
    const made = session === undefined ? undefined : this.#ports.assertions.forApp(session, facts.app.origin);
    const assertion = made instanceof Promise ? await made : made;
    // The session may have ended while the guards were asked: its end has been told by then, so ask once more.
    if (session !== undefined && !this.#ports.sessions.isAlive(session.id)) {
      await this.#answerVerdict(exchange, { ...facts, session: undefined }, ASK_AGAIN, state);
      return;
    }
    const ports: ForwardPorts = {
      upstreams: this.#upstreams,
      live: this.#live,
      clock: this.#ports.clock,
      limits: state.routes.settings.limits,
      transforms: state.transforms,
      responseGuards: state.responseGuards,
      fail: (failed, about, code, reason, detail, status) =>
        this.#refusals.fail(failed, about, code, reason, detail, status),
    };
    const headers = requestHeaders(facts, assertion);
    if (handshake === undefined) forward(exchange, facts, headers, ports);
    else
      forwardWebSocket(
        exchange,
        facts,
        handshake,
        headers,
        ports,
        this.#toucher(session, facts.cookies.token, facts.app.name),
      );
  }

  /** Keeps a session awake while its WebSocket sends, asking at most once a minute. */
  #toucher(session: Session | undefined, token: string | undefined, app: string): () => void {
    let last = this.#ports.clock.monotonic();
    return () => {
      const now = this.#ports.clock.monotonic();
      if (session === undefined || token === undefined || now - last < TOUCH_EVERY) return;
      last = now;
      this.#ports.sessions.find(token, app).catch(() => {});
    };
  }

  async #serveReserved(exchange: Exchange, facts: Facts, state: GateState): Promise<void> {
    const { portal } = state.routes.settings;
    if (facts.path === `${RESERVED}/enter` && facts.method === 'GET') {
      await enter(exchange, facts, this.#ports.handOff);
    } else if (facts.path === `${RESERVED}/sign-out` && (facts.method === 'GET' || facts.method === 'POST')) {
      leave(exchange, facts, portal.origin);
    } else if (facts.path === CONFIRM_PATH && facts.method === 'GET') {
      confirm(exchange, facts, portal.origin);
    } else if (facts.path === AGAIN_PATH && facts.method === 'GET') {
      await sendAgain(exchange, facts, this.#ports.keptForms);
    } else if (facts.path === CSP_REPORT_PATH && facts.method === 'POST') {
      await takeReports(exchange, facts, this.#ports.sightings, this.#ports.counters);
    } else answerNotice(exchange, 404, notice('not-found'), facts.headers.get('accept'));
  }

  async #answerVerdict(
    exchange: Exchange,
    facts: Facts,
    { guard, verdict, error }: Judgement,
    state: GateState,
  ): Promise<void> {
    const accept = facts.headers.get('accept');
    const { portal } = state.routes.settings;
    switch (verdict.verdict) {
      case 'pass':
        return;
      case 'ask': {
        if (facts.session !== undefined && verdict.assurance !== 'password') {
          await askForFactor(exchange, facts, portal.origin, verdict, this.#ports.keptForms);
          return;
        }
        if (facts.navigation && !facts.upgrade) {
          askToSignIn(exchange, facts, portal.origin, verdict);
          return;
        }
        const link = { href: `${facts.app.origin}/`, text: 'Sign in' };
        answerNotice(exchange, 401, notice('sign-in-required', undefined, link), accept, [
          'www-authenticate',
          `Gatehouse realm="${facts.app.name}", assurance="${verdict.assurance}"`,
        ]);
        return;
      }
      case 'throttle': {
        const seconds = Math.max(1, Math.ceil((verdict.until - facts.time) / 1_000));
        this.#refusals.refuse(exchange, facts, 429, 'too-many-requests', guard, 'throttled', [
          'retry-after',
          String(seconds),
          ...rateFields(facts),
        ]);
        return;
      }
      case 'refuse': {
        if (error !== undefined) {
          this.#refusals.fail(exchange, facts, 'gate-failed', `guard-${guard}`, errorText(error));
          return;
        }
        const status = verdict.status ?? 403;
        const code: NoticeCode =
          status === 413 || status === 431 ? 'too-large' : status === 404 ? 'not-found' : 'refused';
        this.#refusals.refuse(exchange, facts, status, code, guard, verdict.why, [], verdict);
      }
    }
  }

  async #servePortal(
    exchange: Exchange,
    canonical: CanonicalRequest,
    rawHeaders: readonly string[],
    headers: ReadonlyMap<string, string>,
    client: Facts['client'],
    state: GateState,
  ): Promise<void> {
    const { hsts } = state.routes.settings;
    const extra = hsts === undefined ? [] : ['strict-transport-security', hsts];
    try {
      await serveLocalSite(exchange, canonical, rawHeaders, client, this.#ports.portal, extra);
    } catch (error) {
      this.#refusals.failUnrouted(exchange, headers, client.address, 'portal', errorText(error));
    }
  }
}

const ASK_AGAIN: Judgement = { guard: 'access', verdict: { verdict: 'ask', assurance: 'password' } };

/** Header names and values without HTTP/2's pseudo headers, which have their own places. */
const wireHeaders = (raw: readonly string[]): readonly string[] => {
  if (!raw[0]?.startsWith(':')) return raw;
  const fields: string[] = [];
  for (let i = 0; i < raw.length; i += 2)
    if (!raw[i]?.startsWith(':')) fields.push(raw[i] ?? '', raw[i + 1] ?? '');
  return fields;
};
