import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import { type Browser, noBrowser, openBrowser } from '../harness/browser.ts';
import { type EchoApp, openEchoApp } from '../harness/echo-app.ts';
import { type GatehouseProcess, startGatehouse } from '../harness/gatehouse-process.ts';
import { signIn } from '../harness/sign-in.ts';

/** How fresh the second factor has to be for the guarded act, in milliseconds. */
const FRESH = 10_000;

suite('second factors in a browser', { skip: noBrowser }, () => {
  let app: EchoApp;
  let gatehouse: GatehouseProcess;
  let browser: Browser;
  let totp: TOTP;
  let used = 0;
  let codes: string[] = [];

  before(async () => {
    app = await openEchoApp();
    const directory = mkdtempSync(join(tmpdir(), 'gatehouse-factors-'));
    const file = join(directory, 'gatehouse.yaml');
    writeFileSync(
      file,
      `apps:
  app:
    upstream: ${app.url}
    rules:
      - allow: [user]
      - paths: [/vault/**]
        assurance: mfa
      - paths: [/submit]
        methods: [POST]
        assurance: fresh-mfa
        maxAge: ${FRESH / 1_000}s
`,
    );
    gatehouse = await startGatehouse({
      mode: { serve: app.url },
      config: file,
      directory,
      names: 'siblings',
      people: [{ name: 'ada', roles: 'user' }],
    });
    browser = await openBrowser(gatehouse.authorityFile);
  });
  after(async () => {
    await browser?.close();
    await gatehouse?.close();
    await app?.close();
  });

  /** A code that was not used yet: each counts once. */
  const nextCode = async (): Promise<string> => {
    while (Math.floor(Date.now() / 30_000) + 1 <= used) await new Promise((done) => setTimeout(done, 500));
    used = Math.max(used + 1, Math.floor(Date.now() / 30_000));
    return totp.generate({ timestamp: used * 30_000 });
  };

  const giveCode = async (page: Page, button: string): Promise<void> => {
    await page.getByLabel('Code', { exact: true }).fill(await nextCode());
    await page.getByRole('button', { name: button, exact: true }).click();
  };

  test('somebody without a second factor adds one on the way to a page that needs it, and arrives there', async () => {
    const page = await browser.context.newPage();
    await page.goto(`${gatehouse.appUrl}/vault/books?year=2026`);
    await signIn(page, 'ada');
    await page.getByRole('link', { name: 'Add an app' }).click();
    await page.getByRole('img', { name: /QR code/ }).waitFor();
    const key = (await page.locator('code.key').textContent()) ?? '';
    totp = new TOTP({ secret: Secret.fromBase32(key.replaceAll(' ', '')) });
    await page.getByLabel('Code', { exact: true }).fill('000000');
    await page.getByRole('button', { name: 'Add the app' }).click();
    await page.getByText('This is not the code that the app shows now.').waitFor();
    await giveCode(page, 'Add the app');
    await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor();
    codes = await page.locator('.recovery code').allTextContents();
    assert.equal(new Set(codes).size, 10);
    await page.getByRole('link', { name: 'I have kept them' }).click();
    await page.waitForURL(`${gatehouse.appUrl}/vault/books?year=2026`);
    await page.close();
  });

  test('a form that needs a fresh factor reaches the app once, as it was typed, after the confirmation', async () => {
    const page = await browser.context.newPage();
    await page.goto(gatehouse.appUrl);
    await page.waitForTimeout(FRESH + 500);
    const word = 'pay 42 € & "more"\u200b <b>=?';
    await page.locator('input[name=word]').fill(word);
    const visited: string[] = [];
    page.on('request', (request) => visited.push(request.url()));
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByRole('heading', { name: 'Confirm that it is you' }).waitFor();
    const sent = () => app.requests.filter(({ method, url }) => method === 'POST' && url === '/submit');
    assert.equal(sent().length, 0, 'nothing before the confirmation');
    await giveCode(page, 'Confirm');
    await page.waitForURL(`${gatehouse.appUrl}/submit`);
    assert.deepEqual(
      sent().map(({ body }) => new URLSearchParams(body).get('word')),
      [word],
    );
    const again = visited.find((url) => url.includes('/.gatehouse/again'));
    assert.ok(again);
    const second = await page.goto(again);
    assert.equal(second?.status(), 410, 'the kept form is used up');
    assert.equal(sent().length, 1);
    await page.close();
  });

  test('a script is told in its own way what is missing, and a form with files that it was not kept', async () => {
    const page = await browser.context.newPage();
    await page.goto(gatehouse.appUrl);
    await page.waitForTimeout(FRESH + 500);
    const answer = await page.evaluate(async () => {
      const response = await fetch('/submit', { method: 'POST', headers: { accept: 'application/json' } });
      const body = (await response.json()) as { error: string; location: string };
      return { status: response.status, challenge: response.headers.get('www-authenticate'), ...body };
    });
    assert.equal(answer.status, 401);
    assert.equal(answer.error, 'assurance-required');
    assert.match(answer.challenge ?? '', /^Bearer .*error="insufficient_user_authentication"/);
    assert.match(answer.challenge ?? '', new RegExp(`max_age="${FRESH / 1_000}"`));
    await page.locator('form').evaluate((form) => form.setAttribute('enctype', 'multipart/form-data'));
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('Nothing was changed. Confirm first').waitFor();
    await page.getByRole('link', { name: 'Confirm' }).click();
    await giveCode(page, 'Confirm');
    await page.waitForURL(`${gatehouse.appUrl}/`);
    await page.close();
  });

  test('a recovery code signs in once', async () => {
    for (const right of [true, false]) {
      await browser.context.clearCookies();
      const page = await browser.context.newPage();
      await page.goto(`${gatehouse.appUrl}/vault/x`);
      await page.getByLabel('Name', { exact: true }).fill('ada');
      await page.getByLabel('Password', { exact: true }).fill('plover-anvil-73-quiet-lantern');
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByRole('button', { name: 'Use a recovery code' }).click();
      await page.getByLabel('Recovery code').fill(codes[0] ?? '');
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      if (right) await page.waitForURL(`${gatehouse.appUrl}/vault/x`);
      else await page.getByText('none of your unused recovery codes').waitFor();
      await page.close();
    }
  });

  test('no secret of a factor lies in a file of the data directory or in the log', async () => {
    const secrets = [totp.secret.base32, totp.secret.hex, ...codes];
    const files = readdirSync(gatehouse.directory, { recursive: true, withFileTypes: true });
    let bytes = 0;
    for (const file of files.filter((entry) => entry.isFile())) {
      const text = readFileSync(join(file.parentPath, file.name)).toString('latin1');
      bytes += text.length;
      for (const secret of secrets) assert.ok(!text.includes(secret), `${file.name} holds a secret`);
      assert.ok(!text.includes(Buffer.from(totp.secret.bytes).toString('latin1')), file.name);
    }
    assert.ok(bytes > 10_000);
  });
});
