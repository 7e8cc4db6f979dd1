import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import type { Page } from 'playwright-core';
import { type Browser, noBrowser, openBrowser } from '../harness/browser.ts';
import { type EchoApp, openEchoApp } from '../harness/echo-app.ts';
import { eventually } from '../harness/eventually.ts';
import { type GatehouseProcess, startGatehouse } from '../harness/gatehouse-process.ts';
import { ask } from '../harness/http-client.ts';
import { signIn } from '../harness/sign-in.ts';
import { SECRET } from './lying-provider.ts';
import { type OidcProvider, openOidcProvider } from './oidc-provider.ts';

/** Longest time from the end of a session to the end of its streams (C08). */
const STREAM_END = 2_000;

const configOf = (providers: Readonly<Record<string, OidcProvider>>): string =>
  ['providers:']
    .concat(
      Object.entries(providers).map(
        ([name, { issuer }]) => `  ${name}:
    issuer: ${issuer}
    clientId: gatehouse
    clientSecret: env:PROVIDER_SECRET
    create: true
    roles: { '*': [user] }`,
      ),
    )
    .join('\n');

suite('a browser that signs in with other providers', { skip: noBrowser }, () => {
  let directory = '';
  let app: EchoApp;
  let acme: OidcProvider;
  let umbrella: OidcProvider;
  let gatehouse: GatehouseProcess;
  let browser: Browser;
  let nameOrigin: (origin: string) => void;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'gatehouse-providers-'));
    app = await openEchoApp();
    const portal = new Promise<string>((name) => {
      nameOrigin = name;
    });
    const deliver = async (url: string, body: string): Promise<Response> => {
      const { host, port, pathname } = new URL(url);
      const ca = readFileSync(gatehouse.authorityFile, 'utf8');
      const { status } = await ask(
        { port: Number(port), authority: host, ca },
        {
          method: 'POST',
          path: pathname,
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body,
        },
      );
      return new Response(null, { status });
    };
    acme = await openOidcProvider({ portal, name: 'acme', deliver });
    umbrella = await openOidcProvider({ portal, name: 'umbrella', deliver });
    acme.accounts.set('ada', { email: 'ada@example.test', email_verified: true, name: 'Ada at Acme' });
    umbrella.accounts.set('uma', { email: 'uma@example.test', email_verified: true, name: 'Uma' });
    umbrella.accounts.set('ada2', { email: 'ada@umbrella.test', email_verified: true, name: 'Ada' });
    const config = join(directory, 'gatehouse.yaml');
    writeFileSync(config, configOf({ acme, umbrella }));
    gatehouse = await startGatehouse({
      mode: { serve: app.url },
      config,
      env: { PROVIDER_SECRET: SECRET },
      people: [{ name: 'root', roles: 'admin' }],
    });
    nameOrigin(gatehouse.portalUrl);
    browser = await openBrowser(gatehouse.authorityFile);
  });
  after(async () => {
    await browser?.close();
    await gatehouse?.close();
    await acme?.close();
    await umbrella?.close();
    await app?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  /** Fills in the provider's own pages until they lead back. */
  const there = async (page: Page, provider: OidcProvider, login: string): Promise<void> => {
    await page.waitForURL((url) => url.origin === provider.issuer);
    await page.locator('input[name="login"]').fill(login);
    await page.locator('input[name="password"]').fill('any');
    await page.locator('button[type="submit"]').click();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL((url) => url.origin !== provider.issuer);
  };

  const comeBy = async (title: string, provider: OidcProvider, login: string): Promise<Page> => {
    await browser.context.clearCookies();
    const page = await browser.context.newPage();
    await page.goto(`${gatehouse.appUrl}/deep?x=1`);
    await page.getByRole('link', { name: `Continue with ${title}` }).click();
    await there(page, provider, login);
    await page.waitForURL(`${gatehouse.appUrl}/deep?x=1`);
    return page;
  };

  test('comes back to the app that it was on the way to, as that person', async () => {
    const page = await comeBy('Acme', acme, 'ada');
    await page.getByText('hi ada@example.test').waitFor();
    await page.close();
  });

  test('and with the second provider as another one', async () => {
    const page = await comeBy('Umbrella', umbrella, 'uma');
    await page.getByText('hi uma@example.test').waitFor();
    await page.close();
  });

  test('links a second account, signs in with it, and unlinks it', async () => {
    const page = await comeBy('Acme', acme, 'ada');
    await page.goto(`${gatehouse.portalUrl}/account`);
    await page.getByRole('link', { name: 'Link Umbrella' }).click();
    await there(page, umbrella, 'ada2');
    await page.getByRole('heading', { name: 'Link ada@umbrella.test?' }).waitFor();
    await page.getByRole('button', { name: 'Link it' }).click();
    await page.getByRole('status').getByText('is linked').waitFor();
    await page.close();

    const again = await comeBy('Umbrella', umbrella, 'ada2');
    await again.getByText('hi ada@example.test').waitFor();
    await again.goto(`${gatehouse.portalUrl}/account`);
    const row = again.getByRole('listitem').filter({ hasText: 'ada@umbrella.test' });
    await row.getByRole('link', { name: 'Unlink' }).click();
    await again.getByRole('button', { name: 'Unlink it' }).click();
    await again.getByText('The account is unlinked.').waitFor();
    assert.equal(await again.getByText('ada@umbrella.test').count(), 0);
    await again.close();
  });

  test('loses app and stream within two seconds when it signs out at the provider', async () => {
    const page = await comeBy('Acme', acme, 'ada');
    await page.getByText('hi ada@example.test').waitFor();
    const other = await browser.context.newPage();
    await other.goto(`${acme.issuer}/session/end`);
    await other.getByRole('button', { name: /yes/i }).click();
    const took = await eventually(async () => (await page.textContent('#state')) === 'closed', 10_000);
    assert.ok(took < STREAM_END, `${took} ms`);
    await page.reload();
    await page.getByRole('link', { name: 'Continue with Acme' }).waitFor();
    await other.close();
    await page.close();
  });

  test('finds every other way open when a provider is gone', async () => {
    await umbrella.close();
    await browser.context.clearCookies();
    const page = await browser.context.newPage();
    await page.goto(gatehouse.appUrl);
    await page.getByRole('link', { name: 'Continue with Umbrella' }).click();
    // What was read about the provider still serves; the browser then finds nobody there.
    await page
      .waitForURL((url) => url.protocol === 'chrome-error:' || url.origin === umbrella.issuer)
      .catch(() => {});
    await page.goto(gatehouse.appUrl);
    await signIn(page, 'root');
    await page.getByText('hi root').waitFor();
    await page.close();
  });
});
