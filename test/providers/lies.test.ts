import assert from 'node:assert/strict';
import { KeyObject, sign } from 'node:crypto';
import { after, afterEach, before, describe, test } from 'node:test';
import { exportSPKI, generateKeyPair, importJWK } from 'jose';
import { randomToken } from '../../src/core/index.ts';
import { CLIENT, type LyingProvider, openLyingProvider } from './lying-provider.ts';
import {
  CLIENT_INFO,
  codeOf,
  openProviderIdentity,
  type ProviderIdentity,
  providerAt,
  roundTrip,
  sessionOf,
} from './open-provider-identity.ts';

let liar: LyingProvider;
let identity: ProviderIdentity;

before(async () => {
  liar = await openLyingProvider();
  identity = await openProviderIdentity([providerAt(liar.issuer)]);
});
after(async () => {
  await identity.close();
  await liar.close();
});
afterEach(() => liar.reset());

const signIn = (more: Readonly<Record<string, string>> = {}) =>
  roundTrip(identity, (authorize) => liar.signIn(authorize, more));

const seconds = () => Math.floor(Date.now() / 1_000);

describe('an ID token that cannot be believed signs nobody in', () => {
  test('the truth does', async () => {
    const { session } = sessionOf(await signIn());
    assert.equal(session.person.displayName, 'Ada');
  });

  // Lesson of CVE-2015-9235 and kin: what the provider's document allows is not what counts.
  const others: Record<string, () => void> = {
    'alg none': () => {
      liar.sign = async (claims) => {
        const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
        return `${part({ alg: 'none' })}.${part(claims)}.`;
      };
    },
    'HS256 with the public key': () => {
      liar.sign = async (claims) => {
        const key = await importJWK({ ...liar.publicJwk }, 'RS256', { extractable: true });
        const pem = await exportSPKI(key as CryptoKey);
        return liar.signed(claims, { alg: 'HS256' }, Buffer.from(pem));
      };
    },
    'HS256 with the client secret': () => {
      liar.sign = (claims) =>
        liar.signed(claims, { alg: 'HS256' }, Buffer.from('a client secret of thirty-two characters'));
    },
    'a key of its own, named by jwk, jku and x5u': () => {
      liar.sign = async (claims) => {
        const { privateKey } = await generateKeyPair('RS256');
        const url = `${liar.issuer}/elsewhere`;
        return liar.signed(claims, { jwk: liar.publicJwk, jku: url, x5u: url }, privateKey);
      };
    },
    'another kid': () => {
      liar.sign = (claims) => liar.signed(claims, { kid: 'two' });
    },
    'a critical header that nobody knows': () => {
      liar.sign = async (claims) => {
        const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
        const text = `${part({ alg: 'RS256', kid: 'one', crit: ['exp'], exp: 1 })}.${part(claims)}`;
        const signature = sign('sha256', Buffer.from(text), KeyObject.from(liar.privateKey));
        return `${text}.${signature.toString('base64url')}`;
      };
    },
    'a changed payload': () => {
      liar.sign = async (claims) => {
        const [head, , signature] = (await liar.signed(claims)).split('.');
        const forged = Buffer.from(JSON.stringify({ ...claims, sub: 'root' })).toString('base64url');
        return `${head}.${forged}.${signature}`;
      };
    },
  };
  const wrong: Record<string, (truth: Record<string, unknown>) => Record<string, unknown>> = {
    'another issuer': (truth) => ({ ...truth, iss: 'https://other.example' }),
    'another audience': (truth) => ({ ...truth, aud: 'somebody-else' }),
    'a second audience without azp': (truth) => ({ ...truth, aud: [CLIENT, 'somebody-else'] }),
    'another azp': (truth) => ({ ...truth, azp: 'somebody-else' }),
    'another azp among two audiences': (truth) => ({
      ...truth,
      aud: [CLIENT, 'somebody-else'],
      azp: 'somebody-else',
    }),
    'an end that is past': (truth) => ({ ...truth, exp: seconds() - 120 }),
    'no end': ({ exp: _, ...truth }) => truth,
    'a time in the future': (truth) => ({ ...truth, iat: seconds() + 600, exp: seconds() + 900 }),
    'a time long ago': (truth) => ({ ...truth, iat: seconds() - 86_400 }),
    'no nonce': ({ nonce: _, ...truth }) => truth,
    'another nonce': (truth) => ({ ...truth, nonce: 'replayed' }),
    'no subject': ({ sub: _, ...truth }) => truth,
    'an empty subject': (truth) => ({ ...truth, sub: '' }),
    'a subject that is no text': (truth) => ({ ...truth, sub: { a: 1 } }),
  };
  for (const [lie, claims] of Object.entries(wrong)) {
    others[lie] = () => {
      liar.claims = claims;
    };
  }
  for (const [lie, tell] of Object.entries(others)) {
    test(lie, async () => {
      tell();
      assert.equal(await codeOf(signIn()), 'provider-answer-invalid');
    });
  }

  test('a key address in a header is never asked', () => {
    assert.ok(!liar.asked.includes('/elsewhere'));
  });
});

describe('an answer counts once, in the browser that was sent out, from the provider that it went to', () => {
  test('another browser, another state, and the same answer twice are refused', async () => {
    const browser = randomToken();
    const begin = () => identity.providers.begin({ provider: 'acme', browser, client: CLIENT_INFO });
    const finish = (search: string, by = browser) =>
      identity.providers.finish({
        provider: 'acme',
        search,
        browser: by,
        client: CLIENT_INFO,
        session: undefined,
        replaces: undefined,
      });
    const search = liar.signIn(await begin());
    assert.equal(await codeOf(finish(search, randomToken())), 'form-expired');
    assert.equal(await codeOf(finish(search.replace('state=', 'state=x'))), 'form-expired');
    const answers = await Promise.all([1, 2, 3, 4].map(() => codeOf(finish(search))));
    assert.deepEqual(answers.sort(), ['done', 'form-expired', 'form-expired', 'form-expired']);
  });

  test('the issuer in the answer has to be the right one, and to be there (RFC 9207)', async () => {
    assert.equal(await codeOf(signIn({ iss: 'https://other.example' })), 'provider-answer-invalid');
    const without = roundTrip(identity, (authorize) => liar.signIn(authorize).replace(/&iss=[^&]*/, ''));
    assert.equal(await codeOf(without), 'provider-answer-invalid');
  });

  test('somebody who turns back at the provider is told so', async () => {
    const refusal = roundTrip(identity, (authorize) => {
      const state = new URL(authorize).searchParams.get('state') ?? '';
      return `?${new URLSearchParams({ error: 'access_denied', state, iss: liar.issuer })}`;
    });
    assert.equal(await codeOf(refusal), 'provider-refused');
  });

  test('the same parameter twice is refused', async () => {
    const twice = roundTrip(identity, (authorize) => `${liar.signIn(authorize)}&code=other`);
    assert.equal(await codeOf(twice), 'provider-answer-invalid');
  });

  test('PKCE with S256, state, nonce and the one redirect address are sent', async () => {
    const url = new URL(
      await identity.providers.begin({ provider: 'acme', browser: randomToken(), client: CLIENT_INFO }),
    );
    const asked = Object.fromEntries(url.searchParams);
    assert.equal(asked['code_challenge_method'], 'S256');
    assert.equal(asked['redirect_uri'], 'https://gate.example.test/providers/acme/callback');
    for (const name of ['state', 'nonce', 'code_challenge'])
      assert.match(asked[name] ?? '', /^[A-Za-z0-9_-]{43}$/);
  });
});

describe('a discovery document leads nowhere that only we can reach', () => {
  /** What becomes of a sign-in with a provider that was not asked before. */
  const firstTime = async (issuer = liar.issuer): Promise<string> => {
    const fresh = await openProviderIdentity([providerAt(issuer)]);
    try {
      return await codeOf(roundTrip(fresh, (authorize) => liar.signIn(authorize)));
    } finally {
      await fresh.close();
    }
  };

  for (const address of [
    'http://169.254.169.254/latest/meta-data',
    'http://[fe80::1]/',
    'http://10.0.0.1/token',
    'http://[fd00:ec2::254]/token',
    'http://[::ffff:169.254.169.254]/token',
    'http://0.0.0.0/token',
    'file:///etc/passwd',
    'http://2852039166/token',
  ]) {
    test(`token end point ${address}`, async () => {
      liar.discovery = (truth) => ({ ...truth, token_endpoint: address });
      assert.equal(await firstTime(), 'provider-answer-invalid');
    });
    test(`keys at ${address}`, async () => {
      liar.discovery = (truth) => ({ ...truth, jwks_uri: address });
      assert.equal(await firstTime(), 'provider-answer-invalid');
    });
  }

  test('a redirect is not followed', async () => {
    liar.answer = ({ url }, response) => {
      if (url !== '/.well-known/openid-configuration') return false;
      response.writeHead(302, { location: `${liar.issuer}/elsewhere` }).end();
      return true;
    };
    assert.equal(await firstTime(), 'provider-answer-invalid');
    assert.ok(!liar.asked.includes('/elsewhere'));
  });

  test('another issuer in the document is refused', async () => {
    liar.discovery = (truth) => ({ ...truth, issuer: 'https://other.example' });
    assert.equal(await firstTime(), 'provider-answer-invalid');
    liar.discovery = (truth) => ({ ...truth, issuer: `${liar.issuer}/` });
    assert.equal(await firstTime(), 'provider-answer-invalid');
  });

  test('a sign-in address that is not the web is not followed', async () => {
    for (const authorization_endpoint of ['javascript:alert(1)', 'data:text/html,x', 'nonsense']) {
      liar.discovery = (truth) => ({ ...truth, authorization_endpoint });
      assert.equal(await firstTime(), 'provider-answer-invalid');
    }
  });

  test('an answer without end is cut off', async () => {
    liar.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const block = Buffer.alloc(65_536, ' ');
      const write = (): void => {
        while (!response.destroyed && response.write(block));
      };
      response.on('drain', write);
      write();
      return true;
    };
    assert.equal(await firstTime(), 'provider-answer-invalid');
  });
});

describe('a provider that is down', () => {
  test('is said to be down, quickly, and asked again later', async () => {
    const gone = await openLyingProvider();
    await gone.close();
    const fresh = await openProviderIdentity([providerAt(gone.issuer)]);
    try {
      assert.equal(await codeOf(roundTrip(fresh, () => '')), 'provider-unavailable');
      const before = performance.now();
      assert.equal(await codeOf(roundTrip(fresh, () => '')), 'provider-unavailable');
      assert.ok(performance.now() - before < 1_000);
    } finally {
      await fresh.close();
    }
  });

  test('or too slow holds nobody up for more than 6 s', { timeout: 20_000 }, async () => {
    const slow = await openLyingProvider();
    slow.answer = () => true;
    const fresh = await openProviderIdentity([providerAt(slow.issuer)]);
    try {
      const before = performance.now();
      const both = await Promise.all([1, 2].map(() => codeOf(roundTrip(fresh, () => ''))));
      assert.deepEqual(both, ['provider-unavailable', 'provider-unavailable']);
      assert.ok(performance.now() - before < 6_500);
      assert.equal(slow.asked.length, 1, 'many visitors ask it once');
    } finally {
      await fresh.close();
      await slow.close();
    }
  });

  test('answers with 500 at the token end point', async () => {
    liar.answer = ({ url }, response) => {
      if (url !== '/token') return false;
      response.writeHead(500).end();
      return true;
    };
    assert.equal(await codeOf(signIn()), 'provider-unavailable');
  });
});

test('one network sets out sixty times in ten minutes, and no more', async () => {
  const fresh = await openProviderIdentity([providerAt(liar.issuer)]);
  try {
    const client = { address: '198.51.100.7', userAgent: '' };
    const codes: string[] = [];
    for (let i = 0; i < 62; i++) {
      codes.push(await codeOf(fresh.providers.begin({ provider: 'acme', browser: randomToken(), client })));
    }
    assert.deepEqual([codes.filter((code) => code === 'done').length, codes.at(-1)], [60, 'throttled']);
  } finally {
    await fresh.close();
  }
});
