import { complete, type GatehouseConfig, isLoopback, siblingOrigin } from './complete.ts';
import type { FieldPath } from './positions.ts';
import type { ParsedConfig } from './schema.ts';
import { ANONYMOUS, EVERYONE, type Rule } from './schema-access.ts';
import { suggest } from './suggest.ts';

interface Fault {
  path: FieldPath;
  message: string;
  remedy: string;
}

const unknown = (what: string, word: string, known: readonly string[]): Omit<Fault, 'path'> => {
  const meant = suggest(word, known);
  return {
    message: `there is no ${what} "${word}"`,
    remedy: meant
      ? `Did you mean "${meant}"?`
      : known.length > 0
        ? `Known: ${known.join(', ')}.`
        : `Define it first.`,
  };
};

const names = (parsed: ParsedConfig): Fault[] => {
  const faults: Fault[] = [];
  const outside = parsed.listen.find((address) => !isLoopback(address));
  if (outside && !parsed.portal) {
    faults.push({
      path: ['listen'],
      message: `it listens on ${outside.host}, beyond this machine, and "portal" is missing`,
      remedy:
        'Give portal and every app a host name that leads here, in DNS or in the hosts files of your people: portal: https://gate.example.com.',
    });
  }
  if (!outside && !parsed.portal && parsed.listen[0]?.port === 0) {
    faults.push({
      path: ['listen'],
      message: 'port 0 takes any free port, so that no name can be made from it',
      remedy: 'Choose a port, or name the portal.',
    });
  }
  for (const [name, app] of Object.entries(parsed.apps)) {
    if (app.url !== undefined) continue;
    const message =
      parsed.portal && !siblingOrigin(parsed.portal, name, Object.keys(parsed.apps).length === 1)
        ? '"url" is missing, and the name of the portal has none beside it'
        : undefined;
    if (message) {
      const remedy = `Give the app a host name of its own: url: https://${name}.example.com.`;
      faults.push({ path: ['apps', name], message, remedy });
    }
  }
  if (!parsed.portal && !outside) {
    const named = Object.entries(parsed.apps).find(
      ([, { url }]) => url && !/\.?localhost$/.test(new URL(url).hostname),
    );
    if (named) {
      const [name, { url = '' }] = named;
      const { hostname, port } = new URL(url);
      const remedy = `Name it: portal: https://gate.${hostname.split('.').slice(1).join('.')}${port && `:${port}`}.`;
      return [
        ...faults,
        { path: ['apps', name, 'url'], message: 'the app is named and "portal" is missing', remedy },
      ];
    }
  }
  const full = complete(parsed, '.');
  const portal = new URL(full.portal);
  const taken = new Map([[portal.hostname, 'the portal']]);
  for (const { name, url } of Object.values(full.apps)) {
    const { hostname, port } = new URL(url);
    const path = ['apps', name, 'url'];
    const holder = taken.get(hostname);
    if (holder) {
      faults.push({
        path,
        message: `the host name ${hostname} belongs to ${holder} already`,
        remedy: 'Give each app a host name of its own: cookies do not tell ports apart.',
      });
    } else taken.set(hostname, `app "${name}"`);
    if (port !== portal.port) {
      faults.push({
        path,
        message: `its port differs from that of the portal (${full.portal})`,
        remedy: 'Put all on one port and tell them apart by host name.',
      });
    }
  }
  return faults;
};

const upstreams = (parsed: ParsedConfig): Fault[] =>
  Object.entries(parsed.apps).flatMap(([name, app]): Fault[] => {
    const path = ['apps', name];
    if (app.run === undefined && app.upstream === undefined) {
      const remedy =
        'Write run: COMMAND to start it, or upstream: http://127.0.0.1:PORT where it runs already.';
      return [{ path, message: 'neither "run" nor "upstream" says where the app is', remedy }];
    }
    if (app.run !== undefined && app.upstream !== undefined) {
      const remedy = 'Keep run to have it started, or upstream where it runs already.';
      return [{ path, message: '"run" and "upstream" exclude each other', remedy }];
    }
    const https = app.upstream?.kind === 'tcp' && app.upstream.origin.startsWith('https:');
    if (app.upstreamCa !== undefined && !https) {
      const remedy = 'Take it out, or write upstream: https://….';
      return [{ path: [...path, 'upstreamCa'], message: 'the upstream does not speak https', remedy }];
    }
    if (app.health?.includes('*')) {
      return [{ path: [...path, 'health'], message: 'it holds a *', remedy: 'Name one path.' }];
    }
    return [];
  });

const tls = ({ tls: { certificate, key } }: ParsedConfig): Fault[] => {
  if ((certificate === undefined) === (key === undefined)) return [];
  const missing = certificate === undefined ? 'certificate' : 'key';
  return [
    { path: ['tls'], message: `"${missing}" is missing`, remedy: 'Name certificate and key together.' },
  ];
};

const messages = ({ mail, codes }: ParsedConfig): Fault[] => {
  const faults: Fault[] = [];
  if (codes.mail && mail === undefined) {
    const remedy = 'Write mail: { host, from }, or take codes.mail out.';
    faults.push({ path: ['codes', 'mail'], message: 'there is no "mail" to send codes with', remedy });
  }
  const { sms } = codes;
  if (sms !== undefined && (sms.form === undefined) === (sms.json === undefined)) {
    const remedy = 'Write the fields as form or as json, as the service wants them.';
    faults.push({ path: ['codes', 'sms'], message: 'it needs either "form" or "json"', remedy });
  }
  if (sms?.authorization !== undefined && sms.user !== undefined) {
    const remedy = 'Keep user and password, or authorization.';
    faults.push({ path: ['codes', 'sms'], message: '"user" and "authorization" exclude each other', remedy });
  }
  return faults;
};

const sessions = ({ sessions: { idle, absolute } }: ParsedConfig): Fault[] => {
  if (idle <= absolute) return [];
  const remedy = 'Make idle shorter than absolute.';
  return [
    { path: ['sessions', 'idle'], message: 'it is longer than "absolute", so that it never counts', remedy },
  ];
};

const ruleFaults = (rule: Rule, path: FieldPath, roles: readonly string[]): Fault[] => {
  const faults: Fault[] = [];
  const known = [...roles, EVERYONE, ANONYMOUS];
  for (const verb of ['allow', 'forbid'] as const) {
    for (const [index, role] of (rule[verb] ?? []).entries()) {
      if (!known.includes(role))
        faults.push({ path: [...path, verb, index], ...unknown('role', role, known) });
    }
  }
  if (rule.allow && rule.forbid) {
    const remedy = 'Make two rules of it.';
    faults.push({ path, message: '"allow" and "forbid" stand in one rule', remedy });
  }
  if (!rule.allow && !rule.forbid && !rule.assurance) {
    const remedy = 'Add allow or forbid with roles, or assurance to demand it of all who are let in.';
    faults.push({ path, message: 'the rule decides nothing', remedy });
  }
  if (rule.forbid && rule.assurance) {
    const remedy = 'Take assurance out, or allow instead.';
    faults.push({ path: [...path, 'assurance'], message: 'a forbidding rule demands nothing', remedy });
  }
  if (rule.maxAge !== undefined && rule.assurance !== 'fresh-mfa') {
    const remedy = 'Write assurance: fresh-mfa beside it, or take it out.';
    faults.push({ path: [...path, 'maxAge'], message: 'it has a meaning only for fresh-mfa', remedy });
  }
  if (rule.allow?.includes(ANONYMOUS)) {
    if (!rule.paths) {
      const remedy = 'Name the paths that are public; paths: ["/**"] opens the whole app.';
      faults.push({ path, message: 'a public rule has no paths', remedy });
    }
    if (rule.assurance) {
      const remedy = 'Take anonymous out of allow, or assurance out of the rule.';
      faults.push({ path: [...path, 'assurance'], message: 'nobody without a sign-in can reach it', remedy });
    }
  }
  return faults;
};

const cycleThrough = (roles: GatehouseConfig['roles'], start: string): string[] | undefined => {
  const seen = new Set<string>();
  const queue: string[][] = [[start]];
  for (let trail = queue.shift(); trail; trail = queue.shift()) {
    for (const next of roles[trail.at(-1) ?? '']?.includes ?? []) {
      if (next === start) return [...trail, next];
      if (!seen.has(next)) queue.push([...trail, next]);
      seen.add(next);
    }
  }
  return undefined;
};

const access = (parsed: ParsedConfig): Fault[] => {
  const faults: Fault[] = [];
  const { roles } = complete(parsed, '.');
  const roleNames = Object.keys(roles);
  const permissionNames = Object.keys(parsed.permissions);
  for (const [index, role] of parsed.secondFactor.roles.entries()) {
    if (role !== EVERYONE && !roleNames.includes(role)) {
      faults.push({
        path: ['secondFactor', 'roles', index],
        ...unknown('role', role, [...roleNames, EVERYONE]),
      });
    }
  }
  for (const [name, role] of Object.entries(parsed.roles)) {
    const path = ['roles', name];
    if (name === EVERYONE || name === ANONYMOUS) {
      faults.push({
        path,
        message: `"${name}" is a word of the rules`,
        remedy: 'Give the role another name.',
      });
    }
    for (const [index, included] of (role.includes ?? []).entries()) {
      if (!roleNames.includes(included)) {
        faults.push({ path: [...path, 'includes', index], ...unknown('role', included, roleNames) });
      }
    }
    const cycle = cycleThrough(roles, name);
    if (cycle) {
      const message = `it includes itself: ${cycle.join(' > ')}`;
      faults.push({ path: [...path, 'includes'], message, remedy: 'Take one of these roles out.' });
    }
    for (const [index, permission] of (role.permissions ?? []).entries()) {
      if (!permissionNames.includes(permission)) {
        const at = [...path, 'permissions', index];
        faults.push({ path: at, ...unknown('permission', permission, permissionNames) });
      }
    }
  }
  if (!Object.values(roles).some((role) => role.manages)) {
    const remedy = 'Write manages: true in one role.';
    faults.push({ path: ['roles'], message: 'no role manages the gate', remedy });
  }
  for (const [name, permission] of Object.entries(parsed.permissions)) {
    const path = ['permissions', name];
    for (const [index, app] of (permission.apps ?? []).entries()) {
      if (!Object.hasOwn(parsed.apps, app)) {
        faults.push({ path: [...path, 'apps', index], ...unknown('app', app, Object.keys(parsed.apps)) });
      }
    }
    if (permission.maxAge !== undefined && permission.assurance !== 'fresh-mfa') {
      const remedy = 'Write assurance: fresh-mfa beside it, or take it out.';
      faults.push({ path: [...path, 'maxAge'], message: 'it has a meaning only for fresh-mfa', remedy });
    }
  }
  for (const [name, app] of Object.entries(parsed.apps)) {
    for (const [index, rule] of (app.rules ?? []).entries()) {
      faults.push(...ruleFaults(rule, ['apps', name, 'rules', index], roleNames));
    }
  }
  return faults;
};

const providers = (parsed: ParsedConfig): Fault[] => {
  const known = Object.keys(complete(parsed, '.').roles);
  const seen = new Map<string, string>();
  return Object.entries(parsed.providers).flatMap(([name, { issuer, clientId, roles = {} }]): Fault[] => {
    const faults: Fault[] = Object.entries(roles).flatMap(([group, given]) =>
      given.flatMap((role, index) =>
        known.includes(role)
          ? []
          : [{ path: ['providers', name, 'roles', group, index], ...unknown('role', role, known) }],
      ),
    );
    const key = JSON.stringify([issuer, clientId]);
    const other = seen.get(key);
    seen.set(key, name);
    if (other === undefined) return faults;
    const message = `issuer and client id are those of "${other}"`;
    return [
      ...faults,
      {
        path: ['providers', name],
        message,
        remedy: 'Keep one of the two, or ask the provider for a second client.',
      },
    ];
  });
};

/** What no single field can know: names that clash, references that lead nowhere, fields that exclude each other. */
export const crossChecks = (parsed: ParsedConfig): readonly Fault[] => [
  ...names(parsed),
  ...tls(parsed),
  ...sessions(parsed),
  ...messages(parsed),
  ...upstreams(parsed),
  ...access(parsed),
  ...providers(parsed),
];
