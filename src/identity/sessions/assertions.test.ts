import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  createLocalJWKSet,
  decodeProtectedHeader,
  type JSONWebKeySet,
  jwtVerify,
  SignJWT,
  UnsecuredJWT,
} from 'jose';
import { temporaryFolders } from '../../../test/store/engines.ts';
import { fakeClock } from '../../../test/store/fake-clock.ts';
import { openTestIdentity, type TestIdentity } from '../../../test/store/open-identity.ts';
import type { Session } from '../types.ts';

const issuer = 'https://gate.example.test';
const audience = 'https://sales.example.test';

describe('the signed identity for an app', () => {
  const folder = temporaryFolders();
  const clock = fakeClock();
  let identity: TestIdentity;
  let session: Session;

  before(async () => {
    const directory = folder();
    identity = await openTestIdentity({ directory, url: join(directory, 'gatehouse.db') }, { clock });
    await identity.people.add(
      {
        name: 'ana',
        displayName: 'Ana Gómez',
        email: 'ana@example.com',
        roles: ['treasurer', 'analyst'],
        password: 'violet tram over salt',
      },
      {},
    );
    session = (await identity.enter('ana')).session;
  });
  after(() => identity.close());

  const keySet = () => createLocalJWKSet(identity.assertions.jwks() as unknown as JSONWebKeySet);
  const verify = (token: string, options: object = {}) =>
    jwtVerify(token, keySet(), {
      issuer,
      audience,
      algorithms: ['ES256'],
      typ: 'JWT',
      currentDate: new Date(clock.now()),
      ...options,
    });

  test('says who it is, for whom, by whom, how they signed in, and for two minutes', async () => {
    const token = await identity.assertions.forApp(session, audience);
    const { payload } = await verify(token);
    const { jti, iat, exp, auth_time, ...rest } = payload;
    assert.deepEqual(rest, {
      iss: issuer,
      aud: audience,
      sub: session.person.id,
      sid: session.id,
      name: 'Ana Gómez',
      preferred_username: 'ana',
      email: 'ana@example.com',
      roles: ['analyst', 'treasurer'],
      amr: ['pwd'],
    });
    assert.ok(typeof jti === 'string' && jti.length > 20);
    assert.equal((exp ?? 0) - (iat ?? 0), 120);
    assert.equal(auth_time, Math.floor(session.createdAt / 1_000));
    assert.ok(Buffer.byteLength(token) < 1_500);
  });

  test('is not accepted for another app, by another issuer, or a minute after its end', async () => {
    const token = await identity.assertions.forApp(session, audience);
    await assert.rejects(verify(token, { audience: 'https://wiki.example.test' }));
    await assert.rejects(verify(token, { issuer: 'https://other.example.test' }));
    await assert.rejects(verify(token, { currentDate: new Date(clock.now() + 121_000) }));
  });

  test('forgeries of the usual kinds do not verify with the published keys (lesson 16)', async () => {
    const token = await identity.assertions.forApp(session, audience);
    const [header = '', payload = '', signature = ''] = token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const [jwk] = identity.assertions.jwks().keys;
    const publicKey = Buffer.from(JSON.stringify(jwk));
    const evil = Buffer.from(JSON.stringify({ ...claims, roles: ['admin'] })).toString('base64url');
    const forgeries = [
      new UnsecuredJWT(claims).encode(),
      `${header}.${evil}.${signature}`,
      `${header}.${payload}.`,
      `${header}.${payload}.${Buffer.alloc(64).toString('base64url')}`,
      await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', kid: String(jwk?.['kid']) })
        .sign(publicKey),
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`,
    ];
    for (const forgery of forgeries) await assert.rejects(verify(forgery), forgery.slice(0, 40));
  });

  test('the published keys are public: no private part, one use, one algorithm', () => {
    const { keys } = identity.assertions.jwks();
    assert.ok(keys.length >= 2);
    for (const key of keys) {
      assert.deepEqual(Object.keys(key).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
      assert.deepEqual([key['alg'], key['crv'], key['use']], ['ES256', 'P-256', 'sig']);
    }
  });

  test('one token serves every request for a minute, at once, and is renewed ahead of its end', async () => {
    const first = await identity.assertions.forApp(session, audience);
    for (let i = 0; i < 1_000; i++) assert.equal(identity.assertions.forApp(session, audience), first);
    clock.advance(61_000);
    assert.equal(
      identity.assertions.forApp(session, audience),
      first,
      'the old one while the new one is made',
    );
    for (let i = 0; i < 100 && identity.assertions.forApp(session, audience) === first; i++) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    const second = await identity.assertions.forApp(session, audience);
    assert.notEqual(second, first);
    clock.advance(300_000);
    const third = identity.assertions.forApp(session, audience);
    assert.ok(third instanceof Promise, 'nothing that is about to end is given out');
    await verify(await third);
  });

  test('apps and sessions have tokens of their own, and a changed person another one at once', async () => {
    const [one, other] = [
      await identity.assertions.forApp(session, audience),
      await identity.assertions.forApp(session, 'https://wiki.example.test'),
    ];
    assert.notEqual(one, other);
    const renamed = { ...session, person: { ...session.person, displayName: 'Ana Ruiz' } };
    const { payload } = await verify(await identity.assertions.forApp(renamed, audience));
    assert.equal(payload['name'], 'Ana Ruiz');
  });

  test('a rotation takes effect at once, old tokens verify to their end, and the new key was known before', async () => {
    const old = await identity.assertions.forApp(session, audience);
    const known = createLocalJWKSet(identity.assertions.jwks() as unknown as JSONWebKeySet);
    await identity.assertions.rotateKeys({});
    const fresh = await identity.assertions.forApp(session, audience);
    assert.notEqual(decodeProtectedHeader(fresh).kid, decodeProtectedHeader(old).kid);
    await verify(old);
    await jwtVerify(fresh, known, { issuer, audience, currentDate: new Date(clock.now()) });
    assert.equal(identity.events.of('key.rotated').length, 1);
    clock.advance(200_000);
    const kids = identity.assertions.jwks().keys.map((key) => key['kid']);
    assert.ok(!kids.includes(decodeProtectedHeader(old).kid));
  });
});
