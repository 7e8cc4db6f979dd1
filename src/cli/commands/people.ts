import { styleText } from 'node:util';
import { Command } from 'commander';
import type { GatehouseConfig } from '../../config/index.ts';
import { GatehouseError } from '../../core/index.ts';
import type { Person } from '../../identity/index.ts';
import { administer } from '../control/administer.ts';
import { type ConfigOptions, findDataConfig, withConfigOptions } from '../options.ts';
import { readPassword } from '../read-password.ts';
import { roleEndsOf } from '../role-ends.ts';
import { calibrateCommand } from './people-calibrate.ts';
import { importCommand } from './people-import.ts';

const paint = (style: Parameters<typeof styleText>[0], text: string): string => styleText(style, text);
const print = (text: string): void => void process.stdout.write(`${text}\n`);

interface CommonOptions extends ConfigOptions {
  json?: boolean;
}

const collect = (value: string, before: readonly string[] = []): string[] => [
  ...before,
  ...value.split(',').map((role) => role.trim()),
];

const checkRoles = (config: GatehouseConfig, roles: readonly string[]): void => {
  for (const role of roles) {
    if (config.roles[role] !== undefined) continue;
    throw new GatehouseError('role-invalid', `the configuration has no role "${role}"`, {
      remedy: `Choose among ${Object.keys(config.roles).join(', ')}, or add the role to the configuration.`,
    });
  }
};

const when = (time: number | undefined): string =>
  time === undefined ? 'never' : new Date(time).toISOString().slice(0, 16).replace('T', ' ');

/** `analyst until 2027-02-01 00:00, user` */
const rolesOf = ({ roles, roleEnds }: Person): string =>
  roles
    .map((role) => (roleEnds?.[role] === undefined ? role : `${role} until ${when(roleEnds[role])}`))
    .join(', ') || 'no role';

const describe = (person: Person): string =>
  `${paint('bold', person.name)}  ${rolesOf(person)}${person.disabled ? paint('red', '  disabled') : ''}`;

const show = (options: CommonOptions, value: unknown, text: string): void =>
  print(options.json ? JSON.stringify(value) : text);

const sub = (name: string, description: string): Command =>
  withConfigOptions(new Command(name).description(description)).option('--json', 'print JSON');

const addCommand = (): Command =>
  sub('add', 'make an account; without a password it gets a one-time link')
    .argument('<name>', 'account name')
    .requiredOption('--role <role>', 'role, several by comma or by saying it again', collect)
    .option('--display-name <text>', 'name shown to people')
    .option('--email <address>', 'e-mail address')
    .option('--password-stdin', 'read the password from standard input')
    .option('--must-change', 'the password has to be changed at the first sign-in')
    .action(async (name: string, options) => {
      const { loaded } = await findDataConfig(options);
      checkRoles(loaded.config, options.role);
      const { person, link } = await administer(loaded.config, 'people.add', {
        name,
        roles: options.role,
        displayName: options.displayName,
        email: options.email,
        password: options.passwordStdin ? await readPassword() : undefined,
        mustChangePassword: options.mustChange,
      });
      const url = link?.kind === 'link' ? `${loaded.config.portal}/reset?token=${link.token}` : undefined;
      const invitation =
        url === undefined ? '' : `\nTheir one-time link, valid until ${when(link?.expiresAt)}:\n  ${url}`;
      show(options, { person, link: url }, `Added ${describe(person)}${invitation}`);
    });

const listCommand = (): Command =>
  sub('list', 'list the accounts').action(async (options) => {
    const { loaded } = await findDataConfig(options);
    const { people } = await administer(loaded.config, 'people.list', {});
    const rows = people.map(
      (person) => `${describe(person)}  ${paint('dim', `last sign-in ${when(person.lastSignInAt)}`)}`,
    );
    show(options, people, rows.join('\n') || 'There are no accounts yet.');
  });

const stateCommand = (name: 'disable' | 'enable', description: string): Command =>
  sub(name, description)
    .argument('<name>', 'account name')
    .action(async (account: string, options) => {
      const { loaded } = await findDataConfig(options);
      const { person } = await administer(loaded.config, `people.${name}`, { name: account });
      show(options, { person }, `${name === 'disable' ? 'Disabled' : 'Enabled'} ${describe(person)}`);
    });

const rolesCommand = (): Command =>
  sub('roles', 'give an account exactly these roles; its sessions end')
    .argument('<name>', 'account name')
    .requiredOption('--role <role>', 'role, several by comma or by saying it again', collect)
    .option(
      '--until <role=day>',
      'last day (UTC) or end of one of these roles, such as analyst=2027-01-31',
      collect,
      [],
    )
    .action(async (account: string, options) => {
      const { loaded } = await findDataConfig(options);
      const roles = options.role.filter((role: string) => role !== '');
      checkRoles(loaded.config, roles);
      const ends = roleEndsOf(options.until);
      const { person } = await administer(loaded.config, 'people.roles', { name: account, roles, ends });
      show(options, { person }, `Changed ${describe(person)}`);
    });

const resetCommand = (): Command =>
  sub('reset', 'make the old password worthless and give a one-time link')
    .argument('<name>', 'account name')
    .option('--temporary', 'give a temporary password to be read out instead of a link')
    .action(async (account: string, options) => {
      const { loaded } = await findDataConfig(options);
      const input = { name: account, temporary: options.temporary ?? false };
      const { person, reset } = await administer(loaded.config, 'people.reset', input);
      const way =
        reset.kind === 'link' ? `${loaded.config.portal}/reset?token=${reset.token}` : reset.password;
      const what = reset.kind === 'link' ? 'One-time link' : 'Temporary password';
      show(
        options,
        { person, [reset.kind]: way, expiresAt: reset.expiresAt },
        `${what}, valid until ${when(reset.expiresAt)}:\n  ${way}`,
      );
    });

const resetFactorsCommand = (): Command =>
  sub('reset-factors', 'take every second factor from somebody who has lost them; the password stays')
    .argument('<name>', 'account name')
    .action(async (account: string, options) => {
      const { loaded } = await findDataConfig(options);
      const { person } = await administer(loaded.config, 'people.reset-factors', { name: account });
      show(options, { person }, `${describe(person)}: signs in with the password alone`);
    });

const changeCommand = (): Command =>
  sub('change', 'change what is known about somebody; an empty text removes it')
    .argument('<name>', 'account name')
    .option('--display-name <text>', 'name shown to people')
    .option('--email <address>', 'e-mail address')
    .option('--phone <number>', 'telephone number with its country, for codes by text message')
    .action(async (account: string, options) => {
      const { loaded } = await findDataConfig(options);
      const { displayName, email, phone } = options;
      const input = { name: account, displayName, email, phone };
      const { person } = await administer(loaded.config, 'people.change', input);
      show(options, { person }, `Changed ${describe(person)}`);
    });

const inviteCommand = (): Command =>
  sub('invite', 'make the old password worthless and send a one-time link by e-mail')
    .argument('<name>', 'account name')
    .action(async (account: string, options) => {
      const { loaded } = await findDataConfig(options);
      const { person } = await administer(loaded.config, 'people.invite', { name: account });
      show(
        options,
        { person },
        `A link is on its way to ${describe(person)}. The log says message.sent or message.failed.`,
      );
    });

const unlockCommand = (): Command =>
  sub('unlock', 'end the waiting after wrong guesses')
    .argument('[name]', 'account name')
    .option('--network <address>', 'the network of this address instead (IPv6: its /64)')
    .action(async (account: string | undefined, options) => {
      const { loaded } = await findDataConfig(options);
      if ((account === undefined) === (options.network === undefined)) {
        throw new GatehouseError('usage', 'name an account or a network', {
          remedy: 'Write: gatehouse people unlock NAME, or --network ADDRESS.',
        });
      }
      if (account === undefined) {
        await administer(loaded.config, 'people.unlock-network', { address: options.network });
        show(options, { network: options.network }, `Unlocked the network of ${options.network}`);
        return;
      }
      const { person } = await administer(loaded.config, 'people.unlock', { name: account });
      show(options, { person }, `Unlocked ${describe(person)}`);
    });

const forgetCommand = (): Command =>
  sub('forget', 'erase an account and every personal value about it')
    .argument('<name>', 'account name')
    .requiredOption('--yes', 'it cannot be undone: say so')
    .action(async (account: string, options) => {
      const { loaded } = await findDataConfig(options);
      const { person, entries } = await administer(loaded.config, 'people.forget', { name: account });
      const says = `Forgotten: ${person.id}, and the personal values of ${entries} entries of the log.`;
      show(options, { forgotten: person.id, entries }, says);
    });

/** `gatehouse people`: accounts, from the command line. Works beside a running gate and without one. */
export const peopleCommand = (): Command =>
  new Command('people')
    .description('add, list and change accounts')
    .addCommand(addCommand())
    .addCommand(listCommand())
    .addCommand(stateCommand('disable', 'end the sessions of an account and let it in no more'))
    .addCommand(stateCommand('enable', 'let a disabled account in again'))
    .addCommand(rolesCommand())
    .addCommand(resetCommand())
    .addCommand(resetFactorsCommand())
    .addCommand(changeCommand())
    .addCommand(inviteCommand())
    .addCommand(unlockCommand())
    .addCommand(forgetCommand())
    .addCommand(importCommand())
    .addCommand(calibrateCommand());
