// Makes the picture of the README: `node test/harness/showcase.ts`. Starts the showcase behind the real gate, signs in, and
// puts two pages side by side.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowser } from './browser.ts';
import { startGatehouse } from './gatehouse-process.ts';
import { signIn } from './sign-in.ts';

const PICTURES = join(import.meta.dirname, '../../docs/pictures');
const SIZE = { width: 1180, height: 760 };

const gatehouse = await startGatehouse({
  mode: { run: [process.execPath, 'examples/payments/server.ts'] },
  people: [{ name: 'ada', roles: 'admin' }],
});
const browser = await openBrowser(gatehouse.authorityFile);
try {
  mkdirSync(PICTURES, { recursive: true });
  const page = await browser.context.newPage();
  await page.setViewportSize(SIZE);
  await page.goto(gatehouse.appUrl);
  const door = await page.screenshot();
  await signIn(page, 'ada');
  await page.waitForTimeout(6_000);
  const app = await page.screenshot();
  const canvas = await browser.context.newPage();
  await canvas.setViewportSize({ width: 1240, height: 560 });
  const image = (bytes: Buffer) => `data:image/png;base64,${bytes.toString('base64')}`;
  await canvas.setContent(`<style>
    body{margin:0;height:560px;background:linear-gradient(135deg,#dfe8e6,#f3efe6);position:relative}
    img{position:absolute;width:760px;border-radius:12px;box-shadow:0 18px 50px #0b2b2b55}
    img:first-of-type{left:24px;top:24px}img:last-of-type{right:24px;bottom:24px}
  </style><img src="${image(door)}"><img src="${image(app)}">`);
  await canvas.waitForTimeout(300);
  await canvas.screenshot({ path: join(PICTURES, 'showcase.png') });
  process.stdout.write(`${readFileSync(join(PICTURES, 'showcase.png')).length} bytes\n`);
} finally {
  await browser.close();
  await gatehouse.close();
}
