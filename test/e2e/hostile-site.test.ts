import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, suite, test } from 'node:test';
import type { Page } from 'playwright-core';
import { type Browser, noBrowser, openBrowser } from '../harness/browser.ts';
import { type EchoApp, openEchoApp } from '../harness/echo-app.ts';
import { type GatehouseProcess, startGatehouse } from '../harness/gatehouse-process.ts';
import { signIn } from '../harness/sign-in.ts';

// On `localhost` the hostile page is same-site with the app, on siblings it is cross-site: the guard must not
// depend on SameSite cookies alone (C27).
for (const names of ['localhost', 'siblings'] as const) {
  suite(`a hostile page against an app on ${names} names`, { skip: noBrowser }, () => {
    let app: EchoApp;
    let gatehouse: GatehouseProcess;
    let browser: Browser;
    let server: Server;
    let evil = '';
    let page: Page;

    before(async () => {
      app = await openEchoApp();
      gatehouse = await startGatehouse({
        mode: { serve: app.url },
        names,
        people: [{ name: 'ada', roles: 'admin' }],
      });
      browser = await openBrowser(gatehouse.authorityFile);
      server = createServer((_req, res) =>
        res
          .writeHead(200, { 'content-type': 'text/html' })
          .end('<!doctype html><title>Win a prize</title><body></body>'),
      );
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      evil = `http://localhost:${(server.address() as AddressInfo).port}`;
      page = await browser.context.newPage();
      await page.goto(gatehouse.appUrl);
      await signIn(page, 'ada');
      await page.getByText('hi ada').waitFor();
      app.requests.length = 0;
    });
    after(async () => {
      await browser?.close();
      await gatehouse?.close();
      await app?.close();
      server?.close();
      server?.closeAllConnections();
    });

    const writes = () => app.requests.filter(({ method }) => method !== 'GET' && method !== 'HEAD');

    /** Runs a script in a fresh tab of the hostile site, in the browser where the visitor is signed in. */
    const attack = async <T>(script: string, look?: (tab: Page) => Promise<T>): Promise<T | unknown> => {
      const tab = await browser.context.newPage();
      await tab.goto(evil);
      const result = await tab.evaluate(script);
      const seen = look === undefined ? result : await look(tab);
      await tab.close();
      return seen;
    };

    test('cannot post a form, of any encoding, into the app', async () => {
      for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']) {
        await attack(
          `{ const form = Object.assign(document.createElement('form'),
              { method: 'post', action: '${gatehouse.appUrl}/transfer', enctype: '${type}' });
            form.append(Object.assign(document.createElement('input'), { name: 'amount', value: '1000' }));
            document.body.append(form); form.submit(); }`,
          async (tab) => {
            await tab.waitForURL((url) => url.origin !== evil);
            await tab.waitForLoadState();
          },
        );
      }
      assert.deepEqual(writes(), []);
    });

    test('cannot fetch a write into the app, with or without credentials', async () => {
      await attack(`(async () => {
        for (const credentials of ['include', 'omit'])
          for (const method of ['POST', 'PUT', 'DELETE'])
            await fetch('${gatehouse.appUrl}/transfer',
              { method, credentials, mode: method === 'POST' ? 'no-cors' : 'cors', body: 'x' }).catch(() => {});
        navigator.sendBeacon('${gatehouse.appUrl}/transfer', 'x');
        await new Promise((done) => setTimeout(done, 500));
      })()`);
      assert.deepEqual(writes(), []);
    });

    test('cannot open a WebSocket to the app', async () => {
      const opened = await attack(`new Promise((done) => {
        const socket = new WebSocket('${gatehouse.appUrl.replace('https', 'wss')}/socket');
        socket.onopen = () => done(true);
        socket.onerror = () => done(false);
      })`);
      assert.equal(opened, false);
    });

    test('cannot frame the app or the portal', async () => {
      for (const target of [`${gatehouse.appUrl}/`, `${gatehouse.portalUrl}/account`]) {
        const text = await attack(
          `document.body.append(Object.assign(document.createElement('iframe'), { src: '${target}' }))`,
          async (tab) => {
            await tab.waitForTimeout(1_500);
            const frames = tab.frames().slice(1);
            assert.equal(frames.length, 1);
            return Promise.all(frames.map((frame) => frame.textContent('body').catch(() => '')));
          },
        );
        assert.ok(!/Echo|account|ada/.test(String(text)), `${target}: ${String(text).slice(0, 200)}`);
      }
    });

    test('cannot load anything of the app into its own page, whatever it is answered', async () => {
      for (const path of ['/', '/secret.png', '/.gatehouse/csp-reports']) {
        const loaded = await attack(`Promise.all([
          fetch('${gatehouse.appUrl}${path}', { mode: 'no-cors', credentials: 'include' }).then(() => true, () => false),
          new Promise((done) => {
            const image = new Image();
            image.onload = () => done(true);
            image.onerror = () => done(false);
            image.src = '${gatehouse.appUrl}${path}';
          }),
        ])`);
        assert.deepEqual(loaded, [false, false], path);
      }
    });

    test('keeps no hold of a window that it sends to the app, and sends nothing but a safe request there', async () => {
      const held = await attack(`(async () => {
        const opened = window.open('${gatehouse.appUrl}/transfer?amount=1000');
        if (opened === null) return 'no window';
        for (let i = 0; i < 50 && !opened.closed; i++) await new Promise((done) => setTimeout(done, 100));
        return opened.closed ? 'severed' : 'held';
      })()`);
      assert.equal(held, 'severed');
      assert.deepEqual(writes(), []);
      for (const tab of browser.context.pages()) if (tab !== page) await tab.close();
    });

    test('cannot clear what the browser keeps for the app, nor sign the visitor out there', async () => {
      await page.evaluate("localStorage.setItem('draft', 'kept')");
      await attack(`location.href = '${gatehouse.appUrl}/.gatehouse/sign-out'`, async (tab) => {
        await tab.waitForURL((url) => url.origin !== evil);
      });
      await page.goto(gatehouse.appUrl);
      await page.getByText('hi ada').waitFor();
      assert.equal(await page.evaluate("localStorage.getItem('draft')"), 'kept');
    });

    test('cannot post the forms of the portal', async () => {
      await attack(`(async () => {
        for (const path of ['/sign-out', '/change-password', '/people', '/sign-in'])
          await fetch('${gatehouse.portalUrl}' + path,
            { method: 'POST', credentials: 'include', mode: 'no-cors', body: 'everywhere=yes' }).catch(() => {});
      })()`);
      await page.goto(gatehouse.appUrl);
      await page.getByText('hi ada').waitFor();
    });
  });
}
