import type { Page } from 'playwright-core';
import { PASSWORD } from './gatehouse-process.ts';

/** Fills in the portal's form on whatever page asks for it, and waits until it has gone on. */
export const signIn = async (page: Page, name: string, password = PASSWORD): Promise<void> => {
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in') && !url.pathname.startsWith('/enter'));
};
