import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CompactSign, exportJWK, generateKeyPair, type JWK } from 'jose';

export const CLIENT = 'gatehouse';
export const SECRET = 'a client secret of thirty-two characters';

type Json = Record<string, unknown>;

/** A provider that says whatever a test has it say; by default the truth. */
export interface LyingProvider {
  issuer: string;
  /** Changes what the discovery document says. */
  discovery: (truth: Json) => Json;
  /** Changes the claims of the next ID tokens. */
  claims: (truth: Json) => Json;
  /** Signs an ID token: by default with the right key and header. */
  sign: (claims: Json) => Promise<string>;
  /** Answers in place of everything else when it returns true. */
  answer: (request: IncomingMessage, response: ServerResponse) => boolean;
  userinfo: Json;
  keys: JWK[];
  privateKey: CryptoKey;
  publicJwk: JWK;
  /** Paths that were asked for, in order. */
  asked: string[];
  /** Pretends that somebody signed in there: the query of the redirect to the portal. */
  signIn(authorize: string, more?: Readonly<Record<string, string>>): string;
  signed(claims: Json, header?: Json, key?: CryptoKey | Uint8Array): Promise<string>;
  reset(): void;
  close(): Promise<void>;
}

const bodyOf = async (request: IncomingMessage): Promise<URLSearchParams> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return new URLSearchParams(Buffer.concat(chunks).toString());
};

export const openLyingProvider = async (): Promise<LyingProvider> => {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const publicJwk: JWK = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  const codes = new Map<string, { nonce: string; challenge: string }>();
  const server: Server = createServer((request, response) => {
    void serve(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const signed: LyingProvider['signed'] = (claims, header = {}, key = privateKey) =>
    new CompactSign(Buffer.from(JSON.stringify(claims)))
      .setProtectedHeader({ alg: 'RS256', kid: 'one', ...header })
      .sign(key);

  const truthful = () => ({
    discovery: (truth: Json) => truth,
    claims: (truth: Json) => truth,
    sign: (claims: Json) => signed(claims),
    answer: () => false,
    userinfo: {},
    keys: [publicJwk],
  });

  const provider: LyingProvider = {
    issuer,
    ...truthful(),
    privateKey,
    publicJwk,
    asked: [],
    signed,
    signIn: (authorize, more = {}) => {
      const { searchParams } = new URL(authorize);
      const code = `code-${codes.size}`;
      codes.set(code, {
        nonce: searchParams.get('nonce') ?? '',
        challenge: searchParams.get('code_challenge') ?? '',
      });
      const state = searchParams.get('state') ?? '';
      return `?${new URLSearchParams({ code, state, iss: issuer, ...more })}`;
    },
    reset: () => {
      Object.assign(provider, truthful());
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };

  const json = (response: ServerResponse, value: unknown): void => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? '', issuer);
    provider.asked.push(pathname);
    if (provider.answer(request, response)) return;
    if (pathname === '/.well-known/openid-configuration') {
      return json(
        response,
        provider.discovery({
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/keys`,
          userinfo_endpoint: `${issuer}/userinfo`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
          authorization_response_iss_parameter_supported: true,
        }),
      );
    }
    if (pathname === '/keys') return json(response, { keys: provider.keys });
    if (pathname === '/userinfo') return json(response, { sub: 'ada', ...provider.userinfo });
    if (pathname === '/token') {
      const code = (await bodyOf(request)).get('code') ?? '';
      const known = codes.get(code);
      codes.delete(code);
      if (known === undefined) {
        response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_grant"}');
        return;
      }
      const now = Math.floor(Date.now() / 1_000);
      const claims = provider.claims({
        iss: issuer,
        sub: 'ada',
        aud: CLIENT,
        exp: now + 300,
        iat: now,
        nonce: known.nonce,
        email: 'ada@example.test',
        email_verified: true,
        name: 'Ada',
        groups: ['data'],
      });
      return json(response, {
        access_token: 'access',
        token_type: 'Bearer',
        id_token: await provider.sign(claims),
      });
    }
    response.writeHead(404).end();
  };

  return provider;
};
