import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BrowserContext, chromium } from 'playwright-core';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);
const CERTUTIL = ['/usr/bin/certutil'].find(existsSync);

/** Why browser tests cannot run here, or false: for `test(name, { skip }, …)`. */
export const noBrowser: string | false = !CHROMIUM
  ? 'no Chromium: apt-get install chromium'
  : !CERTUTIL
    ? 'no certutil: apt-get install libnss3-tools'
    : false;

/** How long a browser may take to close, in milliseconds: one that hangs would hold up every test behind it. */
const CLOSE_WITHIN = 20_000;

const TAB_CLOSE_WITHIN = 10_000;

/** Processes whose command line names `path`. */
const processesNaming = (path: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(path);
      } catch {
        return false;
      }
    })
    .map(Number);

export interface Browser {
  context: BrowserContext;
  close(): Promise<void>;
}

/**
 * A Chromium with a profile of its own that trusts the given authority, so that certificate failures are seen as people
 * see them. Names under `example.test` resolve to this machine.
 */
export const openBrowser = async (authorityFile: string): Promise<Browser> => {
  const home = mkdtempSync(join(tmpdir(), 'gatehouse-browser-'));
  const store = join(home, '.pki', 'nssdb');
  mkdirSync(store, { recursive: true });
  const certutil = (...args: string[]) =>
    execFileSync(CERTUTIL ?? 'certutil', ['-d', `sql:${store}`, ...args]);
  certutil('-N', '--empty-password');
  certutil('-A', '-t', 'C,,', '-n', 'gatehouse-test', '-i', authorityFile);
  const context = await chromium.launchPersistentContext(join(home, 'profile'), {
    executablePath: CHROMIUM ?? '',
    headless: true,
    env: { ...process.env, HOME: home },
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP *.example.test 127.0.0.1',
    ],
  });
  context.setDefaultTimeout(30_000);
  // These two know no time limit of their own, and a tab with a live stream is now and then gone without a word of it.
  const newPage = context.newPage.bind(context);
  context.newPage = async () => {
    const page = await Promise.race([newPage(), sleep(30_000, undefined, { ref: false })]);
    if (page === undefined) throw new Error('no new tab within 30 s');
    const close = page.close.bind(page);
    page.close = (options) =>
      Promise.race([close(options), sleep(TAB_CLOSE_WITHIN, undefined, { ref: false })]);
    return page;
  };
  return {
    context,
    close: async () => {
      const closed = await Promise.race([
        context.close().then(() => true),
        sleep(CLOSE_WITHIN, false, { ref: false }),
      ]);
      if (!closed) for (const pid of processesNaming(home)) process.kill(pid, 'SIGKILL');
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};
