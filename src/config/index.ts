/**
 * `gatehouse.yaml`: its grammar, loading with the place of every fault, live reload, and its published JSON Schema.
 * The file owns policy (apps, rules, roles, guards); people, grants and sessions belong to the database.
 */
export type { AppConfig, GatehouseConfig, ProviderConfig, RoleConfig } from './complete.ts';
export { isLoopback } from './complete.ts';
export { configJsonSchema } from './json-schema.ts';
export { defaultConfig, loadConfig, readConfigText } from './load.ts';
export type { ConfigOverrides } from './overrides.ts';
export { type LoadedConfig, parseConfig } from './parse.ts';
export { canonicalPattern } from './path-pattern.ts';
export { type PolicyExample, type PolicyTestFile, parsePolicyTests } from './policy-test-file.ts';
export type { Position, Positions } from './positions.ts';
export { ConfigError, type ConfigProblem } from './problems.ts';
export { changedFields, needsRestart } from './restart.ts';
export type { Address, Upstream } from './scalars.ts';
export { PRESETS } from './schema.ts';
export { ANONYMOUS, EVERYONE, type Permission, type Role, type Rule } from './schema-access.ts';
export { CSP_DIRECTIVES, type CspConfig, type CspDirective } from './schema-guards.ts';
export { type LogConfig, type LogReceiver, parseLogReceiver } from './schema-log.ts';
export type { SecretPlace } from './schema-passwords.ts';
export { suggest } from './suggest.ts';
export { type ConfigWatchOptions, watchConfig } from './watch.ts';
