// Pictures of every page for people to look at: node test/portal/screenshots.ts FOLDER [PAGE…]
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowser } from '../harness/browser.ts';
import { furnish, openPage, PAGES, PAGES_BEFORE_SET_UP, type PageToSee } from './browser-pages.ts';
import { servePortal } from './serve-portal.ts';

const [folder = 'shots', ...names] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const world = await servePortal();
const browser = await openBrowser(world.authorityFile);
const page = await browser.context.newPage();
page.on('console', (message) => process.stdout.write(`${message.type()}: ${message.text()}\n`));
page.on('pageerror', (error) => process.stdout.write(`${error}\n`));

const picture = async (pages: readonly PageToSee[]): Promise<void> => {
  for (const toSee of pages.filter(({ name }) => names.length === 0 || names.includes(name))) {
    await page.setViewportSize({ width: 1280, height: 800 });
    await openPage(page, toSee, world);
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [1280, 390]) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.setViewportSize({ width, height: width === 390 ? 844 : 800 });
        await page.screenshot({
          path: join(folder, `${toSee.name}-${colorScheme}-${width}.png`),
          fullPage: true,
        });
      }
    }
  }
};

try {
  await picture(PAGES_BEFORE_SET_UP);
  await furnish(world);
  await picture(PAGES);
} finally {
  await browser.close();
  await world.close();
}
