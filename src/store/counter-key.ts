import { sha256 } from '../core/index.ts';

const MAX_LENGTH = 128;

/** Keys have a bounded length: what is longer is replaced by its digest, so that a long name costs no memory. */
export const counterKey = (key: string): string =>
  key.length <= MAX_LENGTH ? key : `sha256:${sha256(key).toString('base64url')}`;
