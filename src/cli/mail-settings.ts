import { readFileSync } from 'node:fs';
import type { GatehouseConfig } from '../config/index.ts';
import { GatehouseError } from '../core/index.ts';
import type { CodeSettings, MailSettings } from '../identity/index.ts';
import { readSecret } from './read-secret.ts';

const authority = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new GatehouseError(
      'certificate-unreadable',
      `the authority of the mail server cannot be read: ${file}`,
      {
        remedy: 'Name a PEM file that the user that runs Gatehouse may read.',
        cause,
      },
    );
  }
};

/**
 * How mail is sent, with its password and authority; undefined where the configuration has no word about mail.
 * @throws {GatehouseError} `secret-unreadable`, `certificate-unreadable`.
 */
export const mailSettings = ({ mail }: GatehouseConfig): MailSettings | undefined => {
  if (mail === undefined) return undefined;
  const { ca, password, ...rest } = mail;
  return {
    ...rest,
    ca: ca === undefined ? undefined : authority(ca),
    password: password === undefined ? undefined : readSecret(password),
  };
};

/**
 * How codes are sent, with the secrets of the SMS service.
 * @throws {GatehouseError} `secret-unreadable`.
 */
export const codeSettings = ({ codes: { mail, sms } }: GatehouseConfig): CodeSettings => {
  if (sms === undefined) return { mail };
  const { password, authorization, ...rest } = sms;
  return {
    mail,
    sms: {
      ...rest,
      password: password && readSecret(password),
      authorization: authorization && readSecret(authorization),
    },
  };
};
