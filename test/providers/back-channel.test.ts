import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { generateKeyPair } from 'jose';
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

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

let liar: LyingProvider;
let identity: ProviderIdentity;
let count = 0;

before(async () => {
  liar = await openLyingProvider();
  identity = await openProviderIdentity([providerAt(liar.issuer)]);
});
after(async () => {
  await identity.close();
  await liar.close();
});

const signIn = async (sub: string, sid?: string) => {
  liar.claims = (truth) => ({ ...truth, sub, email: `${sub}@example.test`, ...(sid && { sid }) });
  const { token } = sessionOf(await roundTrip(identity, (authorize) => liar.signIn(authorize)));
  return { isIn: async () => (await identity.sessions.find(token, undefined)) !== undefined, token };
};

const truth = (more: Record<string, unknown> = {}): Record<string, unknown> => {
  const now = Math.floor(Date.now() / 1_000);
  return {
    iss: liar.issuer,
    aud: CLIENT,
    iat: now,
    exp: now + 120,
    jti: `jti-${count++}`,
    events: { [EVENT]: {} },
    ...more,
  };
};

const send = async (
  claims: Record<string, unknown>,
  header: Record<string, unknown> = { typ: 'logout+jwt' },
) =>
  identity.providers.backChannelLogout({
    provider: 'acme',
    logoutToken: await liar.signed(claims, header),
    client: CLIENT_INFO,
  });

describe('a logout token', () => {
  test('with sid ends that session alone, with sub all of that account, with neither nothing', async () => {
    const [one, two, other] = [
      await signIn('ada', 'sid-1'),
      await signIn('ada', 'sid-2'),
      await signIn('bob', 'sid-3'),
    ];
    const standing = async () => Promise.all([one, two, other].map(({ isIn }) => isIn()));
    assert.equal(await send(truth({ sid: 'sid-1' })), 1);
    assert.deepEqual(await standing(), [false, true, true]);
    assert.equal(await send(truth({ sid: 'sid-3', sub: 'ada' })), 0, 'both have to fit');
    assert.equal(await send(truth({ sub: 'nobody' })), 0);
    assert.deepEqual(await standing(), [false, true, true]);
    assert.equal(await send(truth({ sub: 'ada' })), 1);
    assert.deepEqual(await standing(), [false, false, true]);
    assert.equal(await codeOf(send(truth())), 'provider-answer-invalid');
  });

  test('closes what hangs on the session: the listeners of its streams hear of it', async () => {
    const ended: string[] = [];
    const stop = identity.sessions.onEnded((id, why) => ended.push(`${id} ${why}`));
    const { token } = await signIn('carol', 'sid-9');
    const session = await identity.sessions.find(token, undefined);
    await send(truth({ sid: 'sid-9' }));
    stop();
    assert.deepEqual(ended, [`${session?.id} provider-sign-out`]);
  });

  const lies: Record<string, () => Promise<unknown>> = {
    'of another issuer': () => send(truth({ sub: 'eve', iss: 'https://other.example' })),
    'for somebody else': () => send(truth({ sub: 'eve', aud: 'somebody-else' })),
    'with a nonce, as an ID token has': () => send(truth({ sub: 'eve', nonce: 'n' })),
    'without the event': () => send(truth({ sub: 'eve', events: {} })),
    'with the event as a text': () => send(truth({ sub: 'eve', events: { [EVENT]: 'x' } })),
    'without events': () => send(truth({ sub: 'eve', events: undefined })),
    'without a jti': () => send(truth({ sub: 'eve', jti: undefined })),
    'that is old': () => send(truth({ sub: 'eve', iat: Math.floor(Date.now() / 1_000) - 3_600 })),
    'that has ended': () => send(truth({ sub: 'eve', exp: Math.floor(Date.now() / 1_000) - 120 })),
    'from the future': () => send(truth({ sub: 'eve', iat: Math.floor(Date.now() / 1_000) + 3_600 })),
    'of another type': () => send(truth({ sub: 'eve' }), { typ: 'at+jwt' }),
    'signed by HS256 with the client secret': async () =>
      identity.providers.backChannelLogout({
        provider: 'acme',
        logoutToken: await liar.signed(
          truth({ sub: 'eve' }),
          { alg: 'HS256' },
          Buffer.from('a client secret of thirty-two characters'),
        ),
        client: CLIENT_INFO,
      }),
    'signed by another key': async () => {
      const { privateKey } = await generateKeyPair('RS256');
      return identity.providers.backChannelLogout({
        provider: 'acme',
        logoutToken: await liar.signed(truth({ sub: 'eve' }), {}, privateKey),
        client: CLIENT_INFO,
      });
    },
    'without a signature': () =>
      identity.providers.backChannelLogout({
        provider: 'acme',
        logoutToken: `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(truth({ sub: 'eve' }))).toString('base64url')}.`,
        client: CLIENT_INFO,
      }),
    'that is no token': () =>
      identity.providers.backChannelLogout({ provider: 'acme', logoutToken: 'x', client: CLIENT_INFO }),
  };
  for (const [lie, tell] of Object.entries(lies)) {
    test(`${lie} ends nothing`, async () => {
      const eve = await signIn('eve', 'sid-eve');
      assert.equal(await codeOf(tell()), 'provider-answer-invalid');
      assert.equal(await eve.isIn(), true);
    });
  }

  test('counts once', async () => {
    const claims = truth({ sub: 'frank' });
    await signIn('frank');
    assert.equal(await send(claims), 1);
    const frank = await signIn('frank');
    assert.equal(await codeOf(send(claims)), 'provider-answer-invalid');
    assert.equal(await frank.isIn(), true);
  });
});
