// The list arranged by its reader: time ranges, order, groups, density and columns.

import { alertsOf, allWorkedOff } from '../helpers/console';
import { expect, open, rows, signIn, test } from '../helpers/test';
import { postCustom } from '../helpers/webhooks';

test.beforeEach(async ({ context, server, secrets }) => {
  await signIn(context);
  for (const [title, severity, host] of [['Disk full', 'critical', 'db-1'], ['Slow query', 'warning', 'db-1'], ['Backup late', 'error', 'db-2'], ['Disk full', 'warning', 'db-2']]) {
    await postCustom(server, secrets, { title, severity, dedup_key: `${title} ${host}`, host });
  }
  await allWorkedOff(server);
});

test('a quick range and two times narrow every list, in local time', async ({ page, server }) => {
  const time = page.getByLabel('Time', { exact: true });
  await open(page, '/alerts');
  await expect(rows(page)).toHaveCount(4);

  // What was typed goes along.
  await page.getByRole('searchbox', { name: 'Filter by text' }).fill('Disk');
  await time.selectOption('1h');
  await expect(page).toHaveURL(/since=1h/);
  await expect(page).toHaveURL(/q=Disk/);
  await expect(rows(page)).toHaveCount(2);

  await time.selectOption('custom');
  await expect(page).toHaveURL(/since=custom/);
  const [{ last_seen_at: at }] = await alertsOf(server);
  const local = (ms: number) => page.evaluate((ms) => {
    const at = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
    return at.toISOString().slice(0, 16);
  }, ms);
  const to = page.getByLabel('To', { exact: true });
  await to.fill(await local(at - 3_600_000));
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`to=${new Date(at - 3_600_000).toISOString().slice(0, 16).replaceAll(':', '(:|%3A)')}Z`));
  await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
  await expect(to).toHaveValue(await local(at - 3_600_000));

  for (const path of ['/events', '/events/refused', '/notifications', '/settings/audit']) {
    await open(page, `${path}?from=2020-01-01&to=2020-01-02`);
    await expect(page.getByLabel('From', { exact: true })).toHaveValue('2020-01-01T00:00');
    await expect(to).toHaveValue('2020-01-03T00:00');
    await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
    await time.selectOption('7d');
    await expect(page).toHaveURL(/since=7d/);
  }
  await expect(page.getByRole('heading', { name: 'Nothing matches' })).toHaveCount(0);
});

test('a column sorts the list, and a new alert takes its place in it', async ({ page, server, secrets }) => {
  await open(page, '/alerts');
  const titles = () => rows(page).locator('.alert-title bdi').allTextContents();
  await page.locator('thead').getByRole('link', { name: 'Severity', exact: true }).click();
  await expect(page).toHaveURL('/alerts?sort=severity');
  await expect.poll(titles).toEqual(['Disk full', 'Backup late', 'Disk full', 'Slow query']);
  await page.locator('thead').getByRole('link', { name: 'Title', exact: true }).click();
  await expect.poll(titles).toEqual(['Backup late', 'Disk full', 'Disk full', 'Slow query']);
  await postCustom(server, secrets, { title: 'Certificate expires', severity: 'error' });
  await expect.poll(titles).toEqual(['Backup late', 'Certificate expires', 'Disk full', 'Disk full', 'Slow query']);
});

test('alerts are grouped, and a group is resolved as one', async ({ page }) => {
  await open(page, '/alerts');
  await page.getByText('Display', { exact: true }).click();
  await page.locator('.display').getByRole('link', { name: 'Title', exact: true }).last().click();
  await expect(page).toHaveURL('/alerts?group=title');
  const groups = page.locator('.group');
  await expect(groups).toHaveCount(3);
  await expect(groups.first()).toContainText('Disk full');
  await expect(groups.first()).toContainText('2 alerts');

  await page.getByText('Display', { exact: true }).click();
  await page.locator('.display').getByRole('link', { name: 'host', exact: true }).click();
  await expect(groups).toHaveCount(2);
  await groups.filter({ hasText: 'db-2' }).locator('summary').click();
  await expect(groups.filter({ hasText: 'db-2' }).getByRole('listitem')).toHaveCount(2);
  await page.getByRole('button', { name: 'Resolve all' }).click();
  await expect(page.getByText('Resolved 2 alerts')).toBeVisible();
});

test('columns and density are kept', async ({ page }) => {
  await open(page, '/alerts');
  await page.getByText('Display', { exact: true }).click();
  await page.getByRole('button', { name: 'Source' }).click();
  await page.getByRole('button', { name: 'Compact' }).click();
  await expect(page.locator('.cell-source').first()).toBeHidden();
  const height = async () => (await rows(page).first().boundingBox())?.height ?? 0;
  expect(await height()).toBeLessThan(36);
  await page.reload();
  await expect(page.locator('.cell-source').first()).toBeHidden();
  expect(await height()).toBeLessThan(36);
});
