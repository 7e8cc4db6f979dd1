import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import type { Page } from 'playwright-core';
import { type Browser, noBrowser, openBrowser } from '../harness/browser.ts';
import { type EchoApp, openEchoApp } from '../harness/echo-app.ts';
import { eventually } from '../harness/eventually.ts';
import { type GatehouseProcess, PASSWORD, startGatehouse } from '../harness/gatehouse-process.ts';
import { ask } from '../harness/http-client.ts';
import { signIn } from '../harness/sign-in.ts';

/** Longest time from the end of a session to the end of its streams (C08). */
const STREAM_END = 2_000;

// `*.localhost` names are cross-site to each other, siblings under one domain are same-site: both have to work.
for (const names of ['localhost', 'siblings'] as const) {
  suite(`a browser on ${names === 'siblings' ? 'sibling' : 'localhost'} names`, { skip: noBrowser }, () => {
    let app: EchoApp;
    let gatehouse: GatehouseProcess;
    let browser: Browser;

    before(async () => {
      app = await openEchoApp();
      gatehouse = await startGatehouse({
        mode: { serve: app.url },
        names,
        people: [{ name: 'ada', roles: 'admin' }],
      });
      browser = await openBrowser(gatehouse.authorityFile);
    });
    after(async () => {
      await browser?.close();
      await gatehouse?.close();
      await app?.close();
    });

    const signedIn = async (path = '/'): Promise<Page> => {
      await browser.context.clearCookies();
      const page = await browser.context.newPage();
      await page.goto(`${gatehouse.appUrl}${path}`);
      await signIn(page, 'ada');
      return page;
    };
    const liveSocket = async (page: Page): Promise<void> => {
      await page.getByText('hi ada').waitFor();
      assert.ok(app.openSockets() >= 1);
    };

    test('a page asked for without a session comes after the sign-in, with its query', async () => {
      const page = await signedIn('/deep/page?x=1&y=%20z');
      assert.equal(page.url(), `${gatehouse.appUrl}/deep/page?x=1&y=%20z`);
      await liveSocket(page);
      await page.close();
    });

    test('a fetch without a session gets 401 with JSON, not a page', async () => {
      const { port, host } = new URL(gatehouse.appUrl);
      const target = {
        port: Number(port),
        authority: host,
        ca: readFileSync(gatehouse.authorityFile, 'utf8'),
      };
      const answer = await ask(target, {
        path: '/echo',
        headers: { accept: 'application/json', 'sec-fetch-mode': 'cors' },
      });
      assert.equal(answer.status, 401);
      assert.equal(JSON.parse(answer.body).error, 'sign-in-required');
    });

    test('the app learns who asks, and never sees a cookie of ours', async () => {
      const page = await signedIn('/echo');
      const headers = JSON.parse((await page.textContent('body')) ?? '') as Record<string, string>;
      assert.equal(headers['x-gatehouse-user'], 'ada');
      assert.equal(headers['x-gatehouse-roles'], 'admin');
      assert.equal(headers['x-gatehouse-identity']?.split('.').length, 3);
      assert.equal(headers['cookie'], undefined);
      await page.close();
    });

    test('a form of the app passes, and so does its second one', async () => {
      const page = await signedIn();
      await page.getByRole('button', { name: 'Send' }).click();
      await page.waitForURL(`${gatehouse.appUrl}/submit`);
      const last = app.requests.filter(({ method }) => method === 'POST').at(-1);
      assert.equal(last?.body, 'word=hello');
      await page.close();
    });

    const endings: Record<string, (portal: Page) => Promise<unknown>> = {
      'signing out': async (portal) => {
        await portal.goto(`${gatehouse.portalUrl}/sign-out`);
        await portal
          .getByRole('button', { name: /sign out/i })
          .first()
          .click();
      },
      'disabling the account': () => gatehouse.command(['people', 'disable', 'ada']),
      'changing the roles': () => gatehouse.command(['people', 'roles', 'ada', '--role', 'user,admin']),
    };
    for (const [name, end] of Object.entries(endings)) {
      test(`${name} ends the WebSocket and the event stream within 2 s, and the next request asks again`, async () => {
        // Somebody else has to hold the administrator's role, or the account could not be disabled.
        await gatehouse.command(
          ['people', 'add', `eve-${name.length}`, '--role', 'admin', '--password-stdin'],
          `${PASSWORD}\n`,
        );
        const page = await signedIn();
        await liveSocket(page);
        await page.evaluate('new EventSource("/events")');
        await eventually(() => app.openStreams() === 1, 5_000);
        const portal = await browser.context.newPage();
        await end(portal);
        const took = await eventually(() => app.openSockets() === 0 && app.openStreams() === 0, STREAM_END);
        assert.ok(took <= STREAM_END);
        await page.getByText('closed').waitFor();
        await page.goto(gatehouse.appUrl);
        assert.ok(page.url().startsWith(gatehouse.portalUrl), page.url());
        await gatehouse.command(['people', 'enable', 'ada']);
        await page.close();
        await portal.close();
      });
    }

    test('two tabs that ask at once both arrive, and a third does not loop', async () => {
      await browser.context.clearCookies();
      const tabs = await Promise.all([0, 1, 2].map(() => browser.context.newPage()));
      for (const [i, tab] of tabs.entries()) await tab.goto(`${gatehouse.appUrl}/tab-${i}`);
      await signIn(tabs[2] as Page, 'ada');
      assert.equal(tabs[2]?.url(), `${gatehouse.appUrl}/tab-2`);
      for (const tab of tabs.slice(0, 2)) {
        await tab.reload();
        await tab.waitForLoadState();
        const cookies = await browser.context.cookies(gatehouse.appUrl);
        assert.ok(cookies.every(({ value }) => value.length < 300));
      }
      for (const tab of tabs) await tab.close();
    });
  });
}
