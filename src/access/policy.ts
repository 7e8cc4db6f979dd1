import { ANONYMOUS, EVERYONE } from '../config/index.ts';
import { addToBucket, type Bucket, newBucket, orderedRule } from './bucket.ts';
import { compileConditions } from './conditions.ts';
import { foldCase } from './fold-case.ts';
import { PathTrie } from './path-trie.ts';
import { type PolicyInput, type PolicyRule, rulesOf } from './policy-rule.ts';

import { Recent } from './recent.ts';
import {
  ANONYMOUS_INDEX,
  type CompiledRoles,
  compileRoles,
  EVERYONE_INDEX,
  eachHeldRole,
  type Standing,
  type Standings,
} from './roles.ts';
import type { Decision } from './types.ts';

/** What is known of a path. */
export interface SeenPath {
  /** The buckets, of all methods, whose pattern matches it. */
  buckets: readonly Bucket[];
  /** Whether only method and roles matter for it, so that a decision can be kept. */
  plain: boolean;
  /** The last decision of a plain path, and what it was about. */
  method: number;
  standing: Standing | undefined;
  decision: Decision | undefined;
}

export interface CompiledApp {
  name: string;
  ignoreCase: boolean;
  /** No rule speaks about the app: any person with a role is let in. */
  open: boolean;
  trie: PathTrie<Bucket>;
  /** Paths that were asked for lately; none of them without canonical form. */
  recent: Recent<SeenPath>;
  /** Numbers of the methods that rules name, from 1. */
  methods: ReadonlyMap<string, number>;
  rules: readonly PolicyRule[];
}

/** A configuration's policy, ready to decide. Opaque: use `decide`, `explain` and the like. */
export interface Policy {
  readonly apps: ReadonlyMap<string, CompiledApp>;
  readonly roles: CompiledRoles;
  readonly standings: Standings;
  readonly input: PolicyInput;
}

/** The bucket of a pattern for a method, made on first use. */
const bucketAt = (trie: PathTrie<Bucket>, pattern: string, method: number): Bucket => {
  const first = trie.at(pattern, () => newBucket(method, undefined));
  for (let bucket: Bucket | undefined = first; bucket; bucket = bucket.next)
    if (bucket.method === method) return bucket;
  first.next = newBucket(method, first.next);
  return first.next;
};

const compileApp = (
  input: PolicyInput,
  name: string,
  indexOf: (role: string) => number | undefined,
): CompiledApp => {
  const app = input.config.apps[name];
  const ignoreCase = app?.ignoreCase ?? false;
  const rules = rulesOf(input, name);
  const names = new Set(rules.flatMap((rule) => rule.methods ?? []));
  const methods = new Map([...names].map((method, index) => [method, index + 1]));
  const trie = new PathTrie<Bucket>();
  for (const [order, rule] of rules.entries()) {
    const ordered = orderedRule(order, rule, rule.conditions && compileConditions(rule.conditions));
    const roles = rule.roles.flatMap((role) => indexOf(role) ?? []);
    const patterns = new Set((rule.paths ?? ['/**']).map((path) => (ignoreCase ? foldCase(path) : path)));
    const places = new Set(rule.methods ? rule.methods.flatMap((method) => methods.get(method) ?? []) : [0]);
    for (const pattern of patterns) {
      for (const place of places) addToBucket(bucketAt(trie, pattern, place), ordered, roles);
    }
  }
  const open = app?.rules === undefined && rules.every(({ id }) => !id.startsWith('permissions.'));
  return { name, ignoreCase, open, trie, recent: new Recent(), methods, rules };
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
  return { apps: new Map(apps), roles, standings: new Map(), input };
};

/** Whether somebody who holds these roles at `now` (milliseconds since the epoch) administers the gate. */
export const manages = (policy: Policy, roles: readonly string[], now: number): boolean => {
  let found = false;
  eachHeldRole(policy.roles, { roles }, now, (_index, name) => {
    found ||= policy.roles.get(name)?.manages ?? false;
  });
  return found;
};
