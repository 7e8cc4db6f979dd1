import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  return {
    context,
    close: async () => {
      await context.close();
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};
