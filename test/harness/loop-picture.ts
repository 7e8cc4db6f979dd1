// Makes the picture of the guide's page about the loop: `node test/harness/loop-picture.ts`. Scans a practice app, shields
// and probes it behind the real gate, and takes the portal's page of findings.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../src/run/index.ts';
import { appsEnvironment, examplePath } from '../apps/venv.ts';
import { openBrowser } from './browser.ts';
import { eventually } from './eventually.ts';
import { PASSWORD, startGatehouse } from './gatehouse-process.ts';
import { signIn } from './sign-in.ts';

const PICTURES = join(import.meta.dirname, '../../docs/pictures');
const SIZE = { width: 1180, height: 820 };

const port = await freePort();
const upstream = `http://127.0.0.1:${port}`;
const app = spawn('flask', ['--app', 'app.py', 'run', '--port', String(port)], {
  cwd: examplePath('holes-flask'),
  env: appsEnvironment(),
  stdio: 'ignore',
});
await eventually(
  () =>
    fetch(upstream).then(
      ({ ok }) => ok,
      () => false,
    ),
  60_000,
);
const gatehouse = await startGatehouse({
  mode: { serve: upstream },
  people: [{ name: 'ada', roles: 'admin' }],
});
const browser = await openBrowser(gatehouse.authorityFile);
try {
  mkdirSync(PICTURES, { recursive: true });
  await gatehouse.command(['scan', examplePath('holes-flask'), '--save', '--fail-on', 'none']);
  await gatehouse.command(['shield', 'propose']);
  await gatehouse.command(['shield', 'apply', 'all', '--block']);
  await eventually(() => gatehouse.output().includes('The shields changed'), 10_000);
  const person = ['--person', 'ada', '--password-stdin'];
  await gatehouse.command(['probe', gatehouse.appUrl, '--upstream', upstream, ...person], `${PASSWORD}\n`);
  const page = await browser.context.newPage();
  await page.setViewportSize(SIZE);
  await page.goto(gatehouse.portalUrl);
  await signIn(page, 'ada');
  await page.goto(`${gatehouse.portalUrl}/findings`);
  await page.waitForTimeout(500);
  await page.screenshot({ path: join(PICTURES, 'loop.png') });
} finally {
  await browser.close();
  await gatehouse.close();
  app.kill();
}
