import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { base64url, randomToken, sha256 } from '../../src/core/index.ts';
import { type Browser, noBrowser, openBrowser } from '../harness/browser.ts';
import { type EchoApp, openEchoApp } from '../harness/echo-app.ts';
import { type GatehouseProcess, startGatehouse } from '../harness/gatehouse-process.ts';
import { signIn } from '../harness/sign-in.ts';
import { readRedirectCorpus } from '../portal/redirect-corpus.ts';

// CVE-2025-8066 and kin: what counts is where a browser really ends, so a browser is asked.
suite('the way back after a sign-in, in Chromium', { skip: noBrowser }, () => {
  let app: EchoApp;
  let gatehouse: GatehouseProcess;
  let browser: Browser;

  before(async () => {
    app = await openEchoApp();
    gatehouse = await startGatehouse({ mode: { serve: app.url }, people: [{ name: 'ada', roles: 'admin' }] });
    browser = await openBrowser(gatehouse.authorityFile);
  });
  after(async () => {
    await browser?.close();
    await gatehouse?.close();
    await app?.close();
  });

  test('never leaves the origin of the app, whatever the spelling, and never loops', async () => {
    const page = await browser.context.newPage();
    await page.goto(gatehouse.appUrl);
    await signIn(page, 'ada');
    const corpus = readRedirectCorpus();
    assert.ok(corpus.length >= 200, `only ${corpus.length} spellings`);
    let left = 0;
    page.on('request', (request) => {
      const { origin } = new URL(request.url());
      if (origin !== gatehouse.appUrl && origin !== gatehouse.portalUrl) left++;
    });
    for (const { spelling } of corpus) {
      const verifier = randomToken();
      await browser.context.addCookies([
        {
          name: '__Host-gatehouse-pending',
          value: verifier,
          url: gatehouse.appUrl,
          secure: true,
          httpOnly: true,
          sameSite: 'Lax',
        },
      ]);
      const query = new URLSearchParams({
        app: 'app',
        challenge: base64url(sha256(verifier)),
        return: spelling,
      });
      await page.goto(`${gatehouse.portalUrl}/enter?${query}`, { waitUntil: 'commit' });
      assert.equal(new URL(page.url()).origin, gatehouse.appUrl, JSON.stringify(spelling));
    }
    assert.equal(left, 0, 'a request left for another origin');
    await page.close();
  });

  test('a code that was made for another browser opens nothing', async () => {
    const page = await browser.context.newPage();
    const query = new URLSearchParams({
      app: 'app',
      challenge: base64url(sha256(randomToken())),
      return: '/',
    });
    const answer = await page.goto(`${gatehouse.portalUrl}/enter?${query}`);
    assert.equal(answer?.status(), 400);
    await page.getByText('could not be finished').waitFor();
    await page.close();
  });
});
