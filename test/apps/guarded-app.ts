import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConsoleMessage, Page, WebSocket } from 'playwright-core';
import { guardedApps } from '../../src/run/index.ts';
import { type Browser, noBrowser, openBrowser } from '../harness/browser.ts';
import { eventually } from '../harness/eventually.ts';
import { type GatehouseProcess, startGatehouse } from '../harness/gatehouse-process.ts';
import { signIn } from '../harness/sign-in.ts';
import { EXAMPLES, SMALL } from './apps.ts';
import { appsEnvironment, skipWithoutApps } from './venv.ts';

/** Longest time from the end of a session to the end of its streams, in milliseconds (C08). */
export const STREAM_END = 2_000;

/** Why these tests cannot run here, in one line; false when they can. */
export const skipWithoutAppsOrBrowser = (): string | false => noBrowser || skipWithoutApps();

/** An example behind the real program, and a browser that trusts it. */
export interface GuardedExample extends AsyncDisposable {
  gatehouse: GatehouseProcess;
  browser: Browser;
  /** Processes of the app. */
  processes: readonly number[];
  /** A new tab on the app, signed in as ada; `prepare` sees it before anything is loaded. */
  open(path?: string, prepare?: (page: Page) => void): Promise<Page>;
  /** Holds while no guard has refused anything and no console has told of the content security policy (C26). */
  nothingRefused(): Promise<void>;
  /** Signs out in a tab of its own. */
  signOut(): Promise<void>;
}

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Starts an example by `gatehouse run`, in the words that people type, with every guard blocking. */
export const guardExample = async (name: string): Promise<GuardedExample> => {
  const example = [...EXAMPLES, ...SMALL].find((one) => one.name === name);
  if (example === undefined) throw new RangeError(`there is no example ${name}`);
  // Apps write beside their sources: checkpoints of notebooks, compiled modules.
  const cwd = mkdtempSync(join(tmpdir(), 'gatehouse-app-'));
  cpSync(example.cwd, cwd, { recursive: true });
  const config = join(cwd, 'gatehouse.yaml');
  // The page of this one has a style in it, which its author names as people do.
  const csp = name === 'django' ? '{ mode: block, pages: [/] }' : 'block';
  writeFileSync(config, `apps: { app: { csp: ${csp} } }\n`);
  const gatehouse = await startGatehouse({
    mode: { run: example.command },
    cwd,
    config,
    names: 'siblings',
    people: [{ name: 'ada', roles: 'admin' }],
    env: appsEnvironment() as Record<string, string>,
    patience: 120_000,
  });
  let browser: Browser;
  try {
    browser = await openBrowser(gatehouse.authorityFile);
  } catch (error) {
    await gatehouse.close();
    throw error;
  }
  const complaints: string[] = [];
  const listen = (message: ConsoleMessage): void => {
    if (/content[ -]security[ -]policy/i.test(message.text())) complaints.push(message.text().slice(0, 400));
  };
  browser.context.on('console', listen);
  return {
    gatehouse,
    browser,
    nothingRefused: async () => {
      assert.deepEqual([...new Set(complaints)], []);
      const log = await gatehouse.command(['log', '--type', 'request.refused', '--json']);
      assert.equal(log.trim(), '');
    },
    processes: guardedApps(gatehouse.process.pid ?? 0).flatMap(({ processes }) => processes),
    open: async (path = '/', prepare) => {
      const page = await browser.context.newPage();
      prepare?.(page);
      await page.goto(`${gatehouse.appUrl}${path}`);
      if (page.url().startsWith(gatehouse.portalUrl)) await signIn(page, 'ada');
      return page;
    },
    signOut: async () => {
      const portal = await browser.context.newPage();
      await portal.goto(`${gatehouse.portalUrl}/sign-out`);
      const answered = portal.waitForResponse((answer) => answer.request().method() === 'POST');
      await portal
        .getByRole('button', { name: /sign out/i })
        .first()
        .click();
      await answered;
      // A tab in the background is given no time for animations, which some widgets wait for.
      await portal.close();
    },
    [Symbol.asyncDispose]: async () => {
      await browser.close();
      await gatehouse.close();
      rmSync(cwd, { recursive: true, force: true });
    },
  };
};

/** For `open`: puts every WebSocket whose path matches into `sockets`. */
export const collectSockets =
  (sockets: WebSocket[], path: RegExp) =>
  (page: Page): void => {
    page.on('websocket', (socket) => {
      if (path.test(new URL(socket.url()).pathname)) sockets.push(socket);
    });
  };

/** Signs out in another tab; the milliseconds from then until `closed` holds. Rejects after {@link STREAM_END}. */
export const signOutUntil = async (
  guarded: GuardedExample,
  closed: () => boolean | Promise<boolean>,
): Promise<number> => {
  await guarded.signOut();
  return eventually(closed, STREAM_END);
};
