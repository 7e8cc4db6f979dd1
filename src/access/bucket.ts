import type { Judge } from './conditions.ts';
import type { Demand, PolicyRule } from './policy-rule.ts';
import type { DecidingRule, Decision } from './types.ts';

/** A rule ready to decide, with its place in the order of the file, by which the first one to speak is named. */
export interface OrderedRule {
  order: number;
  /** No condition and no end: it matches whenever path and method do. */
  always: boolean;
  pass: Decision;
  refuse: Decision;
  deciding: DecidingRule;
  rule: PolicyRule;
  judge: Judge | undefined;
}

export const orderedRule = (order: number, rule: PolicyRule, judge: Judge | undefined): OrderedRule => {
  const { id, line, says, expires } = rule;
  const deciding: DecidingRule = Object.freeze(line === undefined ? { id, says } : { id, line, says });
  return {
    order,
    always: judge === undefined && expires === undefined,
    pass: Object.freeze({ verdict: 'pass', rule: deciding }),
    refuse: Object.freeze({ verdict: 'refuse', rule: deciding, why: 'a rule forbids it' }),
    deciding,
    rule,
    judge,
  };
};

/** Rules by the role that they speak about, each list in the order of the file. */
type RulesByRole = Map<number, OrderedRule[]>;

/**
 * The rules for one path pattern and one method. Most hold one rule for one role: it stands in the bucket itself, since
 * with many rules the cost of a decision is that of the memory it touches.
 */
export interface Bucket {
  /** Number of the method; 0 for all. */
  method: number;
  /** Whether nothing but roles matters here: every rule always matches, and none names an assurance. */
  plain: boolean;
  /** Masks of the roles that the rules are about: most people are told by them that nothing here is. */
  forbidMask: number;
  allowMask: number;
  /** The only rule, or undefined when there are none or several. */
  forbidRule: OrderedRule | undefined;
  forbidRole: number;
  allowRule: OrderedRule | undefined;
  allowRole: number;
  /** Where there are several. */
  forbids: RulesByRole | undefined;
  allows: RulesByRole | undefined;
  /** Rules that name an assurance: those that do not always match, and of the others only the strictest. */
  demands: OrderedRule[] | undefined;
  /** The same pattern for another method. */
  next: Bucket | undefined;
}

export const newBucket = (method: number, next: Bucket | undefined): Bucket => ({
  method,
  plain: true,
  forbidMask: 0,
  allowMask: 0,
  forbidRule: undefined,
  forbidRole: -1,
  allowRule: undefined,
  allowRole: -1,
  forbids: undefined,
  allows: undefined,
  demands: undefined,
  next,
});

/** Bit of a role in a mask. Every 32nd role shares it: a mask can only say "surely none". */
export const maskOf = (role: number): number => 1 << (role & 31);

const listed = (rules: RulesByRole, role: number, rule: OrderedRule): void => {
  const list = rules.get(role) ?? [];
  rules.set(role, list);
  // Behind one that always matches, no other can be the first to speak.
  if (!list.at(-1)?.always) list.push(rule);
};

const addAllow = (bucket: Bucket, role: number, rule: OrderedRule): void => {
  if (bucket.allowMask === 0) {
    bucket.allowRule = rule;
    bucket.allowRole = role;
  } else {
    bucket.allows ??= new Map();
    if (bucket.allowRule) listed(bucket.allows, bucket.allowRole, bucket.allowRule);
    bucket.allowRule = undefined;
    listed(bucket.allows, role, rule);
  }
  bucket.allowMask |= maskOf(role);
};

const addForbid = (bucket: Bucket, role: number, rule: OrderedRule): void => {
  if (bucket.forbidMask === 0) {
    bucket.forbidRule = rule;
    bucket.forbidRole = role;
  } else {
    bucket.forbids ??= new Map();
    if (bucket.forbidRule) listed(bucket.forbids, bucket.forbidRole, bucket.forbidRule);
    bucket.forbidRule = undefined;
    listed(bucket.forbids, role, rule);
  }
  bucket.forbidMask |= maskOf(role);
};

const RANK = { password: 1, mfa: 2, 'fresh-mfa': 3 } as const;

/** Whether demand `a` is stricter than `b`. */
export const isStricter = (a: Demand, b: Demand): boolean =>
  RANK[a.assurance] > RANK[b.assurance] ||
  (a.assurance === 'fresh-mfa' && b.assurance === 'fresh-mfa' && (a.maxAge ?? 0) < (b.maxAge ?? 0));

const addDemand = (demands: OrderedRule[], added: OrderedRule): void => {
  const known = added.always ? demands.findIndex(({ always }) => always) : -1;
  if (known < 0) {
    demands.push(added);
    return;
  }
  const before = demands[known]?.rule.demand;
  if (before && added.rule.demand && isStricter(added.rule.demand, before)) demands[known] = added;
};

/** Adds a rule behind those that are there, for these roles. */
export const addToBucket = (bucket: Bucket, rule: OrderedRule, roles: readonly number[]): void => {
  const { effect, demand } = rule.rule;
  if (demand || !rule.always) bucket.plain = false;
  if (effect === 'allow') for (const role of roles) addAllow(bucket, role, rule);
  if (effect === 'forbid') for (const role of roles) addForbid(bucket, role, rule);
  if (demand) {
    bucket.demands ??= [];
    addDemand(bucket.demands, rule);
  }
};
