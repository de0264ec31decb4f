// Who takes care of an alert, and until when it is muted.

import { expect, open, rows, signIn, test } from '../helpers/test';
import { FORM_REFUSED } from '../helpers/watch';

test.use({ timezoneId: 'Asia/Kolkata' });

test('an alert is taken, given to somebody else, and found again', async ({ page, context, server, pageOf }) => {
  await server.send('stripe', 'payout.failed');
  await server.send('custom', 'alert');
  const other = await pageOf('operator');
  await signIn(context);
  await open(page, '/alerts');
  await rows(page).filter({ hasText: 'Payout' }).getByRole('link').click();
  const drawer = page.getByRole('complementary', { name: 'Alert' });
  const assignee = drawer.getByRole('combobox', { name: 'Assigned to' });
  await drawer.getByRole('button', { name: 'Assign to me' }).click();
  await expect(assignee).toHaveValue(/^admin@/);
  await expect(drawer.getByText(/^Assigned to admin@\S+ by admin@/)).toBeVisible();
  await expect(rows(page).filter({ hasText: 'Payout' }).locator('.row-assignee')).toHaveText('admin');

  await page.getByRole('link', { name: 'Mine', exact: true }).click();
  await expect(rows(page)).toHaveCount(1);
  await page.getByRole('link', { name: 'Unassigned', exact: true }).click();
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).not.toContainText('Payout');

  await open(page, '/alerts?assignee=none');
  await rows(page).getByRole('link').click();
  await assignee.selectOption({ label: (await assignee.getByRole('option').filter({ hasText: 'operator' }).textContent()) ?? '' });
  await drawer.getByRole('button', { name: 'Assign', exact: true }).click();
  await expect(page.getByRole('status').getByText('Assigned 1 alert')).toBeVisible();
  await open(other, '/alerts?state=all');
  await other.getByRole('link', { name: 'Mine', exact: true }).click();
  await expect(rows(other)).toHaveCount(1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(assignee).toHaveValue('none');
  await drawer.getByRole('button', { name: 'Assign to me' }).click();
  await expect(assignee).toHaveValue(/^admin@/);
  await assignee.selectOption('Unassigned');
  await drawer.getByRole('button', { name: 'Assign', exact: true }).click();
  await expect(assignee).toHaveValue('none');
  // By the undo, and by the choice.
  await expect(drawer.getByText(/^Assigned to nobody by admin@/)).toHaveCount(2);
});

test('an alert is muted until tomorrow morning of the reader', async ({ page, context, server, watch }) => {
  watch.allow(FORM_REFUSED);
  await server.send('stripe', 'payout.failed');
  await signIn(context);
  await open(page, '/alerts/1');
  await page.locator('summary[aria-label="Mute until…"]').click();
  await page.getByRole('button', { name: 'Until tomorrow, 09:00' }).click();
  await expect(page.getByText(/^Muted until \d+ \w+ 09:00 by admin@/)).toBeVisible();
  await page.getByRole('button', { name: 'Unmute' }).click();
  await expect(page.getByText(/^Unmuted by admin@/)).toBeVisible();
  await page.locator('summary[aria-label="Mute until…"]').click();
  await page.getByLabel('Until (local time)').fill('2020-01-01T10:00');
  await page.getByRole('button', { name: 'Mute', exact: true }).click();
  await expect(page.getByText(/must be in the future/)).toBeVisible();
});

test('Escape closes the mute menu and leaves the drawer open', async ({ page, context, server }) => {
  await server.send('stripe', 'payout.failed');
  await signIn(context);
  await open(page, '/alerts?open=1');
  const drawer = page.getByRole('complementary', { name: 'Alert' });
  await drawer.locator('summary[aria-label="Mute until…"]').click();
  await expect(drawer.getByRole('button', { name: 'For 4 h' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(drawer.getByRole('button', { name: 'For 4 h' })).toBeHidden();
  await expect(drawer).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(drawer).toBeHidden();
});
