import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { chromium, type Page } from 'playwright-core';
import { createApp } from './app.ts';

const BROWSER = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** What stands in front, reduced to what the page can notice: the policy and the names of the person. */
const behindPolicy = async (context: TestContext): Promise<string> => {
  const app = createApp(12);
  await new Promise<void>((resolve) => app.server.listen(0, '127.0.0.1', resolve));
  const { port } = app.server.address() as AddressInfo;
  const front = createServer((incoming, outgoing) => {
    const headers = { ...incoming.headers, 'x-gatehouse-name': 'Ada', 'x-gatehouse-roles': 'treasurer' };
    const onward = request({ port, path: incoming.url, method: incoming.method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, { ...answer.headers, 'content-security-policy': POLICY });
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  front.on('upgrade', (incoming, socket, head) => {
    const onward = connect(port, '127.0.0.1', () => {
      const lines = Object.entries(incoming.headers).map(([name, value]) => `${name}: ${String(value)}\r\n`);
      onward.write(`GET ${incoming.url} HTTP/1.1\r\n${lines.join('')}\r\n`);
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  context.after(() => {
    app.close();
    front.closeAllConnections();
    front.close();
  });
  return `http://localhost:${(front.address() as AddressInfo).port}/`;
};

const opened = async (context: TestContext): Promise<{ page: Page; complaints: string[] }> => {
  const browser = await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox'] });
  context.after(() => browser.close());
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(await behindPolicy(context));
  await page.locator('#rows tr').first().waitFor();
  return { page, complaints };
};

test('a row keeps the focus when an answer to a search puts the rows in again', {
  skip: existsSync(BROWSER) ? false : `${BROWSER} is not installed`,
  timeout: 60_000,
}, async (context) => {
  const { page } = await opened(context);
  let answer = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route('**/api/payments?*', async (route) => {
    await held;
    await route.continue();
  });
  const asked = page.waitForRequest('**/api/payments?*');
  await page.locator('#chips button[data-status=approved]').click();
  await asked;
  const row = page
    .locator('#rows tr')
    .filter({ has: page.locator('.chip.approved') })
    .first();
  const id = await row.getAttribute('data-id');
  await row.locator('.open').focus();
  answer();
  await page.locator('#rows .chip:not(.approved)').first().waitFor({ state: 'detached' });
  assert.equal(await page.locator(':focus').locator('xpath=ancestor::tr').getAttribute('data-id'), id);
});

test('the page works by keyboard under a strict policy: stream, search, hold, release, reconcile', {
  // The browser is a system package that not every machine has.
  skip: existsSync(BROWSER) ? false : `${BROWSER} is not installed`,
  timeout: 60_000,
}, async (context) => {
  const { page, complaints } = await opened(context);
  await page.getByText('Live', { exact: true }).waitFor();
  assert.equal(await page.locator('#name').textContent(), 'Ada');
  assert.equal(await page.locator('#open-door').isHidden(), true);
  const first = await page.locator('#rows tr').first().getAttribute('data-id');
  await page.locator(`#rows tr:first-child:not([data-id="${first}"])`).waitFor();

  await page.keyboard.press('/');
  await page.keyboard.type('kestrel');
  const others = page.locator('#rows tr').filter({ hasNotText: 'Kestrel Rail' });
  await others.first().waitFor({ state: 'detached' });
  await page.locator('#chips button[data-status=approved]').click();
  await page.locator('#rows .chip.approved').first().waitFor();
  await page.locator('#rows .chip:not(.approved)').first().waitFor({ state: 'detached' });
  await page.locator('#rows .open').first().focus();
  await page.keyboard.press('Enter');
  await page.locator('#why').fill('too good to be true');
  await page.keyboard.press('Enter');
  await page.getByText('Held by Ada: too good to be true').waitFor();
  await page.getByRole('button', { name: 'Release payment' }).click();
  await page.getByText('Released by Ada').waitFor();
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('#drawer').getAttribute('open'), null);

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByText('Get a sample statement').click(),
  ]);
  await page.locator('#statement').setInputFiles(await download.path());
  await page.getByText('paid twice', { exact: true }).waitFor();
  await page.locator('#statement').setInputFiles({
    name: 'wrong.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('<img src=x onerror=alert(1)>'),
  });
  await page.getByText('the heading lacks id, amount, currency (line 1)').waitFor();

  for (const width of [320, 390, 768, 1440]) {
    await page.setViewportSize({ width, height: 800 });
    const wide = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
    assert.ok(wide <= 0, `${width} pixels wide, and ${wide} too many`);
  }
  // The browser itself reports the refused file; anything else would be a script or a policy that failed.
  assert.deepEqual(
    complaints.filter((text) => !text.includes('422')),
    [],
  );
});
