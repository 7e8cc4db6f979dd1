import { createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { sha256 } from '../../src/core/index.ts';

// CBOR (RFC 8949) as far as WebAuthn needs it.
const head = (major: number, value: number): Buffer =>
  value < 24
    ? Buffer.from([(major << 5) | value])
    : value < 256
      ? Buffer.from([(major << 5) | 24, value])
      : Buffer.from([(major << 5) | 25, value >> 8, value & 255]);
const integer = (value: number): Buffer => (value < 0 ? head(1, -1 - value) : head(0, value));
const bytes = (value: Uint8Array): Buffer => Buffer.concat([head(2, value.length), value]);
const text = (value: string): Buffer =>
  Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
const map = (...pairs: readonly (readonly [Buffer, Buffer])[]): Buffer =>
  Buffer.concat([head(5, pairs.length), ...pairs.flat()]);

const PRESENT = 1;
const VERIFIED = 4;
const ATTESTED = 64;

export interface Ceremony {
  /** What the server asked with, as JSON. */
  options: string;
  origin?: string;
  rpId?: string;
  /** Whether the person was verified; default true. */
  verified?: boolean;
  type?: string;
  counter?: number;
}

/** An authenticator with one ES256 key, which can be made to lie. */
export class SoftPasskey {
  readonly id = randomBytes(32);
  counter = 0;
  userHandle = '';
  readonly #key: KeyObject;
  readonly #public: KeyObject;
  readonly #origin: string;
  readonly #rpId: string;

  constructor(origin: string, rpId = new URL(origin).hostname) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#key = privateKey;
    this.#public = publicKey;
    this.#origin = origin;
    this.#rpId = rpId;
  }

  #clientData(ceremony: Ceremony, type: string): Buffer {
    const { challenge } = JSON.parse(ceremony.options) as { challenge: string };
    const origin = ceremony.origin ?? this.#origin;
    return Buffer.from(
      JSON.stringify({ type: ceremony.type ?? type, challenge, origin, crossOrigin: false }),
    );
  }

  #authenticatorData({ rpId = this.#rpId, verified = true, counter }: Ceremony, flags = 0): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter ?? this.counter);
    return Buffer.concat([sha256(rpId), Buffer.from([PRESENT | (verified ? VERIFIED : 0) | flags]), count]);
  }

  /** Answers `navigator.credentials.create`. */
  create(ceremony: Ceremony): string {
    const { user } = JSON.parse(ceremony.options) as { user: { id: string } };
    this.userHandle = user.id;
    const { x = '', y = '' } = this.#public.export({ format: 'jwk' });
    const coordinate = (value: string) => bytes(Buffer.from(value, 'base64url'));
    const key = map(
      [integer(1), integer(2)],
      [integer(3), integer(-7)],
      [integer(-1), integer(1)],
      [integer(-2), coordinate(x)],
      [integer(-3), coordinate(y)],
    );
    const length = Buffer.from([0, this.id.length]);
    const attested = Buffer.concat([Buffer.alloc(16), length, this.id, key]);
    const data = Buffer.concat([this.#authenticatorData(ceremony, ATTESTED), attested]);
    const object = map(
      [text('fmt'), text('none')],
      [text('attStmt'), map()],
      [text('authData'), bytes(data)],
    );
    const id = this.id.toString('base64url');
    return JSON.stringify({
      id,
      rawId: id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: this.#clientData(ceremony, 'webauthn.create').toString('base64url'),
        attestationObject: object.toString('base64url'),
        transports: ['internal'],
      },
    });
  }

  /** Answers `navigator.credentials.get`; the counter goes on unless it is named. */
  get(ceremony: Ceremony): string {
    if (ceremony.counter === undefined) this.counter += 1;
    const data = this.#authenticatorData(ceremony);
    const clientData = this.#clientData(ceremony, 'webauthn.get');
    const signature = createSign('sha256').update(data).update(sha256(clientData)).sign(this.#key);
    const id = this.id.toString('base64url');
    return JSON.stringify({
      id,
      rawId: id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: signature.toString('base64url'),
        userHandle: this.userHandle,
      },
    });
  }
}
