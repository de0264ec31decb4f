// Notifications of the browser, and the page on paper and in forced colours.

import type { BrowserContext, Page } from '@playwright/test';

import { expect, open, rows, signIn, test } from '../helpers/test';
import { postCustom } from '../helpers/webhooks';

/** Records what the browser would show, on a page that says that it is hidden. */
async function record(context: BrowserContext, permission: 'granted' | 'denied'): Promise<void> {
  await context.addInitScript((permission) => {
    const shown: string[] = [];
    class Recorder {
      static permission = permission;
      static requestPermission = () => Promise.resolve(permission);
      onclick: unknown = null;
      constructor(title: string, options: { body: string }) {
        shown.push(`${title} | ${options.body}`);
      }
    }
    Object.assign(window, { Notification: Recorder, shown });
    Object.defineProperty(document, 'hidden', { get: () => true });
  }, permission);
}

const shown = (page: Page) => page.evaluate(() => (window as unknown as { shown: string[] }).shown);
const choice = (page: Page) => page.getByLabel('Desktop notifications');

test('new alerts from the chosen severity on are shown by the browser', async ({ page, context, server, secrets }) => {
  await record(context, 'granted');
  await signIn(context);
  await open(page, '/');
  await page.locator('summary.avatar').click();
  await choice(page).selectOption('Error or higher');
  await expect.poll(() => shown(page)).toEqual(['Notifications are on | undefined']);
  await page.reload();
  await page.locator('summary.avatar').click();
  await expect(choice(page)).toHaveValue('error');
  await postCustom(server, secrets, { title: 'Queue is long', severity: 'warning', message: 'x' });
  await postCustom(server, secrets, { title: 'Disk full', severity: 'critical', message: 'db-1' });
  await expect.poll(() => shown(page)).toEqual(['Critical: Disk full | db-1']);
});

for (const label of ['Desktop notifications', 'Push notifications']) {
  test(`${label}: a browser that forbids them is told of`, async ({ page, context }) => {
    await record(context, 'denied');
    await signIn(context);
    await open(page, '/');
    await page.locator('summary.avatar').click();
    await page.getByLabel(label).selectOption('Critical');
    await expect(page.getByText('Your browser blocks notifications for this site.')).toBeVisible();
    await expect(page.getByLabel(label)).toHaveValue('');
  });
}

test('a printed list is its rows', async ({ page, context, server }) => {
  await server.send('stripe', 'payout.failed');
  await signIn(context);
  await open(page, '/alerts');
  await page.emulateMedia({ media: 'print' });
  await expect(rows(page)).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeHidden();
  await expect(page.getByRole('searchbox')).toBeHidden();
});

test('forced colours outline what is chosen', async ({ page, context, server }) => {
  await server.send('stripe', 'payout.failed');
  await signIn(context);
  await page.emulateMedia({ forcedColors: 'active' });
  await open(page, '/alerts?severity=critical');
  const outline = (name: string) => page.getByRole('link', { name }).first().evaluate((link) => getComputedStyle(link).outlineStyle);
  expect(await outline('Critical')).toBe('solid');
  expect(await outline('Warning')).toBe('none');
});
