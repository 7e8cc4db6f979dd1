import { hash } from 'node:crypto';

const BLOCK = 64;

/**
 * HMAC-SHA256 (RFC 2104) with a key of at most 64 bytes, from two calls of `hash`: an object of `createHmac` costs
 * several times as much, for every durable event.
 */
export const hmacSha256 = (key: Uint8Array): ((parts: readonly Uint8Array[]) => Buffer) => {
  const inner = Buffer.alloc(BLOCK, 0x36);
  const outer = Buffer.alloc(BLOCK + 32, 0x5c);
  for (const [i, byte] of key.entries()) {
    inner[i] = 0x36 ^ byte;
    outer[i] = 0x5c ^ byte;
  }
  return (parts) => {
    outer.write(hash('sha256', Buffer.concat([inner, ...parts]), 'latin1'), BLOCK, 'latin1');
    return Buffer.from(hash('sha256', outer, 'latin1'), 'latin1');
  };
};
