// The palette: everything is found by a few letters, and Escape leads back.

import type { Locator, Page } from '@playwright/test';

import { expect, open, signIn, stays, test } from '../helpers/test';
import { SIGNED_OUT } from '../helpers/watch';

test.beforeEach(async ({ context, server }) => {
  await server.send('github', 'workflow_run.completed.failure');
  await server.send('stripe', 'payout.failed');
  await signIn(context);
});

const palette = (page: Page): Locator => page.getByRole('dialog', { name: 'Search or run a command' });

/** Waits until a hit is the one that Enter takes, and takes it. */
async function take(page: Page, hit: string | RegExp): Promise<void> {
  await expect(palette(page).locator('[aria-selected="true"]')).toHaveText(hit);
  await page.keyboard.press('Enter');
  await expect(palette(page)).toBeHidden();
}

test('the palette finds a page, an action, a source, and alerts by number and words', async ({ page }) => {
  await open(page, '/');
  const stayed = await stays(page);
  for (const [words, hit, path] of [
    ['notif', /^Notifications/, '/notifications'],
    ['add a', /^Add a source/, '/sources/new'],
    ['cust', /^Custom/, '/sources/custom'],
    ['#2', /^Alert #2/, '/alerts/2'],
    ['payout', /^Payout failed/, '/alerts/2'],
  ] as const) {
    await page.keyboard.press('Control+k');
    await expect(palette(page).getByRole('combobox')).toBeFocused();
    await page.keyboard.type(words);
    await take(page, hit);
    await expect(page).toHaveURL(path);
  }
  await stayed();
});

test('an action is run by the palette', async ({ page, watch }) => {
  await open(page, '/alerts');
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme ?? 'none');
  const before = await theme();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('theme');
  await take(page, /^Switch theme/);
  await expect.poll(theme).not.toBe(before);
  await expect(page).toHaveURL('/alerts');

  await page.keyboard.press('Control+k');
  // What it looks for while one types may be answered when the session is over.
  watch.allow(SIGNED_OUT);
  await page.keyboard.type('sign out');
  await take(page, /^Sign out/);
  await expect(page).toHaveURL(/\/sign-in/);
});

test('arrows choose in the palette, and Escape gives the focus back', async ({ page }) => {
  await open(page, '/');
  const sources = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Sources' });
  const current = palette(page).locator('[aria-selected="true"]');
  await sources.focus();
  await page.keyboard.press('Control+k');
  await expect(current).toHaveText(/^Overview/);
  await page.keyboard.press('ArrowUp');
  await expect(current).toHaveText(/^Sign out/);
  await page.keyboard.press('Escape');
  await expect(palette(page)).toBeHidden();
  await expect(sources).toBeFocused();
  await expect(page).toHaveURL('/');

  await page.keyboard.press('Control+k');
  await expect(palette(page).getByRole('combobox')).toBeFocused();
  await expect(current).toHaveText(/^Sign out/);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await take(page, /^Alerts/);
  await expect(page).toHaveURL('/alerts');
});

test('every page that the palette names loads', async ({ page }) => {
  await open(page, '/');
  const stayed = await stays(page);
  for (const place of ['Overview', 'Alerts', 'Events', 'Rejected requests', 'Sources', 'Add a source', 'Notifications', 'Settings']) {
    await page.keyboard.press('Control+k');
    await page.keyboard.type(place);
    await take(page, `${place}page`);
    await expect(page).toHaveTitle(/ · OpsCenter$/);
    await expect(page.getByRole('main').getByRole('heading', { level: 1 })).toBeVisible();
  }
  await stayed();
});

test('what is typed fast counts', async ({ page }) => {
  await open(page, '/');
  await page.keyboard.press('Control+k');
  await expect(palette(page).locator('[aria-selected="true"]')).toHaveText(/^Overview/);
  await page.keyboard.type('rejected');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/events/refused');
});

test('Escape closes what lies on top of the alerts, and nothing below it', async ({ page }) => {
  await open(page, '/alerts?open=2');
  const drawer = page.getByRole('complementary', { name: 'Alert' });
  await expect(drawer).toBeVisible();
  for (const [key, dialog] of [['Control+k', palette(page)], ['?', page.getByRole('dialog', { name: 'Keyboard shortcuts' })]] as const) {
    // A key that comes while the focus returns from the dialog before may be lost.
    await expect(async () => {
      await page.keyboard.press(key);
      await expect(dialog).toBeVisible({ timeout: 1_000 });
    }).toPass();
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(drawer).toBeVisible();
  }
  await page.keyboard.press('Escape');
  await expect(drawer).toHaveCount(0);
});

test('the palette says that nothing was found', async ({ page }) => {
  await open(page, '/');
  await page.keyboard.press('Control+k');
  await palette(page).getByRole('combobox').fill('nothing like this');
  await expect(palette(page).getByRole('status')).toHaveText('Nothing found.');
  await expect(palette(page).getByRole('combobox')).toHaveAttribute('aria-expanded', 'false');
  await palette(page).getByRole('combobox').fill('payout');
  const hit = palette(page).getByRole('option').filter({ hasText: 'Payout failed' });
  await expect(hit).toContainText(/critical · open · Stripe · (just now|\d+ s ago)/);
});
