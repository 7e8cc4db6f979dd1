import { ANONYMOUS, EVERYONE } from '../config/index.ts';
import { compileConditions, type Judge } from './conditions.ts';
import { foldCase } from './fold-case.ts';
import { PathTrie } from './path-trie.ts';
import { type Demand, type PolicyInput, type PolicyRule, rulesOf } from './policy-rule.ts';
import { ANONYMOUS_INDEX, type CompiledRoles, compileRoles, EVERYONE_INDEX, eachHeldRole } from './roles.ts';

/** A rule with its place in the order of the file, by which the first one to speak is named. */
export interface OrderedRule {
  order: number;
  rule: PolicyRule;
  judge: Judge | undefined;
}

/** Rules for one path pattern and one method (or all methods), by the role that they speak about. */
export interface Bucket {
  forbid: Map<number, OrderedRule[]>;
  allow: Map<number, OrderedRule[]>;
  /** Rules that name an assurance: those under a condition, and of the others only the strictest. */
  demands: OrderedRule[];
}

/** Everything that one path pattern says. */
export interface PatternEntry {
  any: Bucket | undefined;
  byMethod: Map<string, Bucket> | undefined;
}

interface CompiledApp {
  name: string;
  ignoreCase: boolean;
  /** No rule speaks about the app: any person with a role is let in. */
  open: boolean;
  trie: PathTrie<PatternEntry>;
  rules: readonly PolicyRule[];
}

/** A configuration's policy, ready to decide. Opaque: use `decide`, `explain` and the like. */
export interface Policy {
  readonly apps: ReadonlyMap<string, CompiledApp>;
  readonly roles: CompiledRoles;
  readonly input: PolicyInput;
}

const RANK = { password: 1, mfa: 2, 'fresh-mfa': 3 } as const;

/** Whether demand `a` is stricter than `b`. */
export const isStricter = (a: Demand, b: Demand): boolean =>
  RANK[a.assurance] > RANK[b.assurance] ||
  (a.assurance === 'fresh-mfa' && b.assurance === 'fresh-mfa' && (a.maxAge ?? 0) < (b.maxAge ?? 0));

const newBucket = (): Bucket => ({ forbid: new Map(), allow: new Map(), demands: [] });

/** Adds a rule behind those of the same list that may still decide before it. */
const push = (lists: Map<number, OrderedRule[]>, role: number, rule: OrderedRule): void => {
  const list = lists.get(role) ?? [];
  lists.set(role, list);
  const last = list.at(-1);
  // One that always matches comes first: this one can never be the first to speak. Its end may come earlier, though.
  if (last && !last.judge && last.rule.expires === undefined) return;
  list.push(rule);
};

const pushDemand = (demands: OrderedRule[], added: OrderedRule): void => {
  const always = ({ judge, rule }: OrderedRule) => !judge && rule.expires === undefined;
  const known = always(added) ? demands.findIndex(always) : -1;
  if (known < 0) {
    demands.push(added);
    return;
  }
  const before = demands[known]?.rule.demand;
  if (before && added.rule.demand && isStricter(added.rule.demand, before)) demands[known] = added;
};

const addToBucket = (bucket: Bucket, ordered: OrderedRule, roles: readonly number[]): void => {
  const { effect, demand } = ordered.rule;
  if (effect !== 'demand') for (const role of roles) push(bucket[effect], role, ordered);
  if (demand) pushDemand(bucket.demands, ordered);
};

const addToEntry = (entry: PatternEntry, ordered: OrderedRule, roles: readonly number[]): void => {
  if (!ordered.rule.methods) {
    entry.any ??= newBucket();
    addToBucket(entry.any, ordered, roles);
    return;
  }
  entry.byMethod ??= new Map();
  for (const method of new Set(ordered.rule.methods)) {
    const bucket = entry.byMethod.get(method) ?? newBucket();
    entry.byMethod.set(method, bucket);
    addToBucket(bucket, ordered, roles);
  }
};

const compileApp = (
  input: PolicyInput,
  name: string,
  indexOf: (role: string) => number | undefined,
): CompiledApp => {
  const app = input.config.apps[name];
  const ignoreCase = app?.ignoreCase ?? false;
  const rules = rulesOf(input, name);
  const trie = new PathTrie<PatternEntry>();
  for (const [order, rule] of rules.entries()) {
    const ordered = { order, rule, judge: rule.conditions && compileConditions(rule.conditions) };
    const roles = rule.roles.flatMap((role) => indexOf(role) ?? []);
    const patterns = new Set((rule.paths ?? ['/**']).map((path) => (ignoreCase ? foldCase(path) : path)));
    for (const pattern of patterns) {
      addToEntry(
        trie.at(pattern, () => ({ any: undefined, byMethod: undefined })),
        ordered,
        roles,
      );
    }
  }
  const open = app?.rules === undefined && rules.every(({ id }) => !id.startsWith('permissions.'));
  return { name, ignoreCase, open, trie, rules };
};

/**
 * Compiles a configuration that was accepted. Costs time and memory in proportion to its rules; deciding afterwards
 * does not.
 */
export const compilePolicy = (input: PolicyInput): Policy => {
  const roles = compileRoles(input.config.roles);
  const indices = new Map([
    [ANONYMOUS, ANONYMOUS_INDEX],
    [EVERYONE, EVERYONE_INDEX],
    ...Object.keys(input.config.roles).map((role, index): [string, number] => [role, index + 2]),
  ]);
  const indexOf = (role: string) => indices.get(role);
  const apps = Object.keys(input.config.apps).map((name): [string, CompiledApp] => [
    name,
    compileApp(input, name, indexOf),
  ]);
  return { apps: new Map(apps), roles, input };
};

/** Whether somebody who holds these roles at `now` (milliseconds since the epoch) administers the gate. */
export const manages = (policy: Policy, roles: readonly string[], now: number): boolean => {
  let found = false;
  eachHeldRole(policy.roles, { roles }, now, (_index, name) => {
    found ||= policy.roles.get(name)?.manages ?? false;
  });
  return found;
};
