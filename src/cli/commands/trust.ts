import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Command } from 'commander';
import { GatehouseError } from '../../core/index.ts';
import {
  commandOf,
  type LocalAuthority,
  localAuthority,
  type TrustPurpose,
  type TrustStep,
  type TrustSystem,
  takeStep,
  trustSteps,
} from '../../gate/index.ts';
import { type ConfigOptions, findDataConfig, withConfigOptions } from '../options.ts';

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

// Tools of the administrator are often missing from an ordinary user's PATH.
const searchPath = (): string[] => [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];

const thisSystem = (): TrustSystem => ({
  platform: process.platform,
  isRoot: process.getuid?.() === 0,
  home: homedir(),
  exists: existsSync,
  list: (directory) => (existsSync(directory) ? readdirSync(directory) : []),
  has: (command) => searchPath().some((folder) => isExecutable(join(folder, command))),
});

const explain = (authority: LocalAuthority, steps: readonly TrustStep[]): string => {
  const lines = [
    `Gatehouse signs its own certificate with an authority that only this machine has.`,
    `Browsers warn until they trust it. It can vouch for the names of your gate and for nothing else.`,
    ``,
    `  authority    ${authority.name}`,
    `  file         ${authority.file}`,
    `  SHA-256      ${authority.fingerprint}`,
    `  until        ${new Date(authority.notAfter).toISOString().slice(0, 10)}`,
    ``,
  ];
  if (steps.length === 0) {
    lines.push('Import that file as a certificate authority in your browser or system.');
    return lines.join('\n');
  }
  lines.push('"gatehouse trust --install" does what follows, "--remove" undoes it:', '');
  for (const [i, step] of steps.entries()) {
    if (step.where !== steps[i - 1]?.where) {
      lines.push(`  ${step.where}${step.blocked ? ` (${step.blocked})` : ''}`);
    }
    lines.push(`    ${commandOf(step)}`);
  }
  lines.push('', 'On another device, import the file there and compare the SHA-256 above.');
  return lines.join('\n');
};

const carryOut = async (steps: readonly TrustStep[], purpose: TrustPurpose): Promise<void> => {
  let done = 0;
  let failure: unknown;
  for (const step of steps) {
    if (step.blocked) {
      console.log(`left  ${step.where}: ${step.blocked}; by hand: ${commandOf(step)}`);
      continue;
    }
    try {
      await takeStep(step);
      console.log(`done  ${step.where}: ${commandOf(step)}`);
      done++;
    } catch (error) {
      failure ??= error;
      console.log(`FAIL  ${step.where}: ${commandOf(step)}`);
    }
  }
  if (failure) throw failure;
  if (done > 0) {
    console.log('Restart browsers that are open.');
    return;
  }
  if (purpose === 'remove' && steps.length === 0) {
    console.log('Nothing here trusts it.');
    return;
  }
  throw new GatehouseError('trust-failed', 'nothing could be done by itself', {
    remedy: 'Run the commands above by hand, or import the file in your browser.',
  });
};

interface TrustOptions extends ConfigOptions {
  install?: true;
  remove?: true;
  print?: true;
}

const trust = async (options: TrustOptions): Promise<void> => {
  const { install, remove, print } = options;
  if ([install, remove, print].filter(Boolean).length > 1) {
    throw new GatehouseError('usage', '--install, --remove and --print exclude each other', {
      remedy: 'Choose one of them.',
    });
  }
  const { loaded } = await findDataConfig(options);
  const authority = await localAuthority(join(loaded.config.data, 'tls'));
  if (print) {
    console.log(authority.pem.trimEnd());
    return;
  }
  const purpose = remove ? 'remove' : 'install';
  const steps = trustSteps(authority, purpose, thisSystem());
  if (install || remove) await carryOut(steps, purpose);
  else console.log(explain(authority, steps));
};

/** `gatehouse trust`: explains how to make browsers trust the local authority, or does it. */
export const trustCommand = (): Command =>
  withConfigOptions(
    new Command('trust').description('make this machine trust the certificate of the local authority'),
  )
    .option('--install', 'give the authority to this system and its browsers')
    .option('--remove', 'take it away from them again')
    .option('--print', 'write the authority in PEM form to standard output')
    .action(trust);
