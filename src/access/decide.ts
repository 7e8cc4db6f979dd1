import { type Bucket, isStricter, maskOf, type OrderedRule } from './bucket.ts';
import { hashOrFault } from './canonical-fault.ts';
import { foldCase } from './fold-case.ts';
import type { CompiledApp, Policy, SeenPath } from './policy.ts';
import { EVERYONE_INDEX, NOBODY, type Standing, standingOf } from './roles.ts';
import type { AccessPerson, AccessRequest, DecidingRule, Decision } from './types.ts';

/** How far ahead the clock of the instance that saw the factor may be, in milliseconds. */
const CLOCK_SKEW = 60_000;

const NO_RULE: DecidingRule = { id: 'default', says: 'no rule lets this through' };
const CANONICAL: DecidingRule = { id: 'default', says: 'a path has to be canonical' };
const SIGN_IN: Decision = {
  verdict: 'ask',
  rule: { id: 'default', says: 'only people who are signed in are let in' },
  assurance: 'password',
};
const OPEN: Decision = {
  verdict: 'pass',
  rule: { id: 'default', says: 'the app has no rules: any person with a role is let in' },
};

const refuse = (rule: DecidingRule, why: string): Decision => ({ verdict: 'refuse', rule, why });

const OTHER_ROLES = refuse(NO_RULE, 'no rule lets these roles in');
const NO_ROLE = refuse(NO_RULE, 'the person has no role');

/** Whether what a rule says besides path and method holds. What is unknown lets nobody in and refuses (fail closed). */
const holds = (
  { always, rule, judge }: OrderedRule,
  effect: 'allow' | 'forbid',
  request: AccessRequest,
): boolean => {
  if (always) return true;
  if (rule.expires !== undefined && request.now >= rule.expires) return false;
  if (!judge) return true;
  return effect === 'allow' ? judge(request, 'every') === 'yes' : judge(request, 'any') !== 'no';
};

/** The first rule in the order of the file among those for these roles that match now. */
const firstMatch = (
  buckets: readonly Bucket[],
  effect: 'allow' | 'forbid',
  roles: readonly number[],
  mask: number,
  request: AccessRequest,
): OrderedRule | undefined => {
  let first: OrderedRule | undefined;
  for (const bucket of buckets) {
    if (((effect === 'allow' ? bucket.allowMask : bucket.forbidMask) & mask) === 0) continue;
    const only = effect === 'allow' ? bucket.allowRule : bucket.forbidRule;
    if (only !== undefined) {
      const sooner = first === undefined || only.order < first.order;
      const about = effect === 'allow' ? bucket.allowRole : bucket.forbidRole;
      if (sooner && roles.includes(about) && holds(only, effect, request)) first = only;
      continue;
    }
    const several = effect === 'allow' ? bucket.allows : bucket.forbids;
    for (const role of roles) {
      for (const candidate of several?.get(role) ?? []) {
        if (first !== undefined && first.order <= candidate.order) break;
        if (!holds(candidate, effect, request)) continue;
        first = candidate;
        break;
      }
    }
  }
  return first;
};

const strictestDemand = (buckets: readonly Bucket[], request: AccessRequest): OrderedRule | undefined => {
  let strictest: OrderedRule | undefined;
  for (const { demands } of buckets) {
    if (demands === undefined) continue;
    for (const candidate of demands) {
      const [added, before] = [candidate.rule.demand, strictest?.rule.demand];
      if (!added || !holds(candidate, 'forbid', request)) continue;
      const earlier = before && !isStricter(before, added) && candidate.order < (strictest?.order ?? 0);
      if (!before || isStricter(added, before) || earlier) strictest = candidate;
    }
  }
  return strictest;
};

const reaches = (person: AccessPerson, { rule: { demand } }: OrderedRule, now: number): boolean => {
  if (!demand || demand.assurance === 'password') return true;
  if (person.assurance !== 'mfa') return false;
  if (demand.assurance === 'mfa') return true;
  const age = now - (person.mfaAt ?? Number.NaN);
  return age <= (demand.maxAge ?? 0) && age >= -CLOCK_SKEW;
};

const ask = (demanding: OrderedRule | undefined): Decision => {
  const demand = demanding?.rule.demand;
  return demand ? { verdict: 'ask', rule: demanding.deciding, ...demand } : SIGN_IN;
};

const forNobody = (buckets: readonly Bucket[], request: AccessRequest): Decision => {
  const everyone = firstMatch(buckets, 'forbid', [EVERYONE_INDEX], maskOf(EVERYONE_INDEX), request);
  if (everyone) return everyone.refuse;
  const demanding = strictestDemand(buckets, request);
  const forbidden = firstMatch(buckets, 'forbid', NOBODY.forbid, NOBODY.forbidMask, request);
  const allowed = firstMatch(buckets, 'allow', NOBODY.allow, NOBODY.allowMask, request);
  return !allowed || demanding || forbidden ? ask(demanding) : allowed.pass;
};

const forPerson = (
  buckets: readonly Bucket[],
  person: AccessPerson,
  standing: Standing,
  open: boolean,
  request: AccessRequest,
): Decision => {
  const forbidden = firstMatch(buckets, 'forbid', standing.forbid, standing.forbidMask, request);
  if (forbidden) return forbidden.refuse;
  const allowed = firstMatch(buckets, 'allow', standing.allow, standing.allowMask, request);
  if (!allowed && !(open && standing.hasRole)) return standing.hasRole ? OTHER_ROLES : NO_ROLE;
  const demanding = strictestDemand(buckets, request);
  if (demanding && !reaches(person, demanding, request.now)) return ask(demanding);
  return allowed ? allowed.pass : OPEN;
};

/** All that the policy says about a path. */
const look = (app: CompiledApp, { path, query = '' }: AccessRequest, hash: number): SeenPath => {
  const found: Bucket[] = [];
  app.trie.collect(app.ignoreCase ? foldCase(path) : path, found);
  const buckets: Bucket[] = [];
  for (const first of found) {
    for (let bucket: Bucket | undefined = first; bucket; bucket = bucket.next) buckets.push(bucket);
  }
  const plain = buckets.every((bucket) => bucket.plain);
  const seen = { buckets, plain, method: 0, standing: undefined, decision: undefined };
  app.recent.set(path, seen, hash, query.length);
  return seen;
};

/**
 * Decides one request. Denies by default; any forbidding rule that matches wins; rules that let in add up over roles;
 * whoever is let in has to reach the strictest assurance that any matching rule names. Reads no clock and does no
 * I/O: the same policy and request always give the same decision. Never throws for a request of the right types.
 */
export const decide = (policy: Policy, request: AccessRequest): Decision => {
  const app = policy.apps.get(request.app);
  if (!app) return refuse(NO_RULE, 'there is no such app');
  const hash = hashOrFault(request.path);
  if (typeof hash === 'string') return refuse(CANONICAL, `the path is not canonical: ${hash}`);
  const seen = app.recent.get(request.path, hash) ?? look(app, request, hash);
  // A session that has seen no factor is nobody (GHSA-xg6x-h9c9-2m83).
  const person = request.person?.assurance === 'none' ? undefined : request.person;
  const standing = person ? standingOf(policy.roles, policy.standings, person, request.now) : NOBODY;
  const method = app.methods.get(request.method) ?? 0;
  if (seen.decision !== undefined && seen.standing === standing && seen.method === method)
    return seen.decision;

  const buckets: Bucket[] = [];
  for (const bucket of seen.buckets)
    if (bucket.method === 0 || bucket.method === method) buckets.push(bucket);
  const decision = person
    ? forPerson(buckets, person, standing, app.open, request)
    : forNobody(buckets, request);
  // Nothing but path, method and roles went into it, and none of them changes with time.
  if (seen.plain && standing.lasts) {
    seen.method = method;
    seen.standing = standing;
    seen.decision = decision;
  }
  return decision;
};
