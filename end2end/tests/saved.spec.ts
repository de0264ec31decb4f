// Filters with a name: each user's own, with and without scripts.

import type { Page } from '@playwright/test';

import { expect, open, signIn, stays, test } from '../helpers/test';

async function save(page: Page, name: string): Promise<void> {
  await page.locator('.saved summary').click();
  await page.getByLabel('Filter name').fill(name);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
}

test('a filter is saved, opened again and removed', async ({ page, context }) => {
  await signIn(context);
  await open(page, '/alerts?severity=critical');
  const stayed = await stays(page);
  await save(page, 'On fire');
  const link = page.locator('.saved').getByRole('link', { name: 'On fire', includeHidden: true });
  await expect(link).toHaveCount(1);

  await page.getByRole('link', { name: 'Clear', exact: true }).click();
  await expect(page).toHaveURL('/alerts');
  await page.locator('.saved summary').click();
  await link.click();
  await expect(page).toHaveURL('/alerts?severity=critical');
  await stayed();

  await page.locator('.saved summary').click();
  await page.getByRole('button', { name: 'Remove the filter On fire' }).click();
  await expect(link).toHaveCount(0);
});

test('nobody sees what another saved', async ({ page, context, pageOf }) => {
  await signIn(context);
  await open(page, '/events?status=failed');
  await save(page, 'Broken ones');
  await expect(page.locator('.saved').getByRole('link', { name: 'Broken ones', includeHidden: true })).toHaveCount(1);
  const other = await pageOf('viewer');
  await open(other, '/events?status=failed');
  await expect(other.locator('.saved')).not.toContainText('Broken ones');
  await save(other, 'Of a viewer');
  await expect(other.locator('.saved').getByRole('link', { name: 'Of a viewer', includeHidden: true })).toHaveCount(1);
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('a filter is saved and opened', async ({ page, context }) => {
    await signIn(context);
    await page.goto('/alerts?state=resolved');
    await save(page, 'Done');
    await page.goto('/alerts');
    await page.locator('.saved summary').click();
    await page.locator('.saved').getByRole('link', { name: 'Done' }).click();
    await expect(page).toHaveURL('/alerts?state=resolved');
  });
});
