// Without scripts: everything reads, and forms are plain forms.

import { expect, expectFieldError, recent, rows, signIn, test, tile } from '../helpers/test';
import { PASSWORD } from '../helpers/server';
import { postCustom, postDeploys } from '../helpers/webhooks';

test.use({ javaScriptEnabled: false });

test('one signs in, and is led on to where one wanted', async ({ page }) => {
  await page.goto('/alerts?severity=critical');
  await expect(page).toHaveURL('/sign-in?next=%2Falerts%3Fseverity%3Dcritical');
  await page.getByLabel('Email').fill('admin@example.com');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL('/alerts?severity=critical');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Alerts');
});

test('a wrong password and an unknown email say the same', async ({ page }) => {
  for (const email of ['admin@example.com', 'nobody@example.com']) {
    await page.goto('/sign-in?next=%2Fsources');
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('alert')).toContainText('Incorrect email or password.');
    expect(await page.context().cookies()).toEqual([]);
  }
  // The way on is still known.
  await page.getByLabel('Email').fill('admin@example.com');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL('/sources');
});

test('the Overview reads', async ({ page, context, server }) => {
  await server.send('stripe', 'payout.failed');
  await server.send('github', 'push');
  await signIn(context);
  // The numbers follow the alerts by less than a second.
  await expect(async () => {
    await page.goto('/');
    await expect(recent(page)).toHaveCount(2, { timeout: 100 });
    await expect(tile(page, 'Total webhooks today').locator('.tile-number')).toHaveText('2', { timeout: 100 });
  }).toPass({ timeout: 5_000 });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('1 critical alert is open');
  await expect(tile(page, 'Critical alerts').locator('.tile-number')).toHaveText('1');
  await expect(recent(page).first()).toContainText('Push to master: 1 commit by Codertocat');
  await expect(recent(page).first().locator('time')).toHaveAttribute('datetime', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  await expect(page.getByRole('list', { name: 'System health' }).locator('.health-cell')).toContainText(['Redis bus', 'Queue workers', 'WebSocket', 'Database', 'Notifications']);
  await recent(page).first().getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Push to master: 1 commit by Codertocat');
});

test('alerts are marked as read by plain forms', async ({ page, context, server, secrets }) => {
  await server.send('stripe', 'payout.failed');
  await postDeploys(server, secrets, 2);
  await signIn(context);
  await page.goto('/alerts?state=all');
  const row = rows(page).filter({ hasText: 'Payout failed' });
  await row.getByRole('button', { name: 'Mark as read' }).click();
  await expect(page).toHaveURL('/alerts?state=all');
  await expect(row.locator('.row-read')).toHaveText('Read');
  await expect(rows(page).getByRole('button', { name: 'Mark as read' })).toHaveCount(2);

  await page.getByRole('button', { name: 'Mark 2 shown as read' }).click();
  await expect(page).toHaveURL('/alerts?state=all');
  await expect(rows(page).locator('.row-read')).toHaveText(['Read', 'Read', 'Read']);

  await page.goto('/alerts/1');
  await expect(page.getByRole('button', { name: 'Mark as read' })).toHaveCount(0);
});

test('one alert is marked as read on its own page', async ({ page, context, server }) => {
  await server.send('stripe', 'payout.failed');
  await signIn(context);
  await page.goto('/alerts/1');
  await page.getByRole('button', { name: 'Mark as read' }).click();
  await expect(page).toHaveURL(/\/alerts\/1\??$/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Payout failed');
  await expect(page.getByRole('button', { name: 'Mark as read' })).toHaveCount(0);
  await expect(page.getByRole('main')).toContainText('Read by admin@example.com');
});

test('filters and older alerts are links', async ({ page, context, server, secrets }) => {
  const titles = (await postDeploys(server, secrets, 55)).reverse();
  await server.send('stripe', 'payout.failed');
  await signIn(context);
  await page.goto('/alerts');
  await page.getByRole('navigation', { name: 'Severity, state and read filter' }).getByRole('link', { name: 'Info' }).click();
  await expect(page).toHaveURL('/alerts?severity=info');
  await expect(rows(page).locator('bdi')).toHaveText(titles.slice(0, 50));
  await page.getByRole('link', { name: 'Load older' }).click();
  await expect(rows(page).locator('bdi')).toHaveText(titles.slice(50));
});

test('a source is switched by a plain form', async ({ page, context, server, secrets }) => {
  const status = async () => (await postCustom(server, secrets, { title: 'Is it on?' })).status;
  await signIn(context);
  await page.goto('/sources');
  const toggle = page.getByRole('switch', { name: 'Receive events from Custom' });
  await expect(toggle).toBeChecked();
  await toggle.click();
  await expect(page).toHaveURL(/\/sources\??$/);
  await expect(toggle).not.toBeChecked();
  await expect(toggle).toHaveText('Paused');
  await expect.poll(status, { timeout: 2_000 }).toBe(404);
  await toggle.click();
  await expect(toggle).toBeChecked();
  await expect.poll(status, { timeout: 2_000 }).toBe(200);
});

test('a source is added by a plain form, and a bad slug is refused at the field', async ({ page, context, server }) => {
  await signIn(context);
  await page.goto('/sources/new');
  await page.getByRole('radio', { name: 'GitHub' }).check({ force: true });
  await page.getByLabel('Slug').fill('Not A Slug');
  await page.getByRole('button', { name: 'Create source' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Add a source');
  await expectFieldError(page.getByLabel('Slug'), /^must be 1 to 63 characters/);

  await page.getByRole('radio', { name: 'GitHub' }).check({ force: true });
  await page.getByLabel('Slug').fill('github-2');
  await page.getByRole('button', { name: 'Create source' }).click();
  await expect(page).toHaveURL('/sources/github-2');
  await expect(page.getByLabel('Payload URL')).toHaveValue(`${server.url}/api/webhooks/github-2`);
  await expect(page.getByRole('heading', { name: 'Waiting for the first event…' })).toBeVisible();
});
