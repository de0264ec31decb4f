// Keys: to a page, through the list of alerts, and the sheet that tells of them.

import { expect, open, rows, signIn, stays, test } from '../helpers/test';
import { timelineOf } from '../helpers/console';

test.beforeEach(async ({ context, server }) => {
  await server.send('github', 'workflow_run.completed.failure');
  await server.send('stripe', 'payout.failed');
  await signIn(context);
});

test('g and a letter lead to a page, unless one is writing', async ({ page }) => {
  await open(page, '/');
  const stayed = await stays(page);
  for (const [letter, path] of [['a', '/alerts'], ['e', '/events'], ['s', '/sources'], ['n', '/notifications'], ['o', '/']]) {
    await page.keyboard.press('g');
    await page.keyboard.press(letter);
    await expect(page).toHaveURL(path);
  }
  await stayed();
  await open(page, '/alerts');
  const filter = page.getByRole('searchbox', { name: 'Filter by text' });
  await filter.focus();
  await page.keyboard.type('ge?');
  await expect(filter).toHaveValue('ge?');
  await expect(page).toHaveURL('/alerts');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('the sheet of keys keeps the keys from what is below it', async ({ page, server }) => {
  await open(page, '/alerts');
  await page.keyboard.press('j');
  const first = rows(page).first().getByRole('link');
  await expect(first).toBeFocused();
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(sheet).toContainText('acknowledge, resolve, reopen');
  await page.keyboard.press('e');
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
  await expect(first).toBeFocused();
  // Had `e` gone to the list, its answer would be there no later than this one's.
  await page.keyboard.press('a');
  await expect(rows(page).first()).toContainText('Acknowledged');
  const id = Number((await first.getAttribute('id'))?.replace('alert-', ''));
  expect(await timelineOf(server, id)).not.toContain('read');
});

test('/ leads to the filter, and Enter filters', async ({ page }) => {
  for (const [path, words, after] of [['/alerts', 'payout', '/alerts?q=payout'], ['/events', 'workflow', '/events?q=workflow']]) {
    await open(page, path);
    await page.keyboard.press('/');
    await expect(page.getByRole('searchbox', { name: 'Filter by text' })).toBeFocused();
    await page.keyboard.type(words);
    await page.keyboard.press('Enter');
    await expect.poll(() => new URL(page.url()).searchParams.get('q'), after).toBe(words);
    await expect(page.getByRole('main').locator('tbody').getByRole('row')).toHaveCount(1);
  }
});

test('the list of alerts is worked off by keys', async ({ page }) => {
  await open(page, '/alerts');
  const stayed = await stays(page);
  const [first, second] = [rows(page).nth(0), rows(page).nth(1)];
  await page.keyboard.press('j');
  await expect(first.getByRole('link')).toBeFocused();
  await page.keyboard.press('k');
  await expect(first.getByRole('link')).toBeFocused();
  await page.keyboard.press('j');
  await expect(second.getByRole('link')).toBeFocused();
  await page.keyboard.press('k');
  await expect(first.getByRole('link')).toBeFocused();

  await page.keyboard.press('e');
  await expect(first.locator('.row-read')).toHaveText('Read');
  await expect(second).toContainText('Unread:');
  await page.keyboard.press('a');
  await expect(first).toContainText('Acknowledged');

  // The selection goes before the row that has the keyboard.
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await expect(second.getByRole('checkbox')).toBeChecked();
  await expect(page.getByRole('region', { name: 'Selected alerts' })).toContainText('1 selected');
  await page.keyboard.press('k');
  await page.keyboard.press('r');
  await expect(second).toContainText('Resolved');
  await expect(first).toContainText('Acknowledged');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('region', { name: 'Selected alerts' })).toHaveCount(0);

  await page.keyboard.press('Enter');
  const drawer = page.getByRole('complementary', { name: 'Alert' });
  await expect(drawer.getByRole('heading', { name: /Payout failed/ })).toBeVisible();
  await page.keyboard.press('j');
  await expect(drawer.getByRole('heading', { name: /failed on/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(drawer).toHaveCount(0);
  await expect(page).toHaveURL('/alerts');
  await stayed();
});

test('Enter presses the button that has the focus, also in a list', async ({ page }) => {
  await open(page, '/alerts');
  await page.keyboard.press('j');
  // Past Acknowledge and Resolve.
  for (let tab = 0; tab < 3; tab++) await page.keyboard.press('Tab');
  const button = rows(page).first().getByRole('button', { name: 'Mark as read' });
  await expect(button).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(rows(page).first().locator('.row-read')).toHaveText('Read');
  await expect(rows(page).first().getByRole('link')).toBeFocused();
  await expect(page).toHaveURL('/alerts');
});
