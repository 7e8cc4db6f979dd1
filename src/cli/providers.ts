import { readFileSync } from 'node:fs';
import type { GatehouseConfig } from '../config/index.ts';
import { GatehouseError } from '../core/index.ts';
import type { ProviderSettings } from '../identity/index.ts';
import { readSecret } from './read-secret.ts';

const readAuthority = (file: string | undefined): string | undefined => {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new GatehouseError('certificate-unreadable', `the authority ${file} cannot be read`, {
      remedy: 'Correct ca of the provider in the configuration.',
      cause,
    });
  }
};

/**
 * The providers of the configuration with their secrets read.
 * @throws {GatehouseError} `secret-unreadable`, `certificate-unreadable`.
 */
export const providersOf = ({ providers }: GatehouseConfig): readonly ProviderSettings[] =>
  Object.values(providers).map((provider) => ({
    ...provider,
    clientSecret: provider.clientSecret && readSecret(provider.clientSecret),
    ca: readAuthority(provider.ca),
  }));
