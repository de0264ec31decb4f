// Without scripts one also reads what came, filters it, and works alerts off.

import type { Locator, Page } from '@playwright/test';

import { expect, rows, signIn, test } from '../helpers/test';
import { postCustom } from '../helpers/webhooks';

test.use({ javaScriptEnabled: false });

const listed = (page: Page): Locator => page.getByRole('main').locator('tbody').getByRole('row');

test('events are filtered, and one is opened and closed by links', async ({ page, context, server }) => {
  await server.send('github', 'push');
  await server.send('stripe', 'payout.failed');
  await signIn(context);
  await page.goto('/events');
  await expect(listed(page)).toHaveCount(2);
  await page.getByRole('searchbox', { name: 'Filter by text' }).fill('payout');
  await page.keyboard.press('Enter');
  await expect(listed(page)).toHaveCount(1);
  await page.getByRole('navigation', { name: 'Status' }).getByRole('link', { name: 'Failed' }).click();
  await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
  await page.getByRole('link', { name: 'Clear filters' }).click();
  await expect(page).toHaveURL('/events');

  await listed(page).getByRole('link', { name: 'payout.failed' }).click();
  await expect(page).toHaveURL('/events?event=2');
  const dialog = page.getByRole('dialog', { name: 'Event' });
  await expect(dialog).toContainText('Signature valid');
  await expect(dialog.locator('pre')).toContainText('"type":"payout.failed"');
  await expect(dialog.getByRole('link', { name: /Payout failed/ })).toHaveAttribute('href', '/alerts/2');
  await dialog.getByRole('button', { name: 'Reprocess' }).click();
  await expect(page).toHaveURL('/events?event=2');
  await dialog.getByRole('link', { name: 'Close', exact: true }).click();
  await expect(page).toHaveURL('/events');
  await expect(dialog).toHaveCount(0);
});

test('a choice of a list is sent by a button', async ({ page, context, server }) => {
  await server.send('github', 'push');
  await server.send('stripe', 'payout.failed');
  await signIn(context);
  for (const path of ['/alerts', '/events', '/events/refused']) {
    await page.goto(path);
    await page.getByRole('combobox', { name: 'Source' }).selectOption('stripe');
    await page.getByRole('button', { name: 'Filter' }).click();
    await expect(page).toHaveURL(/[?&]source=stripe/);
    await expect(page.getByRole('combobox', { name: 'Source' })).toHaveValue('stripe');
  }
});

test('a refused request is read, and verified again once its cause is mended', async ({ page, context, server }) => {
  const secret = 'a secret that comes later';
  expect((await postCustom(server, { custom: secret }, { title: 'Too early' })).status).toBe(401);
  await signIn(context);
  // A request is put there a moment after it was answered.
  await expect(async () => {
    await page.goto('/events/refused');
    await expect(listed(page)).toContainText('custom', { timeout: 100 });
  }).toPass({ timeout: 10_000 });
  await expect(listed(page)).toContainText('the signature does not match the secret');
  await listed(page).getByRole('button', { name: 'Verify again' }).click();
  await expect(page).toHaveURL(/\/events\/refused/);
  await expect(listed(page).getByRole('button', { name: 'Verify again' })).toBeVisible();

  await page.goto('/sources/custom');
  await page.getByText('Rotate the secret').click();
  await page.getByLabel('New secret').fill(secret);
  await page.getByRole('button', { name: 'Rotate' }).click();
  await page.goto('/events/refused');
  await listed(page).getByRole('button', { name: 'Verify again' }).click();
  await listed(page).getByRole('link', { name: 'Event #1' }).click();
  await expect(page.getByRole('dialog', { name: 'Event' })).toContainText('Too early');
});

test('alerts are acknowledged, resolved and reopened by plain forms', async ({ page, context, server }) => {
  await server.send('stripe', 'payout.failed');
  await signIn(context);
  await page.goto('/alerts');
  await rows(page).getByRole('link').click();
  const drawer = page.getByRole('complementary', { name: 'Alert' });
  await drawer.getByRole('button', { name: 'Acknowledge' }).click();
  await expect(drawer).toContainText('Acknowledged by admin@example.com');
  await expect(rows(page)).toContainText('Acknowledged');

  await page.goto('/alerts/1');
  const main = page.getByRole('main');
  await main.getByRole('button', { name: 'Resolve' }).click();
  await expect(main).toContainText('Resolved by admin@example.com');
  await main.getByLabel('Note').fill('was the bank');
  await main.getByRole('button', { name: 'Add' }).click();
  await expect(main).toContainText('admin@example.com: was the bank');
  await main.getByRole('button', { name: 'Reopen' }).click();
  await expect(main).toContainText('Reopened by admin@example.com');
  await expect(main.getByRole('button', { name: 'Acknowledge' })).toBeVisible();
});
