import type { Finding } from '../core/index.ts';
import { type Attack, attacksFor, ordinaryValue } from './attacks.ts';
import type { Beacon } from './beacon.ts';
import type { Endpoint, Reply } from './endpoint.ts';
import { type Opening, requestOf } from './request-of.ts';

/** A finding to try, with what is known of its way in. */
export interface ProbeTarget {
  finding: Finding;
  /** Keys that lead to the value in a JSON body. */
  path: readonly string[];
  /** Hosts that the app may fetch. */
  hosts: readonly string[];
}

export interface ProbeResult {
  /** `open`: it can be used. `shielded`: the app has it, the gate refuses it. `fixed`: the app no longer has it. */
  outcome: 'open' | 'shielded' | 'fixed' | 'unproved';
  /** What the bare app did, in a sentence. */
  direct: string;
  /** What came back through the gate; null when there was no gate to try. */
  gated: string | null;
  /** What became of an ordinary value; null when none was sent. */
  ordinary: string | null;
  /** Incident id of the gate's refusal. */
  incident: string | null;
}

/** What the attacks gave at one address. */
interface Seen {
  proof: string | undefined;
  attack: Attack | undefined;
  last: Reply | undefined;
  refused: string | undefined;
}

const incidentOf = ({ status, body }: Reply): string | undefined =>
  status === 403 || status === 413 ? /"incident":"([0-9a-z-]{8,32})"/.exec(body)?.[1] : undefined;

const sendValue = async (at: Endpoint, opening: Opening, value: string): Promise<Reply | undefined> => {
  const request = requestOf(opening, value);
  return 'none' in request ? undefined : at.send(request);
};

// What was stored shows on the page that the answer leads to, or on the same route.
const shownLater = async (
  at: Endpoint,
  opening: Opening,
  attack: Attack,
  reply: Reply,
): Promise<string | undefined> => {
  const { route } = opening.source;
  const { location } = reply.headers;
  const own =
    typeof location === 'string' && URL.canParse(location, at.origin)
      ? new URL(location, at.origin)
      : undefined;
  const target = own !== undefined && own.origin === at.origin ? own.pathname + own.search : (route ?? '/');
  if (/[<{]/.test(target)) return undefined;
  const page = await at.send({ method: 'GET', target, headers: {}, body: undefined });
  return attack.proof(page, undefined);
};

const tryAt = async (at: Endpoint, opening: Opening, attacks: readonly Attack[]): Promise<Seen> => {
  const seen: Seen = { proof: undefined, attack: undefined, last: undefined, refused: undefined };
  for (const attack of attacks) {
    const reply = await sendValue(at, opening, attack.value);
    if (reply === undefined) return seen;
    seen.last = reply;
    const refused = at.gated ? incidentOf(reply) : undefined;
    if (refused !== undefined) {
      seen.refused ??= refused;
      continue;
    }
    const counter = attack.counter === undefined ? undefined : await sendValue(at, opening, attack.counter);
    const proof =
      attack.proof(reply, counter) ??
      (attack.stored && reply.status < 400 ? await shownLater(at, opening, attack, reply) : undefined);
    if (proof !== undefined) return { ...seen, proof, attack };
  }
  return seen;
};

const unproved = (direct: string, gated: string | null = null): ProbeResult => ({
  outcome: 'unproved',
  direct,
  gated,
  ordinary: null,
  incident: null,
});

/** Whether the route is there and works: then an attack that proves nothing says something. */
const works = (reply: Reply | undefined, kind: string): boolean =>
  reply !== undefined &&
  reply.status < 500 &&
  reply.status !== 405 &&
  (reply.status !== 404 || kind === 'path');

const compare = (direct: Reply | undefined, gated: Reply | undefined): string | null => {
  const refused = gated === undefined ? undefined : incidentOf(gated);
  if (refused !== undefined) return `the gate refused an ordinary value (incident ${refused})`;
  if (direct !== undefined && gated !== undefined) {
    return direct.status === gated.status
      ? `an ordinary value is answered with ${gated.status} both ways`
      : `an ordinary value is answered with ${direct.status} by the app and ${gated.status} through the gate`;
  }
  const one = gated ?? direct;
  return one === undefined ? null : `an ordinary value is answered with ${one.status}`;
};

const directly = (seen: Seen, isFixed: boolean): string => {
  if (seen.proof !== undefined) return seen.proof;
  if (seen.last === undefined) return 'not tried';
  return isFixed ? 'no proof works any more' : `no proof worked (the last answer was ${seen.last.status})`;
};

/**
 * Tries a finding at the bare app and through the gate; either may be absent. Never sends what could change or take away
 * anything beyond what an ordinary request of that route does.
 * @throws errors of the connection.
 */
export const probeFinding = async (
  target: ProbeTarget,
  where: { bare: Endpoint | undefined; gate: Endpoint | undefined; beacon: Beacon },
): Promise<ProbeResult> => {
  const { finding } = target;
  if (finding.source === undefined) return unproved('it is not about what a request brings');
  const opening: Opening = { source: finding.source, path: target.path };
  const first = requestOf(opening, 'x');
  if ('none' in first) return unproved(first.none);
  const attacks = attacksFor(finding, where.beacon);
  if ('none' in attacks) return unproved(attacks.none);

  const value = ordinaryValue(finding, target.hosts);
  const ordinary = (at: Endpoint | undefined) =>
    at === undefined || value === undefined ? Promise.resolve(undefined) : sendValue(at, opening, value);
  const [plain, plainGated] = [await ordinary(where.bare), await ordinary(where.gate)];
  const said = compare(plain, plainGated);

  const bare = where.bare === undefined ? undefined : await tryAt(where.bare, opening, attacks);
  const alive = works(value === undefined ? bare?.last : plain, finding.sink.kind);
  const isFixed = bare !== undefined && bare.proof === undefined && alive;
  const direct = bare === undefined ? 'not tried: no upstream was named' : directly(bare, isFixed);
  const base = { direct, gated: null, ordinary: said, incident: null };
  if (where.gate === undefined)
    return { ...base, outcome: bare?.proof !== undefined ? 'open' : isFixed ? 'fixed' : 'unproved' };

  const gated = await tryAt(where.gate, opening, bare?.attack === undefined ? attacks : [bare.attack]);
  const incident = gated.refused ?? null;
  if (gated.proof !== undefined) return { ...base, outcome: 'open', gated: gated.proof };
  if (isFixed)
    return {
      ...base,
      incident,
      outcome: 'fixed',
      gated: incident === null ? 'no proof works any more' : 'the gate still refuses the proofs',
    };
  if (incident !== null) {
    const through = plainGated === undefined || incidentOf(plainGated) === undefined;
    return {
      ...base,
      incident,
      gated: `refused (incident ${incident})`,
      outcome: through && (bare === undefined || bare.proof !== undefined) ? 'shielded' : 'unproved',
    };
  }
  const status = gated.last?.status ?? 0;
  return { ...base, gated: `answered with ${status}, without a proof`, outcome: 'unproved' };
};
