import { Command } from 'commander';
import { z } from 'zod';
import { GatehouseError } from '../../core/index.ts';
import { smtpMessenger } from '../../identity/index.ts';
import { mailSettings } from '../mail-settings.ts';
import { type ConfigOptions, findDataConfig, withConfigOptions } from '../options.ts';

const testCommand = (): Command =>
  withConfigOptions(new Command('test').description('send a message, to see that mail leaves this machine'))
    .argument('<address>', 'e-mail address')
    .action(async (address: string, options: ConfigOptions) => {
      const to = z.email().max(254).safeParse(address);
      if (!to.success) {
        throw new GatehouseError('email-invalid', `"${address}" is not an e-mail address`, {
          remedy: 'Write it as name@example.com.',
        });
      }
      const { loaded } = await findDataConfig(options);
      const settings = mailSettings(loaded.config);
      if (settings === undefined) {
        throw new GatehouseError('mail-unavailable', 'the configuration has no word about mail', {
          remedy: 'Write mail: { host: smtp.example.com, from: gatehouse@example.com }.',
        });
      }
      await smtpMessenger(settings).send({
        to: to.data,
        subject: 'Mail from Gatehouse works',
        text: `This is a test from ${loaded.config.portal}.\n`,
      });
      process.stdout.write(`${settings.host}:${settings.port} took a message for ${to.data}, over TLS.\n`);
    });

/** `gatehouse mail`: whether mail can be sent. */
export const mailCommand = (): Command =>
  new Command('mail').description('try whether mail can be sent').addCommand(testCommand());
