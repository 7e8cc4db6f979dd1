import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { GatehouseError } from '../../core/index.ts';
import { AUTHORITY_FILES, readAuthority } from './authority.ts';

/** The local authority as people and their systems have to know it. */
export interface LocalAuthority {
  /** PEM file without the key. */
  file: string;
  pem: string;
  /** Common name, which holds the beginning of the serial number: no two authorities share it. */
  name: string;
  /** SHA-256, upper-case hexadecimal with colons. */
  fingerprint: string;
  /** SHA-1 without colons, by which the keychain of macOS names certificates. */
  keychainId: string;
  serialNumber: string;
  /** Milliseconds since the epoch. */
  notAfter: number;
}

/** One act that makes a system or browser trust the authority, or stop. */
export type TrustStep = { where: string } & (
  | { act: 'copy'; from: string; to: string }
  | { act: 'delete'; path: string }
  | { act: 'run'; command: readonly [string, ...string[]] }
) & {
    /** What stands in the way of doing it now; the person can do it by hand. */
    blocked?: string;
  };

/** What the steps depend on, so that they can be worked out for any system. */
export interface TrustSystem {
  platform: NodeJS.Platform;
  isRoot: boolean;
  home: string;
  exists: (path: string) => boolean;
  /** Names in a folder, empty when there is none. */
  list: (directory: string) => readonly string[];
  /** Whether a command is installed. */
  has: (command: string) => boolean;
}

export type TrustPurpose = 'install' | 'remove';

/**
 * The authority in `directory`.
 * @throws {GatehouseError} `authority-missing` before the gate has made one, `certificate-unreadable`
 */
export const localAuthority = async (directory: string): Promise<LocalAuthority> => {
  const pair = await readAuthority(directory);
  if (!pair) {
    throw new GatehouseError('authority-missing', `there is no local authority in ${directory}`, {
      remedy: 'Start the gate once without an own certificate, or name its folder with --data.',
    });
  }
  const certificate = new X509Certificate(pair.chain);
  return {
    file: join(directory, AUTHORITY_FILES.public),
    pem: pair.chain,
    name: /^CN=(.*)$/m.exec(certificate.subject)?.[1] ?? 'Gatehouse local authority',
    fingerprint: certificate.fingerprint256,
    keychainId: certificate.fingerprint.replaceAll(':', ''),
    serialNumber: certificate.serialNumber,
    notAfter: certificate.validToDate.getTime(),
  };
};

const SYSTEM_STORES = [
  { has: 'update-ca-certificates', folder: '/usr/local/share/ca-certificates', after: [] },
  { has: 'update-ca-trust', folder: '/etc/pki/ca-trust/source/anchors', after: ['extract'] },
] as const;

const linuxSystem = (authority: LocalAuthority, purpose: TrustPurpose, system: TrustSystem): TrustStep[] => {
  const where = 'this system (curl, Python, Node with --use-system-ca)';
  const store = SYSTEM_STORES.find(({ has }) => system.has(has));
  if (!store) return [];
  const path = `${store.folder}/gatehouse-${authority.serialNumber.slice(0, 8).toLowerCase()}.crt`;
  if (purpose === 'remove' && !system.exists(path)) return [];
  const blocked = system.isRoot ? {} : { blocked: 'needs root' };
  return [
    purpose === 'install'
      ? { where, act: 'copy', from: authority.file, to: path, ...blocked }
      : { where, act: 'delete', path, ...blocked },
    { where, act: 'run', command: [store.has, ...store.after], ...blocked },
  ];
};

const FIREFOX_PROFILES = [
  '.mozilla/firefox',
  '.config/mozilla/firefox',
  'snap/firefox/common/.mozilla/firefox',
  '.var/app/org.mozilla.firefox/.mozilla/firefox',
];
const CHROMIUM_STORES = ['.pki/nssdb', '.local/share/pki/nssdb', 'snap/chromium/current/.pki/nssdb'];

const browserStores = ({ home, exists, list }: TrustSystem): { where: string; path: string }[] =>
  [
    ...CHROMIUM_STORES.map((name) => ({ where: 'Chromium and Chrome', path: join(home, name) })),
    ...FIREFOX_PROFILES.flatMap((folder) =>
      list(join(home, folder)).map((profile) => ({ where: 'Firefox', path: join(home, folder, profile) })),
    ),
  ].filter(({ path }) => exists(join(path, 'cert9.db')));

const linuxBrowsers = (authority: LocalAuthority, purpose: TrustPurpose, system: TrustSystem): TrustStep[] =>
  browserStores(system).map(({ where, path }) => ({
    where,
    act: 'run',
    command:
      purpose === 'install'
        ? ['certutil', '-A', '-d', `sql:${path}`, '-t', 'C,,', '-n', authority.name, '-i', authority.file]
        : ['certutil', '-D', '-d', `sql:${path}`, '-n', authority.name],
    ...(system.has('certutil') ? {} : { blocked: 'needs certutil (package libnss3-tools or nss-tools)' }),
  }));

const macos = (authority: LocalAuthority, purpose: TrustPurpose, { home }: TrustSystem): TrustStep[] => {
  const keychain = join(home, 'Library/Keychains/login.keychain-db');
  return [
    {
      where: 'this system (Safari, Chrome, Firefox)',
      act: 'run',
      command:
        purpose === 'install'
          ? ['security', 'add-trusted-cert', '-r', 'trustRoot', '-k', keychain, authority.file]
          : ['security', 'delete-certificate', '-t', '-Z', authority.keychainId, keychain],
    },
  ];
};

const windows = (authority: LocalAuthority, purpose: TrustPurpose): TrustStep[] => [
  {
    where: 'this system (Edge, Chrome, Firefox)',
    act: 'run',
    command:
      purpose === 'install'
        ? ['certutil', '-user', '-addstore', 'Root', authority.file]
        : ['certutil', '-user', '-delstore', 'Root', authority.serialNumber],
  },
];

/** What has to be done on this system so that it and its browsers trust the authority, or stop trusting it. */
export const trustSteps = (
  authority: LocalAuthority,
  purpose: TrustPurpose,
  system: TrustSystem,
): TrustStep[] => {
  if (system.platform === 'darwin') return macos(authority, purpose, system);
  if (system.platform === 'win32') return windows(authority, purpose);
  return [...linuxSystem(authority, purpose, system), ...linuxBrowsers(authority, purpose, system)];
};

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** The command line by which a person does the step. */
export const commandOf = (step: TrustStep): string => {
  const words: readonly string[] =
    step.act === 'run'
      ? step.command
      : step.act === 'copy'
        ? ['install', '-m', '644', step.from, step.to]
        : ['rm', step.path];
  return [...(step.blocked === 'needs root' ? ['sudo'] : []), ...words].map(quoted).join(' ');
};
