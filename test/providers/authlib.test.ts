import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, suite, test } from 'node:test';
import { AUTHLIB_PYTHON, noAuthlib } from './authlib/environment.ts';
import { CLIENT, SECRET } from './lying-provider.ts';
import {
  codeOf,
  openProviderIdentity,
  PORTAL,
  type ProviderIdentity,
  providerAt,
  roundTrip,
  sessionOf,
} from './open-provider-identity.ts';

suite('a provider made with Authlib', { skip: noAuthlib }, () => {
  let child: ChildProcess;
  let issuer = '';
  let identity: ProviderIdentity;

  before(async () => {
    const program = join(import.meta.dirname, 'authlib/provider.py');
    const redirect = `${PORTAL}/providers/acme/callback`;
    child = spawn(AUTHLIB_PYTHON, [program, CLIENT, SECRET, redirect], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    assert.ok(child.stdout);
    const [line] = await once(createInterface(child.stdout), 'line');
    issuer = String(line);
    identity = await openProviderIdentity([
      providerAt(issuer, { roles: { data: ['analyst'] }, scopes: ['openid', 'email', 'groups'] }),
    ]);
  });
  after(async () => {
    await identity?.close();
    if (child.exitCode === null) {
      child.kill();
      await once(child, 'exit');
    }
  });

  const there = async (authorize: string): Promise<string> => {
    const response = await fetch(authorize, { redirect: 'manual' });
    return new URL(response.headers.get('location') ?? '', PORTAL).search;
  };

  test('signs people in, with their groups, the same ones the next time', async () => {
    const { session } = sessionOf(await roundTrip(identity, there));
    assert.equal(session.person.name, 'ada@authlib.test');
    assert.deepEqual(session.person.roles, ['analyst']);
    const again = sessionOf(await roundTrip(identity, there));
    assert.equal(again.session.person.id, session.person.id);
  });

  test('refuses a code that was used, and so do we', async () => {
    const used: string[] = [];
    sessionOf(
      await roundTrip(identity, async (authorize) => {
        const search = await there(authorize);
        used.push(new URLSearchParams(search).get('code') ?? '');
        return search;
      }),
    );
    const replayed = roundTrip(identity, async (authorize) => {
      const answer = new URLSearchParams(await there(authorize));
      answer.set('code', used[0] ?? '');
      return `?${answer}`;
    });
    assert.equal(await codeOf(replayed), 'provider-answer-invalid');
  });
});
