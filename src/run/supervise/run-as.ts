import { execFileSync } from 'node:child_process';
import { GatehouseError } from '../../core/index.ts';

export interface Account {
  name: string;
  uid: number;
  gid: number;
  home: string;
}

const ask = (program: string, args: readonly string[]): string | undefined => {
  try {
    return execFileSync(program, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 5_000,
    });
  } catch {
    return undefined;
  }
};

const refuse = (name: string, why: string, remedy: string): never => {
  throw new GatehouseError('app-user-unusable', `the app cannot run as "${name}": ${why}`, { remedy });
};

/**
 * The account that an app is to run as. Its supplementary groups are dropped.
 * @throws {GatehouseError} `app-user-unusable` when there is none of this name, or we may not become it.
 */
export const findAccount = (name: string): Account => {
  if (!/^[A-Za-z_][\w.-]{0,63}\$?$/.test(name)) refuse(name, 'it is no account name', 'Name an account.');
  // getent knows accounts of directories too; `id -P` is its like on macOS, with three fields more in the middle.
  const line = ask('getent', ['passwd', name]) ?? ask('id', ['-P', name]);
  const fields = line?.trim().split(':') ?? [];
  const [uid, gid, home] = [Number(fields[2]), Number(fields[3]), fields.at(-2)];
  if (fields[0] !== name || !Number.isInteger(uid) || !Number.isInteger(gid) || home === undefined) {
    return refuse(
      name,
      'there is no such account',
      `Make one, for example: useradd --system --create-home ${name}`,
    );
  }
  if (process.getuid?.() !== 0 && process.getuid?.() !== uid) {
    refuse(name, 'only root can change to another account', 'Start Gatehouse as root, or leave --user out.');
  }
  return { name, uid, gid, home };
};
