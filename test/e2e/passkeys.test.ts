import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { CDPSession, Page } from 'playwright-core';
import { type Browser, noBrowser, openBrowser } from '../harness/browser.ts';
import { type EchoApp, openEchoApp } from '../harness/echo-app.ts';
import { type GatehouseProcess, startGatehouse } from '../harness/gatehouse-process.ts';
import { signIn } from '../harness/sign-in.ts';

suite("passkeys of Chromium's virtual authenticator", { skip: noBrowser }, () => {
  let app: EchoApp;
  let gatehouse: GatehouseProcess;
  let browser: Browser;
  let page: Page;
  let cdp: CDPSession;
  let authenticatorId: string;

  before(async () => {
    app = await openEchoApp();
    const people = [{ name: 'ada', roles: 'user' }];
    gatehouse = await startGatehouse({ mode: { serve: app.url }, names: 'siblings', people });
    browser = await openBrowser(gatehouse.authorityFile);
    page = await browser.context.newPage();
    page.setDefaultTimeout(10_000);
    // This authenticator takes up an offer in the name field at once; only one test is about that.
    await page.addInitScript(
      `if (!location.search.includes('offer')) PublicKeyCredential.isConditionalMediationAvailable = async () => false`,
    );
    cdp = await browser.context.newCDPSession(page);
    await cdp.send('WebAuthn.enable');
    const added = await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    authenticatorId = added.authenticatorId;
  });
  after(async () => {
    await browser?.close();
    await gatehouse?.close();
    await app?.close();
  });

  const credential = async () => {
    const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId });
    const [first] = credentials;
    assert.ok(first);
    return first;
  };

  const leave = (): Promise<void> => browser.context.clearCookies();

  const usePasskey = async (): Promise<void> => {
    await page.goto(`${gatehouse.portalUrl}/sign-in`);
    await page.getByRole('button', { name: 'Use a passkey instead' }).click();
  };

  test('a passkey is added on the account page, with a name of its own', async () => {
    await page.goto(`${gatehouse.portalUrl}/account`);
    await signIn(page, 'ada');
    await page.getByRole('link', { name: 'Add a passkey' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Blue laptop');
    await page.getByRole('button', { name: 'Add the passkey' }).click();
    await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor();
    await page.getByRole('link', { name: 'I have kept them' }).click();
    await page.getByRole('heading', { name: /Blue laptop/ }).waitFor();
    const { rpId } = await credential();
    assert.equal(rpId, 'gate.example.test');
  });

  test('it signs in alone, on the way to an app', async () => {
    await leave();
    await page.goto(`${gatehouse.appUrl}/deep?x=1`);
    await page.getByRole('button', { name: 'Use a passkey instead' }).click();
    await page.waitForURL(`${gatehouse.appUrl}/deep?x=1`);
  });

  test('it is offered in the name field, and signs in from there', async () => {
    await leave();
    await page.goto(`${gatehouse.portalUrl}/sign-in?offer`);
    await page.waitForURL(`${gatehouse.portalUrl}/`);
  });

  test('it is asked for after the password', async () => {
    await leave();
    await page.goto(`${gatehouse.portalUrl}/sign-in`);
    await page.getByLabel('Name', { exact: true }).fill('ada');
    await page.getByLabel('Password', { exact: true }).fill('plover-anvil-73-quiet-lantern');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('button', { name: 'Use passkey', exact: true }).click();
    await page.waitForURL(`${gatehouse.portalUrl}/`);
  });

  test('a person who is not verified is refused by the browser or by us', async () => {
    await leave();
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    await usePasskey();
    await page.getByText('It was not confirmed. Try again.').waitFor();
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
  });

  test('another origin cannot ask for it', async () => {
    const tried = async (url: string, rpId: string): Promise<string> => {
      await page.goto(url);
      const options = `{ challenge: new Uint8Array(32), rpId: '${rpId}', userVerification: 'required', timeout: 3000 }`;
      return page.evaluate<string>(
        `navigator.credentials.get({ publicKey: ${options} }).then(() => 'signed', (error) => error.name)`,
      );
    };
    await page.goto(`${gatehouse.appUrl}/`);
    await page.getByRole('button', { name: 'Use a passkey instead' }).click();
    await page.waitForURL(`${gatehouse.appUrl}/`);
    assert.equal(await tried(gatehouse.appUrl, 'gate.example.test'), 'SecurityError');
    assert.equal(await tried(gatehouse.appUrl, 'app.example.test'), 'NotAllowedError', 'none for this name');
  });

  test('a copy whose counter lags behind is refused and noted', async () => {
    await leave();
    const copy = await credential();
    await usePasskey();
    await page.waitForURL(`${gatehouse.portalUrl}/`);
    await leave();
    await cdp.send('WebAuthn.removeCredential', { authenticatorId, credentialId: copy.credentialId });
    await cdp.send('WebAuthn.addCredential', { authenticatorId, credential: { ...copy, signCount: 1 } });
    await usePasskey();
    await page.getByText('This passkey was not accepted.').waitFor();
    const log = await gatehouse.command(['log', '--json', '--type', 'passkey.copied']);
    assert.equal(JSON.parse(log.trim().split('\n').at(-1) ?? '{}').type, 'passkey.copied');
    await cdp.send('WebAuthn.removeCredential', { authenticatorId, credentialId: copy.credentialId });
    await cdp.send('WebAuthn.addCredential', { authenticatorId, credential: { ...copy, signCount: 1_000 } });
  });

  test('a passkey that was removed on the account page opens nothing, though the device still has it', async () => {
    await usePasskey();
    await page.waitForURL(`${gatehouse.portalUrl}/`);
    await page.goto(`${gatehouse.portalUrl}/account`);
    await page.getByRole('link', { name: 'Remove', exact: true }).click();
    await page.getByRole('button', { name: 'Remove the passkey' }).click();
    await page.getByText('It is removed and opens nothing any more.').waitFor();
    await leave();
    await usePasskey();
    await page.getByText('This passkey was not accepted.').waitFor();
  });
});
