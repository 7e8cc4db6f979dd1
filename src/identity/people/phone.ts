import { GatehouseError } from '../../core/index.ts';

// ITU-T E.164: country code and number, at most 15 digits.
const E164 = /^\+[1-9]\d{6,14}$/;

/**
 * A telephone number as services take it; undefined for an empty text.
 * @throws {GatehouseError} `phone-invalid`.
 */
export const validPhone = (text: string): string | undefined => {
  const bare = text.slice(0, 64).replace(/[\s().-]/g, '');
  if (bare === '') return undefined;
  if (E164.test(bare) && text.length <= 64) return bare;
  throw new GatehouseError('phone-invalid', 'this is not a telephone number', {
    exposable: true,
    remedy: 'Write it with its country, such as +44 7700 900123.',
  });
};
