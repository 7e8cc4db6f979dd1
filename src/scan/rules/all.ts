import { CHECK_RULES } from './check-rules.ts';
import { FLOW_RULES } from './flow-rules.ts';
import type { Rule } from './rule.ts';

/** Every rule of the scan, by id. */
export const RULES: ReadonlyMap<string, Rule> = new Map(
  [...FLOW_RULES, ...CHECK_RULES].map((rule) => [rule.id, rule]),
);
