import assert from 'node:assert/strict';
import { URI } from 'otpauth';
import { randomToken } from '../../src/core/index.ts';
import type { FactorAdded, Session, SignInInput, SignInStep } from '../../src/identity/index.ts';
import { SoftPasskey } from '../harness/soft-passkey.ts';
import { FIREFOX, GOOD_PASSWORD, type TestIdentity } from './open-identity.ts';

export const ORIGIN = 'https://gate.example.test';

/** What an authenticator app shows at a time; `ahead`: whole steps that its clock is off. */
export type App = (time: number, ahead?: number) => string;

/** An authenticator app of other people's making that has read this QR code. */
export const appOf = (uri: string): App => {
  const totp = URI.parse(uri);
  assert.ok('period' in totp);
  return (time, ahead = 0) => totp.generate({ timestamp: time + ahead * 30_000 });
};

export const stateOf = (step: SignInStep): string => {
  assert.ok(step.next !== 'done');
  return step.state;
};

const added = (result: FactorAdded) => {
  assert.equal(result.outcome, 'added', JSON.stringify(result));
  assert.ok(result.outcome === 'added');
  return result;
};

/** Adds an authenticator app to the session's person. */
export const addTotp = async (identity: TestIdentity, session: Session, now: number) => {
  const { enrolment, uri, secret } = await identity.factors.beginTotp(session);
  const app = appOf(uri);
  const code = app(now);
  const done = added(await identity.factors.confirmTotp({ session, enrolment, code, client: FIREFOX }));
  return { ...done, app, secret };
};

/** Adds a passkey to the session's person. */
export const addPasskey = async (identity: TestIdentity, session: Session, name = 'Laptop') => {
  const passkey = new SoftPasskey(ORIGIN);
  const { enrolment, options } = await identity.factors.beginPasskey(session);
  const answer = passkey.create({ options });
  const done = added(
    await identity.factors.confirmPasskey({ session, enrolment, answer, name, client: FIREFOX }),
  );
  return { ...done, passkey };
};

/** A browser on its way through a sign-in. */
export const onTheWay = (identity: TestIdentity, browser = randomToken(), client = FIREFOX) => {
  const submit = (step: SignInStep, input: SignInInput, replaces?: string): Promise<SignInStep> =>
    identity.signIn.submit({ state: stateOf(step), browser, input, client, replaces });
  return {
    browser,
    start: (returnTo?: string) => identity.signIn.start({ browser, returnTo }),
    submit,
    /** Gives the right password. */
    known: async (name: string, password = GOOD_PASSWORD): Promise<SignInStep> =>
      submit(await identity.signIn.start({ browser }), { step: 'password', name, password }),
  };
};
