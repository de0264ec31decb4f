// The place in a list: it stays when a row opens and closes, and comes back with Back and with a reload.

import type { Page } from '@playwright/test';

import { drawer } from '../helpers/console';
import { expect, open, recent, rows, signIn, test } from '../helpers/test';
import { postCustom, postGroup, postGroups } from '../helpers/webhooks';

test.beforeEach(async ({ context, server }) => {
  await postGroups(server, 180);
  await signIn(context);
});

const top = (page: Page) => page.evaluate(() => Math.round(window.scrollY));

/** Loads two older pages and scrolls down; returns where that is. */
async function goDown(page: Page): Promise<number> {
  await open(page, '/alerts');
  const first = await rows(page).count();
  for (const pages of [2, 3]) {
    await page.getByRole('link', { name: 'Load older' }).click();
    await expect(rows(page)).toHaveCount(first * pages);
  }
  await rows(page).nth(first * 2 + 10).scrollIntoViewIfNeeded();
  await expect.poll(() => top(page)).toBeGreaterThan(1_000);
  return top(page);
}

test('opening and closing a row moves nothing', async ({ page }) => {
  await goDown(page);
  await page.mouse.move(0, 0);
  const row = rows(page).filter({ has: page.getByRole('link') }).nth(109);
  // Filters may wrap beside the drawer, so that the page above the row becomes higher. The row stays where it is.
  const place = async () => (await row.boundingBox())!.y;
  await row.scrollIntoViewIfNeeded();
  const before = await place();
  await row.getByRole('link').click();
  await expect(drawer(page)).toBeVisible();
  expect(Math.abs((await place()) - before)).toBeLessThan(60);
  await drawer(page).getByRole('link', { name: 'Close' }).click();
  await expect(drawer(page)).toBeHidden();
  expect(Math.abs((await place()) - before)).toBeLessThan(60);
});

test('Back and reload bring back the rows and the place', async ({ page }) => {
  const place = await goDown(page);
  const count = await rows(page).count();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Overview' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('open');
  await page.goBack();
  await expect(rows(page)).toHaveCount(count);
  await expect.poll(() => top(page)).toBe(place);
  await page.reload();
  await expect(rows(page)).toHaveCount(count);
  await expect.poll(() => top(page)).toBe(place);
});

test('an alert that repeats comes up again, above those that were newer', async ({ page, server, secrets }) => {
  const burn = () => postCustom(server, secrets, { title: 'Disk full', severity: 'error', dedup_key: 'disk' });
  await burn();
  await postGroup(server, 1_000, 100);
  await open(page, '/alerts');
  await expect(rows(page).first()).not.toContainText('Disk full');
  await burn();
  await expect(rows(page).first()).toContainText('Disk full');
  await page.reload();
  await expect(rows(page).first()).toContainText('Disk full');

  // Where one reads further down, nothing moves: the repeat is counted above.
  await postGroup(server, 2_000, 10);
  await expect(rows(page).nth(9)).toContainText('Instance 20');
  await rows(page).nth(40).scrollIntoViewIfNeeded();
  await expect.poll(() => top(page)).toBeGreaterThan(200);
  const shown = await rows(page).first().innerText();
  await burn();
  await expect(page.getByRole('button', { name: '1 new' })).toBeVisible();
  expect(await rows(page).first().innerText()).toBe(shown);
  await page.getByRole('button', { name: '1 new' }).click();
  await expect(rows(page).first()).toContainText('Disk full');
});

test('a repeat comes up on the Overview', async ({ page, server, secrets }) => {
  const burn = () => postCustom(server, secrets, { title: 'Disk full', severity: 'error', dedup_key: 'disk' });
  await burn();
  await postGroup(server, 1_000, 20);
  await open(page, '/');
  await expect(recent(page).filter({ hasText: 'Disk full' })).toHaveCount(0);
  await burn();
  await expect(recent(page).first()).toContainText('Disk full');
});
