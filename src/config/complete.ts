import { dirname, resolve } from 'node:path';
import type { z } from 'zod';
import type { Address, Upstream } from './scalars.ts';
import type { ParsedConfig } from './schema.ts';
import type { Permission, Role, Rule } from './schema-access.ts';
import { completeLog, type LogConfig } from './schema-log.ts';
import type { SecretPlace } from './schema-passwords.ts';
import type { providersSchema } from './schema-providers.ts';

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
  csp: ParsedConfig['apps'][string]['csp'];
  rates: ParsedConfig['apps'][string]['rates'];
  /** Features of the browser that its pages may use. */
  permissions: ParsedConfig['apps'][string]['permissions'];
  /** Whether paths are compared without regard to case. */
  ignoreCase: boolean;
  /** Canonical patterns that anybody may GET. */
  public: readonly string[];
  /** Undefined: any person with a role is let in. */
  rules: readonly Rule[] | undefined;
}

type ParsedProvider = z.output<typeof providersSchema>[string];

/** Somebody else where people can sign in, with its names filled in and its paths absolute. */
export interface ProviderConfig extends Omit<ParsedProvider, 'title' | 'roles'> {
  name: string;
  title: string;
  /** Roles by group. */
  roles: NonNullable<ParsedProvider['roles']>;
}

export interface RoleConfig extends Role {
  name: string;
  manages: boolean;
}

/** The configuration with every default applied; times in milliseconds, sizes in bytes, paths absolute. */
export interface GatehouseConfig
  extends Pick<
    ParsedConfig,
    'trustedProxies' | 'sessions' | 'regulation' | 'secondFactor' | 'limits' | 'rates'
  > {
  listen: readonly Address[];
  redirect: Address | undefined;
  /** https origin of the portal. */
  portal: string;
  /** Absolute path of the data directory. */
  data: string;
  tls: { certificate: string | undefined; key: string | undefined; minimum: '1.2' | '1.3' };
  /** Paths absolute, memory in bytes. */
  passwords: ParsedConfig['passwords'] & { minimumLength: number };
  counters: ParsedConfig['counters'];
  /** Paths absolute. */
  mail: ParsedConfig['mail'];
  codes: ParsedConfig['codes'];
  /** `maxAge` in milliseconds. */
  hsts: Exclude<ParsedConfig['hsts'], 'off'> | undefined;
  apps: Readonly<Record<string, AppConfig>>;
  /** The roles of the file and the built-in ones: admin, user, guest. */
  roles: Readonly<Record<string, RoleConfig>>;
  permissions: Readonly<Record<string, Permission>>;
  providers: Readonly<Record<string, ProviderConfig>>;
  log: LogConfig;
}

const BUILT_IN_ROLES = { admin: { manages: true }, user: {}, guest: {} } as const;

export const isLoopback = ({ host }: Address): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

/** Names for this machine alone: browsers resolve `*.localhost` to loopback (RFC 6761 section 6.3). */
const localPortal = (port: number): string =>
  port === 443 ? 'https://gate.localhost' : `https://gate.localhost:${port}`;

/** `sales-figures` as people read it: `Sales figures`. */
const titleOf = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1).replaceAll('-', ' ');

/**
 * The origin of an app without `url`: beside the portal's name. On this machine alone the only app is `localhost` itself.
 * Undefined when the portal's name has nothing above it that a sibling could share.
 */
export const siblingOrigin = (portal: string, app: string, isOnly: boolean): string | undefined => {
  const { hostname, port } = new URL(portal);
  const parent = hostname.split('.').slice(1).join('.');
  if (parent === '' || (!parent.includes('.') && parent !== 'localhost')) return undefined;
  const host = parent === 'localhost' && isOnly ? parent : `${app}.${parent}`;
  return host === hostname ? undefined : `https://${host}${port === '' ? '' : `:${port}`}`;
};

/** Fills in what the file left open. `file` is where relative paths start from. */
export const complete = (parsed: ParsedConfig, file: string): GatehouseConfig => {
  const base = dirname(resolve(file));
  const path = (text: string | undefined) => (text === undefined ? undefined : resolve(base, text));
  const secret = <T extends SecretPlace | string>(place: T): T =>
    typeof place === 'object' && place.kind === 'file'
      ? { ...place, path: resolve(base, place.path) }
      : place;
  const port = parsed.listen[0]?.port ?? 8443;
  const portal = parsed.portal ?? localPortal(port);
  const names = Object.keys(parsed.apps);
  const apps = Object.entries(parsed.apps).map(([name, app]): [string, AppConfig] => [
    name,
    {
      name,
      title: app.title ?? titleOf(name),
      url: app.url ?? siblingOrigin(portal, name, names.length === 1) ?? portal,
      run: app.run,
      upstream: app.upstream,
      upstreamCa: path(app.upstreamCa),
      preset: app.preset,
      health: app.health,
      errors: app.errors,
      csp: app.csp,
      rates: app.rates,
      permissions: app.permissions,
      ignoreCase: app.ignoreCase,
      public: app.public ?? [],
      rules: app.rules,
    },
  ]);
  const providers = Object.entries(parsed.providers).map(([name, provider]): [string, ProviderConfig] => [
    name,
    {
      ...provider,
      name,
      title: provider.title ?? titleOf(name),
      clientSecret: provider.clientSecret && secret(provider.clientSecret),
      ca: path(provider.ca),
      roles: provider.roles ?? {},
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
    portal,
    data: resolve(base, parsed.data),
    tls: { ...parsed.tls, certificate: path(parsed.tls.certificate), key: path(parsed.tls.key) },
    hsts: parsed.hsts === 'off' ? undefined : parsed.hsts,
    trustedProxies: parsed.trustedProxies,
    sessions: parsed.sessions,
    passwords: {
      ...parsed.passwords,
      pepper: secret(parsed.passwords.pepper),
      // SP 800-63B-4 section 3.1.1.2: 15 where the password is the only factor.
      minimumLength: parsed.passwords.minimumLength ?? (parsed.passwords.profile === 'nist' ? 15 : 8),
    },
    counters: parsed.counters && {
      ...parsed.counters,
      password: parsed.counters.password && secret(parsed.counters.password),
    },
    mail: parsed.mail && {
      ...parsed.mail,
      password: parsed.mail.password && secret(parsed.mail.password),
      ca: path(parsed.mail.ca),
    },
    codes: {
      ...parsed.codes,
      sms: parsed.codes.sms && {
        ...parsed.codes.sms,
        password: parsed.codes.sms.password && secret(parsed.codes.sms.password),
        authorization: parsed.codes.sms.authorization && secret(parsed.codes.sms.authorization),
      },
    },
    regulation: parsed.regulation,
    secondFactor: parsed.secondFactor,
    limits: parsed.limits,
    rates: parsed.rates,
    apps: Object.fromEntries(apps),
    roles: Object.fromEntries(roles),
    permissions: parsed.permissions,
    providers: Object.fromEntries(providers),
    log: completeLog(parsed.log, (text) => resolve(base, text), secret),
  };
};
