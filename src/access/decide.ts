import { canonicalFault } from './canonical-fault.ts';
import { foldCase } from './fold-case.ts';
import { type Bucket, isStricter, type OrderedRule, type PatternEntry, type Policy } from './policy.ts';
import type { PolicyRule } from './policy-rule.ts';
import { ANONYMOUS_INDEX, EVERYONE_INDEX, eachHeldRole } from './roles.ts';
import type { AccessPerson, AccessRequest, DecidingRule, Decision } from './types.ts';

/** How far ahead the clock of the instance that saw the factor may be, in milliseconds. */
const CLOCK_SKEW = 60_000;

const DEFAULT_REFUSAL: DecidingRule = { id: 'default', says: 'no rule lets this through' };
const DEFAULT_OPEN: DecidingRule = {
  id: 'default',
  says: 'the app has no rules: any person with a role is let in',
};
const SIGN_IN: DecidingRule = { id: 'default', says: 'only people who are signed in are let in' };

/** The rule as decisions name it. */
export const deciding = ({ id, line, says }: PolicyRule): DecidingRule =>
  line === undefined ? { id, says } : { id, line, says };

/** The first rule in the order of the file among those for these roles that match now. */
const firstMatch = (
  buckets: readonly Bucket[],
  effect: 'allow' | 'forbid',
  roles: readonly number[],
  request: AccessRequest,
): OrderedRule | undefined => {
  let first: OrderedRule | undefined;
  for (const bucket of buckets) {
    const lists = bucket[effect];
    if (lists.size === 0) continue;
    for (const role of roles) {
      const list = lists.get(role);
      if (list) first = firstOf(list, effect, request, first);
    }
  }
  return first;
};

const firstOf = (
  list: readonly OrderedRule[],
  effect: 'allow' | 'forbid',
  request: AccessRequest,
  before: OrderedRule | undefined,
): OrderedRule | undefined => {
  for (const candidate of list) {
    if (before && before.order <= candidate.order) return before;
    if (matches(candidate, effect === 'allow' ? 'every' : 'any', request)) return candidate;
  }
  return before;
};

/** Whether the conditions of a rule hold. What is unknown lets nobody in and refuses (fail closed). */
export const matches = (
  { rule, judge }: Omit<OrderedRule, 'order'>,
  mode: 'every' | 'any',
  request: AccessRequest,
): boolean => {
  if (rule.expires !== undefined && request.now >= rule.expires) return false;
  if (!judge) return true;
  const holds = judge(request, mode);
  return mode === 'every' ? holds === 'yes' : holds !== 'no';
};

const strictestDemand = (buckets: readonly Bucket[], request: AccessRequest): PolicyRule | undefined => {
  let strictest: OrderedRule | undefined;
  for (const { demands } of buckets) {
    for (const candidate of demands) {
      const [added, before] = [candidate.rule.demand, strictest?.rule.demand];
      if (!added || !matches(candidate, 'any', request)) continue;
      const earlier = before && !isStricter(before, added) && candidate.order < (strictest?.order ?? 0);
      if (!before || isStricter(added, before) || earlier) strictest = candidate;
    }
  }
  return strictest?.rule;
};

const reaches = (person: AccessPerson, { demand }: PolicyRule, now: number): boolean => {
  if (!demand || demand.assurance === 'password') return true;
  if (person.assurance !== 'mfa') return false;
  if (demand.assurance === 'mfa') return true;
  const age = now - (person.mfaAt ?? Number.NaN);
  return age <= (demand.maxAge ?? 0) && age >= -CLOCK_SKEW;
};

const ask = (demand: PolicyRule | undefined): Decision => {
  if (!demand?.demand) return { verdict: 'ask', rule: SIGN_IN, assurance: 'password' };
  return { verdict: 'ask', rule: deciding(demand), ...demand.demand };
};

const refuse = (rule: DecidingRule, why: string): Decision => ({ verdict: 'refuse', rule, why });

/** Indices of all roles that somebody speaks for, `everyone` included; empty for people without any role. */
const heldRoles = (policy: Policy, person: AccessPerson, now: number): number[] => {
  const held: number[] = [];
  eachHeldRole(policy.roles, person, now, (index) => {
    held.push(index);
  });
  if (held.length > 0) held.push(EVERYONE_INDEX);
  return held;
};

const bucketsFor = (entries: readonly PatternEntry[], method: string): Bucket[] => {
  const buckets: Bucket[] = [];
  for (const { any, byMethod } of entries) {
    if (any) buckets.push(any);
    const own = byMethod?.get(method);
    if (own) buckets.push(own);
  }
  return buckets;
};

/**
 * Decides one request. Denies by default; any forbidding rule that matches wins; rules that let in add up over roles;
 * whoever is let in has to reach the strictest assurance that any matching rule names. Reads no clock and does no
 * I/O: the same policy and request always give the same decision. Never throws for a request of the right types.
 */
export const decide = (policy: Policy, request: AccessRequest): Decision => {
  const app = policy.apps.get(request.app);
  if (!app) return refuse(DEFAULT_REFUSAL, 'there is no such app');
  const fault = canonicalFault(request.path);
  if (fault)
    return refuse(
      { id: 'default', says: 'a path has to be canonical' },
      `the path is not canonical: ${fault}`,
    );

  const entries: PatternEntry[] = [];
  app.trie.collect(app.ignoreCase ? foldCase(request.path) : request.path, entries);
  const buckets = bucketsFor(entries, request.method);

  // A session that has seen no factor is nobody (GHSA-xg6x-h9c9-2m83).
  const person = request.person?.assurance === 'none' ? undefined : request.person;
  const held = person ? heldRoles(policy, person, request.now) : [];

  const forbidden = firstMatch(buckets, 'forbid', held.length > 0 ? held : [EVERYONE_INDEX], request);
  if (forbidden) return refuse(deciding(forbidden.rule), 'a rule forbids it');
  if (!person && firstMatch(buckets, 'forbid', [ANONYMOUS_INDEX], request)) {
    return ask(strictestDemand(buckets, request));
  }

  const allowed = firstMatch(buckets, 'allow', [...held, ANONYMOUS_INDEX], request);
  if (!person && !allowed) return ask(strictestDemand(buckets, request));
  if (!allowed && !(app.open && held.length > 0)) {
    return refuse(
      DEFAULT_REFUSAL,
      held.length > 0 ? 'no rule lets these roles in' : 'the person has no role',
    );
  }
  const demand = strictestDemand(buckets, request);
  if (demand && !(person && reaches(person, demand, request.now))) return ask(demand);
  return { verdict: 'pass', rule: allowed ? deciding(allowed.rule) : DEFAULT_OPEN };
};
