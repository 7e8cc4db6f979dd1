import {
  ANONYMOUS,
  type GatehouseConfig,
  type LoadedConfig,
  type Permission,
  type Rule,
} from '../config/index.ts';
import { formatDuration } from '../core/index.ts';
import type { Assurance } from './types.ts';

/** What a policy is compiled from: a loaded configuration, or only the part of it that says who may do what. */
export interface PolicyInput {
  config: Pick<GatehouseConfig, 'apps' | 'roles' | 'permissions'>;
  /** Where the fields stand, so that decisions can name lines. */
  positions?: LoadedConfig['positions'];
}

/** What a rule demands of whoever is let in where it matches. */
export interface Demand {
  assurance: Exclude<Assurance, 'none'>;
  /** How old the second factor may be, in milliseconds: set for `fresh-mfa` alone. */
  maxAge?: number;
}

/** Under which circumstances a rule matches, besides path and method. */
export type Conditions = Pick<Permission, 'networks' | 'outside' | 'times' | 'query'>;

/** A line of the policy in one form, whether it was a rule, a public path or a permission of a role. */
export interface PolicyRule {
  /** Such as `apps.sales.rules[1]`. */
  id: string;
  line: number | undefined;
  /** The rule as a sentence, for people. */
  says: string;
  /** `demand` lets nobody in and refuses nobody: it only asks for assurance. */
  effect: 'allow' | 'forbid' | 'demand';
  /** Roles as the file names them, `everyone` and `anonymous` included. Empty for a demand. */
  roles: readonly string[];
  /** Canonical patterns; undefined: every path. */
  paths: readonly string[] | undefined;
  /** Undefined: every method. GET brings HEAD along. */
  methods: readonly string[] | undefined;
  demand: Demand | undefined;
  conditions: Conditions | undefined;
  /** End of the rule, in milliseconds since the epoch. */
  expires: number | undefined;
}

/** How old a second factor may be where `fresh-mfa` is demanded without `maxAge`. */
export const DEFAULT_MAX_AGE = 600_000;

type Scope = Omit<Permission, 'apps'>;

const list = (words: readonly string[], most = 4): string =>
  words.length > most
    ? `${words.slice(0, most).join(', ')} and ${words.length - most} more`
    : words.join(', ');

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

const clock = (minutes: number): string =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');

const sayTimes = ({ days, hours, zone }: NonNullable<Scope['times']>): string => {
  const onDays = days ? `on ${days.map((day) => DAYS[day]).join(', ')}` : '';
  const atHours = hours ? `at ${clock(hours.from)}-${clock(hours.to)}` : '';
  return [onDays, atHours, zone].filter(Boolean).join(' ');
};

const sayDemand = ({ assurance, maxAge }: Pick<Scope, 'assurance' | 'maxAge'>): string =>
  `${assurance}${maxAge === undefined ? '' : ` of the last ${formatDuration(maxAge)}`}`;

const sayScope = (scope: Scope): string => {
  const { paths, methods, networks, outside, times, query, expires } = scope;
  const parts: string[] = [];
  if (methods) parts.push(`to ${list(methods)}`);
  if (paths) parts.push(methods ? list(paths) : `on ${list(paths)}`);
  if (query)
    parts.push(
      `with query ${list(Object.entries(query).map(([key, values]) => `${key}=${values.join('|')}`))}`,
    );
  if (networks) parts.push(`from ${list(networks)}`);
  if (outside) parts.push(`from outside ${list(outside)}`);
  if (times) parts.push(sayTimes(times));
  if (scope.assurance) parts.push(`with ${sayDemand(scope)}`);
  if (expires !== undefined) parts.push(`until ${new Date(expires).toISOString()}`);
  return parts.join(' ');
};

const withHead = (methods: readonly string[]): readonly string[] =>
  methods.includes('GET') && !methods.includes('HEAD') ? [...methods, 'HEAD'] : methods;

const demandOf = ({ assurance, maxAge }: Scope): Demand | undefined => {
  if (assurance === undefined) return undefined;
  return assurance === 'fresh-mfa' ? { assurance, maxAge: maxAge ?? DEFAULT_MAX_AGE } : { assurance };
};

const scoped = (scope: Scope) => {
  const { networks, outside, times, query } = scope;
  const conditions: Conditions = {
    ...(networks && { networks }),
    ...(outside && { outside }),
    ...(times && { times }),
    ...(query && { query }),
  };
  return {
    paths: scope.paths,
    methods: scope.methods && withHead(scope.methods),
    demand: demandOf(scope),
    conditions: Object.keys(conditions).length > 0 ? conditions : undefined,
    expires: scope.expires,
  };
};

const fromRule = (rule: Rule, id: string, line: number | undefined): PolicyRule => {
  const effect = rule.allow ? 'allow' : rule.forbid ? 'forbid' : 'demand';
  const roles = rule.allow ?? rule.forbid ?? [];
  const { assurance, maxAge, ...rest } = rule;
  const says =
    effect === 'demand'
      ? `ask everybody for ${sayDemand(rule)} ${sayScope(rest)}`
      : `${effect} ${list(roles, 6)} ${sayScope(rule)}`;
  return { id, line, says: says.trim(), effect, roles, ...scoped(rule) };
};

/** Every line that speaks about an app, in the order of the file: its rules, its public paths, then permissions. */
export const rulesOf = ({ config, positions }: PolicyInput, appName: string): PolicyRule[] => {
  const app = config.apps[appName];
  const line = (id: string): number | undefined => positions?.get(id)?.line;
  const found: PolicyRule[] = [];
  for (const [index, rule] of (app?.rules ?? []).entries()) {
    const id = `apps.${appName}.rules[${index}]`;
    found.push(fromRule(rule, id, line(id)));
  }
  for (const [index, path] of (app?.public ?? []).entries()) {
    const id = `apps.${appName}.public[${index}]`;
    found.push(fromRule({ allow: [ANONYMOUS], paths: [path], methods: ['GET'] }, id, line(id)));
  }
  for (const [name, permission] of Object.entries(config.permissions)) {
    if (permission.apps && !permission.apps.includes(appName)) continue;
    const id = `permissions.${name}`;
    const roles = Object.entries(config.roles).flatMap(([role, { permissions }]) =>
      permissions?.includes(name) ? [role] : [],
    );
    if (roles.length > 0) found.push(fromRule({ ...permission, allow: roles }, id, line(id)));
  }
  return found;
};
