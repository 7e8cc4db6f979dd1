import assert from 'node:assert/strict';
import { randomToken } from '../../src/core/index.ts';
import { SoftPasskey } from '../harness/soft-passkey.ts';
import { type App, appOf } from '../store/second-factor-people.ts';
import { PASSWORD, PORTAL, type TestPortal } from './open-portal.ts';

export interface GuardedPerson {
  id: string;
  app: App;
  passkey: SoftPasskey;
  recovery: readonly string[];
}

/** Makes a person with an authenticator app, a passkey and recovery codes. */
export const addSecondFactors = async (
  world: TestPortal,
  name: string,
  roles: readonly string[],
): Promise<GuardedPerson> => {
  const { identity } = world;
  const id = await world.add(name, roles);
  const client = { address: '198.51.100.200', userAgent: 'test' };
  const browser = randomToken();
  const start = await identity.signIn.start({ browser });
  assert.ok(start.next === 'password');
  const input = { step: 'password', name, password: PASSWORD } as const;
  const done = await identity.signIn.submit({ state: start.state, browser, client, input });
  assert.ok(done.next === 'done');
  const begun = await identity.factors.beginTotp(done.session);
  const app = appOf(begun.uri);
  const code = app(world.clock.now());
  const { enrolment } = begun;
  const added = await identity.factors.confirmTotp({ session: done.session, enrolment, code, client });
  assert.ok(added.outcome === 'added');
  const passkey = new SoftPasskey(PORTAL);
  const { session } = added;
  const asked = await identity.factors.beginPasskey(session);
  const answer = passkey.create({ options: asked.options });
  const more = { session, enrolment: asked.enrolment, answer, name: 'Laptop', client };
  assert.equal((await identity.factors.confirmPasskey(more)).outcome, 'added');
  return { id, app, passkey, recovery: added.recovery ?? [] };
};
