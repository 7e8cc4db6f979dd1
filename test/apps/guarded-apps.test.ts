import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page, WebSocket } from 'playwright-core';
import { guardedApps } from '../../src/run/index.ts';
import { eventually } from '../harness/eventually.ts';
import {
  collectSockets,
  type GuardedExample,
  guardExample,
  isAlive,
  signOutUntil,
  skipWithoutAppsOrBrowser,
} from './guarded-app.ts';

const skip = skipWithoutAppsOrBrowser();

const file = (name: string, text: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });

const endsWithoutTrace = async ({ gatehouse, processes }: GuardedExample): Promise<void> => {
  assert.ok(processes.length > 0);
  assert.equal(await gatehouse.stop(), 0);
  await eventually(() => processes.every((pid) => !isAlive(pid)), 5_000);
};

/** What a visitor sees where the app has failed: an incident id, and nothing of the app. */
const showsIncidentOnly = async (
  { browser, gatehouse }: GuardedExample,
  path: string,
  secrets: readonly RegExp[],
): Promise<void> => {
  const page = await browser.context.newPage();
  const answer = await page.goto(`${gatehouse.appUrl}${path}`);
  assert.ok((answer?.status() ?? 0) >= 500, `status ${answer?.status()}`);
  const text = await page.content();
  assert.match(text, /[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}/);
  for (const secret of secrets) assert.doesNotMatch(text, secret);
  await page.close();
};

/** What the app's own script would get. */
const fetchJson = async (page: Page, path: string): Promise<unknown> =>
  page.evaluate(async (at) => (await fetch(at)).json(), path);

test('Streamlit: its WebSocket, its widgets and its uploads work, and it ends with the session', {
  skip,
}, async (t) => {
  await using guarded = await guardExample('streamlit');
  const live: WebSocket[] = [];
  const app = await guarded.open('/', collectSockets(live, /\/_stcore\/stream$/));
  await app.getByText('Signed in as ada').waitFor();
  await eventually(() => live.length > 0, 5_000);

  const months = app.getByTestId('stMetric').filter({ hasText: 'Months' });
  await months.getByText('12', { exact: true }).waitFor();
  await app.getByRole('slider').focus();
  await app.keyboard.press('ArrowRight');
  await months.getByText('13', { exact: true }).waitFor();

  await app
    .locator('input[type=file]')
    .setInputFiles(
      file('own.csv', 'month,region,revenue,orders\n2026-01-01,Mars,1000,10\n2026-02-01,Mars,1500,12\n'),
    );
  await app.getByText('2 rows of own.csv are shown.').waitFor();

  await guarded.nothingRefused();
  const took = await signOutUntil(guarded, () => live.every((socket) => socket.isClosed()));
  t.diagnostic(`the stream closed ${Math.round(took)} ms after the sign-out was answered`);
  await endsWithoutTrace(guarded);
});

test('Dash: callbacks and uploads work, and are refused once the session has ended', { skip }, async () => {
  await using guarded = await guardExample('dash');
  const app = await guarded.open();
  await app.getByText('Signed in as ada').waitFor();
  const total = app.locator('#total');
  await app.getByText(/kWh a day/).waitFor();
  const before = await total.textContent();
  const handle = app.getByRole('slider').first();
  await handle.focus();
  await app.keyboard.press('ArrowRight');
  await eventually(async () => (await total.textContent()) !== before, 10_000);

  await app
    .locator('#upload input[type=file]')
    .setInputFiles(file('own.csv', 'hour,kilowatts\n1,2.5\n2,3\n'));
  await app.getByText('2 readings of yours are in the chart.').waitFor();
  await guarded.nothingRefused();

  await guarded.signOut();
  const refused = app.waitForResponse(
    (answer) => new URL(answer.url()).pathname === '/_dash-update-component',
  );
  await handle.focus();
  await app.keyboard.press('ArrowRight');
  assert.equal((await refused).status(), 401);
  await endsWithoutTrace(guarded);
});

test('Flask: forms, uploads and event streams work; failures stay inside; the stream ends with the session', {
  skip,
}, async (t) => {
  await using guarded = await guardExample('flask');
  const app = await guarded.open();
  await app.getByText('Hello ada').waitFor();
  await app.getByText('live', { exact: true }).waitFor();

  const other = await guarded.open();
  await other.getByLabel('What is wrong').fill('The printer is on fire');
  await other.getByLabel('Screenshot or log').setInputFiles(file('fire.log', 'x'.repeat(4_321)));
  await other.getByRole('button', { name: 'Send' }).click();
  await other.getByText('fire.log (4321 bytes)').waitFor();
  // The first tab has it by the event stream, without a reload.
  await app.getByText('The printer is on fire').waitFor();
  await other.close();

  const cookies = await guarded.browser.context.cookies(guarded.gatehouse.appUrl);
  const session = cookies.find(({ name }) => name === 'session');
  assert.ok(session?.secure && session.httpOnly);
  await showsIncidentOnly(guarded, '/report', [/ZeroDivisionError/, /Traceback/, /Werkzeug/i]);

  await guarded.nothingRefused();
  const took = await signOutUntil(
    guarded,
    async () => (await app.locator('#live').textContent()) === 'no longer live',
  );
  t.diagnostic(`the stream closed ${Math.round(took)} ms after the sign-out was answered`);
  await endsWithoutTrace(guarded);
});

test('Django: its own CSRF protection and uploads work, and the pages of DEBUG stay inside', {
  skip,
}, async () => {
  await using guarded = await guardExample('django');
  const app = await guarded.open();
  await app.getByText('Welcome, ada.').waitFor();
  await app.getByLabel('Your line').fill('A book worth signing');
  await app.getByLabel('A picture').setInputFiles(file('picture.png', 'p'.repeat(2_345)));
  await app.getByRole('button', { name: 'Sign the book' }).click();
  await app.getByText('picture.png, 2345 bytes').waitFor();

  const cookies = await guarded.browser.context.cookies(guarded.gatehouse.appUrl);
  const csrf = cookies.find(({ name }) => name === 'csrftoken');
  assert.ok(csrf?.secure);
  assert.equal(csrf.httpOnly, false, 'scripts of Django apps read this cookie');
  assert.equal(cookies.find(({ name }) => name === 'sessionid')?.httpOnly, true);
  await showsIncidentOnly(guarded, '/statistics', [/ZeroDivision/, /0451/, /DJANGO_SETTINGS/i, /Traceback/]);

  assert.deepEqual(await fetchJson(app, '/about/request'), {
    secure: true,
    host: new URL(guarded.gatehouse.appUrl).host,
    address: `${guarded.gatehouse.appUrl}/`,
  });
  await guarded.nothingRefused();
  await guarded.signOut();
  await app.reload();
  assert.ok(app.url().startsWith(guarded.gatehouse.portalUrl));
  await endsWithoutTrace(guarded);
});

test('FastAPI: its chat and uploads work, and the WebSocket ends with the session', { skip }, async (t) => {
  await using guarded = await guardExample('fastapi');
  const app = await guarded.open();
  await app.locator('#me').getByText('ada').waitFor();
  await app.locator('#state').getByText('open', { exact: true }).waitFor();
  const other = await guarded.open();
  await other.getByPlaceholder('Say something').fill('hello from the other tab');
  await other.getByRole('button', { name: 'Send' }).click();
  await app.getByText('hello from the other tab').waitFor();
  await other.close();

  await app.locator('#file').setInputFiles(file('big.csv', 'y'.repeat(3_000_000)));
  await app.getByText('big.csv has 3000000 bytes').waitFor();
  await guarded.open('/docs').then((docs) => docs.close());

  await guarded.nothingRefused();
  const took = await signOutUntil(
    guarded,
    async () => (await app.locator('#state').textContent())?.startsWith('closed') === true,
  );
  t.diagnostic(`the stream closed ${Math.round(took)} ms after the sign-out was answered`);
  await endsWithoutTrace(guarded);
});

test('Jupyter: cells run and files are uploaded; kernels close with the session and die with Gatehouse', {
  skip,
}, async (t) => {
  await using guarded = await guardExample('jupyter');
  const kernels: WebSocket[] = [];
  const channels = /\/api\/kernels\/.*\/channels$/;
  const app = await guarded.open('/lab/tree/waiting-times.ipynb?reset', collectSockets(kernels, channels));
  await app.getByRole('heading', { name: 'Waiting times' }).waitFor();
  await eventually(() => kernels.length > 0, 30_000);
  await app.locator('.jp-CodeCell').first().click();
  await app.keyboard.press('Shift+Enter');
  await app
    .getByText(/min on average/)
    .last()
    .waitFor();

  const uploaded = app.waitForResponse(
    (answer) => answer.request().method() === 'PUT' && answer.url().includes('/api/contents/'),
  );
  const chooser = app.waitForEvent('filechooser');
  await app.getByRole('button', { name: /upload files/i }).click();
  await (await chooser).setFiles(file('numbers.csv', 'a,b\n1,2\n'));
  assert.equal((await uploaded).status(), 201);
  assert.equal(((await fetchJson(app, '/api/contents/numbers.csv')) as { size: number }).size, 8);
  const cookies = await guarded.browser.context.cookies(guarded.gatehouse.appUrl);
  const xsrf = cookies.find(({ name }) => name === '_xsrf');
  assert.equal(xsrf?.httpOnly, false, "Jupyter's scripts read this cookie");
  await app.evaluate(
    async (token) =>
      void (await fetch('/api/contents/numbers.csv', {
        method: 'DELETE',
        headers: { 'X-XSRFToken': token },
      })),
    xsrf?.value ?? '',
  );

  await guarded.nothingRefused();
  const took = await signOutUntil(guarded, () => kernels.every((socket) => socket.isClosed()));
  t.diagnostic(`the stream closed ${Math.round(took)} ms after the sign-out was answered`);

  const processes = guardedApps(guarded.gatehouse.process.pid ?? 0).flatMap((one) => one.processes);
  assert.ok(processes.length >= 2, 'the server and its kernel');
  await guarded.gatehouse.stop('SIGKILL');
  await eventually(() => processes.every((pid) => !isAlive(pid)), 10_000);
});

test('the doctor sees a running gate, its app by itself, and that both are one account', {
  skip,
}, async () => {
  await using guarded = await guardExample('flask');
  const { portalUrl, appUrl } = guarded.gatehouse;
  const report = JSON.parse(
    await guarded.gatehouse.command([
      'doctor',
      '--json',
      '--portal',
      portalUrl,
      '--url',
      appUrl,
      'flask',
      'run',
    ]),
  ) as {
    ok: boolean;
    findings: { check: string; state: string }[];
  };
  assert.equal(report.ok, true);
  const states = Object.fromEntries(
    report.findings.map(({ check, state }) => [check.split(' ')[0], state] as const),
  );
  assert.deepEqual(states, {
    gate: 'ok',
    files: 'ok',
    certificate: 'ok',
    clock: 'ok',
    command: 'ok',
    bypass: 'ok',
    account: 'warn',
  });
});
