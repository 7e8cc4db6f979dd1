import { dirname, resolve } from 'node:path';
import type { Address, Upstream } from './scalars.ts';
import type { ParsedConfig } from './schema.ts';
import type { Permission, Role, Rule } from './schema-access.ts';

/** An app with its names filled in. */
export interface AppConfig {
  name: string;
  /** For people. */
  title: string;
  /** https origin of the app, in normal form. */
  url: string;
  /** Command to start, or undefined when the app runs already. A text is split without a shell. */
  run: string | readonly string[] | undefined;
  upstream: Upstream | undefined;
  /** Absolute path of a PEM file. */
  upstreamCa: string | undefined;
  preset: ParsedConfig['apps'][string]['preset'];
  health: string | undefined;
  /** What happens to error pages that show the app's inside. */
  errors: 'safe' | 'pass';
  /** Whether paths are compared without regard to case. */
  ignoreCase: boolean;
  /** Canonical patterns that anybody may GET. */
  public: readonly string[];
  /** Undefined: any person with a role is let in. */
  rules: readonly Rule[] | undefined;
}

export interface RoleConfig extends Role {
  name: string;
  manages: boolean;
}

/** The configuration with every default applied; times in milliseconds, sizes in bytes, paths absolute. */
export interface GatehouseConfig
  extends Pick<ParsedConfig, 'trustedProxies' | 'sessions' | 'passwords' | 'limits' | 'rates'> {
  listen: readonly Address[];
  redirect: Address | undefined;
  /** https origin of the portal. */
  portal: string;
  /** Absolute path of the data directory. */
  data: string;
  tls: { certificate: string | undefined; key: string | undefined; minimum: '1.2' | '1.3' };
  /** `maxAge` in milliseconds. */
  hsts: Exclude<ParsedConfig['hsts'], 'off'> | undefined;
  apps: Readonly<Record<string, AppConfig>>;
  /** The roles of the file and the built-in ones: admin, user, guest. */
  roles: Readonly<Record<string, RoleConfig>>;
  permissions: Readonly<Record<string, Permission>>;
}

const BUILT_IN_ROLES = { admin: { manages: true }, user: {}, guest: {} } as const;

export const isLoopback = ({ host }: Address): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

/** Names for this machine alone: browsers resolve `*.localhost` to loopback (RFC 6761 section 6.3). */
const localOrigin = (name: string | undefined, port: number): string => {
  const host = name === undefined ? 'localhost' : `${name}.localhost`;
  return port === 443 ? `https://${host}` : `https://${host}:${port}`;
};

/** `sales-figures` as people read it: `Sales figures`. */
const titleOf = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1).replaceAll('-', ' ');

/** Fills in what the file left open. `file` is where relative paths start from. */
export const complete = (parsed: ParsedConfig, file: string): GatehouseConfig => {
  const base = dirname(resolve(file));
  const path = (text: string | undefined) => (text === undefined ? undefined : resolve(base, text));
  const port = parsed.listen[0]?.port ?? 8443;
  const names = Object.keys(parsed.apps);
  const apps = Object.entries(parsed.apps).map(([name, app]): [string, AppConfig] => [
    name,
    {
      name,
      title: app.title ?? titleOf(name),
      url: app.url ?? localOrigin(names.length === 1 ? undefined : name, port),
      run: app.run,
      upstream: app.upstream,
      upstreamCa: path(app.upstreamCa),
      preset: app.preset,
      health: app.health,
      errors: app.errors,
      ignoreCase: app.ignoreCase,
      public: app.public ?? [],
      rules: app.rules,
    },
  ]);
  const roles = Object.entries<Role>({ ...BUILT_IN_ROLES, ...parsed.roles }).map(
    ([name, role]): [string, RoleConfig] => [
      name,
      { ...role, name, manages: role.manages ?? name === 'admin' },
    ],
  );
  return {
    listen: parsed.listen,
    redirect: parsed.redirect,
    portal: parsed.portal ?? localOrigin('gate', port),
    data: resolve(base, parsed.data),
    tls: { ...parsed.tls, certificate: path(parsed.tls.certificate), key: path(parsed.tls.key) },
    hsts: parsed.hsts === 'off' ? undefined : parsed.hsts,
    trustedProxies: parsed.trustedProxies,
    sessions: parsed.sessions,
    passwords: parsed.passwords,
    limits: parsed.limits,
    rates: parsed.rates,
    apps: Object.fromEntries(apps),
    roles: Object.fromEntries(roles),
    permissions: parsed.permissions,
  };
};
