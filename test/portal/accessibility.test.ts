import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { type Browser, noBrowser, openBrowser } from '../harness/browser.ts';
import { furnish, openPage, PAGES, PAGES_BEFORE_SET_UP } from './browser-pages.ts';
import { PASSWORD } from './open-portal.ts';
import { type ServedPortal, servePortal } from './serve-portal.ts';

const AUDIT = readFileSync(new URL('./audit-page.js', import.meta.url), 'utf8');

suite('the pages in a browser', { skip: noBrowser }, () => {
  let world: ServedPortal;
  let browser: Browser;
  let page: Page;
  let violations: string[] = [];

  before(async () => {
    world = await servePortal();
    browser = await openBrowser(world.authorityFile);
    page = await browser.context.newPage();
    page.on('console', (message) => {
      if (/Content Security Policy|Trusted Type|Permissions-Policy/i.test(message.text()))
        violations.push(message.text());
    });
    page.on('pageerror', (error) => violations.push(String(error)));
  });
  after(async () => {
    await browser?.close();
    await world?.close();
  });

  const problemsOfPage = async (): Promise<string[]> => z.array(z.string()).parse(await page.evaluate(AUDIT));

  const audit = async (): Promise<void> => {
    const found: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      for (const width of [320, 390, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        for (const problem of await problemsOfPage()) found.push(`${colorScheme} ${width}: ${problem}`);
      }
    }
    assert.deepEqual(found, []);
    assert.deepEqual(violations, []);
  };

  for (const toSee of [...PAGES_BEFORE_SET_UP, ...PAGES]) {
    test(`${toSee.name} can be read and used by everybody, light and dark, from 320 to 1280 pixels`, async () => {
      violations = [];
      if (toSee === PAGES[0]) await furnish(world);
      await openPage(page, toSee, world);
      await audit();
    });
  }

  test('the audit sees what is planted', async () => {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto(`${world.origin}/nowhere`);
    await page.evaluate(`{
      const add = (name, text, more) => Object.assign(document.querySelector('main').appendChild(document.createElement(name)), { textContent: text }, more);
      add('p', 'faint').style.color = 'rgb(180 180 180)';
      add('input', '', { id: 'content' });
      add('h4', 'deep');
      add('button', '').style.cssText = 'min-height:0;padding:0;width:10px;height:10px';
      add('div', '').style.cssText = 'width:3000px;height:1px';
    }`);
    const found = (await problemsOfPage()).join('\n');
    for (const what of [
      'contrast',
      'no label',
      'heading 4',
      'no name',
      'target 10',
      'id twice',
      'scrolls sideways',
    ]) {
      assert.ok(found.includes(what), `${what} in\n${found}`);
    }
  });

  test('the cursor stands in the first field, and every stop of the Tab key can be seen', async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.context().clearCookies();
    await page.goto(`${world.origin}/sign-in`);
    for (const stop of ['name', 'password', 'Show', 'Sign in']) {
      const seen = z
        .object({ what: z.string(), outline: z.string() })
        .parse(
          await page.evaluate(
            `({ what: document.activeElement.id || document.activeElement.textContent, outline: getComputedStyle(document.activeElement).outline })`,
          ),
        );
      assert.equal(seen.what, stop);
      assert.match(seen.outline, /solid 3px/);
      await page.keyboard.press('Tab');
    }
  });

  test('everything works with scripts switched off', async () => {
    await page.context().clearCookies();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Emulation.setScriptExecutionDisabled', { value: true });
    try {
      await page.goto(`${world.origin}/change-password`);
      await page.getByLabel('Name', { exact: true }).fill('maria');
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL(`${world.origin}/change-password`);
      assert.equal(await page.getByRole('button', { name: /^Show/ }).count(), 0);
      await page.getByLabel('Current password', { exact: true }).fill(PASSWORD);
      await page.getByLabel('New password', { exact: true }).fill('123456789012345');
      await page.getByLabel('New password again', { exact: true }).fill('123456789012345');
      await page.getByRole('button', { name: 'Change it' }).click();
      await page.getByText('It has nothing but digits.').waitFor();
      assert.equal(await page.getByRole('meter').count(), 1);
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByText('You have signed out here.').waitFor();
    } finally {
      await devtools.send('Emulation.setScriptExecutionDisabled', { value: false });
    }
  });

  test('the strength shown while typing never promises more than the policy allows', async () => {
    const person = await world.identity.people.byName('bea');
    const reset = await world.identity.people.resetPassword(person?.id ?? '', 'link', {});
    await page.goto(`${world.origin}/reset?token=${reset.kind === 'link' ? reset.token : ''}`);
    assert.equal(await page.locator('meter').isVisible(), false, 'nothing is judged before it is typed');
    const cases = [
      'a',
      'password',
      'Password2026!',
      'passwordpassword',
      'qwertyuiopasdfgh',
      'aaaaaaaaaaaaaaaaaaaa',
      'abcdefghijklmnopqrst',
      '123456789012345678',
      'beatriz lopes 2026',
      'BeatrizBeatriz1!',
      'p@ssw0rdp@ssw0rd',
      'seven green lamps at sea',
      'Xk8#mQ2$vL9@pR4!',
    ];
    for (const password of cases) {
      await page.getByLabel('New password', { exact: true }).fill(password);
      const shown = Number(await page.evaluate(`document.querySelector('meter').value`));
      const { problems, strength } = world.identity.policy.judge(password, person ?? { name: '' });
      assert.ok(shown <= (problems.length > 0 ? 2 : strength), `${password}: shown ${shown}, is ${strength}`);
      assert.ok(shown >= strength - 1 || problems.length > 0, `${password}: shown ${shown}, is ${strength}`);
    }
  });

  test('a link for a new password can be copied, and times are those of the browser', async () => {
    const toSee = PAGES.find(({ name }) => name === 'one-time-link');
    assert.ok(toSee);
    await openPage(page, toSee, world);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: world.origin });
    await page.getByRole('button', { name: 'Copy the link' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    assert.doesNotMatch((await page.locator('time').first().textContent()) ?? '', /UTC/);
  });
});
