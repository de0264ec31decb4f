// The list of alerts, and one alert.

import { expect, hold, open, rows, signIn, stays, test } from '../helpers/test';
import { postCustom, postDeploys } from '../helpers/webhooks';

test('the address holds the filters', async ({ page, context, server }) => {
  await server.send('stripe', 'payout.failed');
  await server.send('github', 'workflow_run.completed.failure');
  await server.send('github', 'push');
  await server.send('custom', 'alert');
  await server.send('custom', 'resolved');
  await signIn(context);
  await open(page, '/alerts');
  const stayed = await stays(page);
  const severities = page.getByRole('navigation', { name: 'Severity, state and read filter' });
  const states = page.getByRole('navigation', { name: 'Kind' });

  // What is resolved is left out at first.
  await expect(rows(page)).toHaveCount(2);
  await expect(rows(page).nth(0)).toContainText('failed on');
  await expect(rows(page).nth(1)).toContainText('Payout failed');
  await expect(states.getByRole('link', { name: 'Problems' })).toHaveAttribute('aria-current', 'true');

  await severities.getByRole('link', { name: 'Critical' }).click();
  await expect(page).toHaveURL('/alerts?severity=critical');
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText('Payout failed');
  await expect(severities.getByRole('link', { name: 'Critical' })).toHaveAttribute('aria-current', 'true');

  await severities.getByRole('link', { name: 'Error' }).click();
  await expect(page).toHaveURL('/alerts?severity=critical,error');
  await expect(rows(page)).toHaveCount(2);

  await severities.getByRole('link', { name: 'Resolved', exact: true }).click();
  await expect(page).toHaveURL('/alerts?severity=critical,error&state=resolved');
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText('Disk 96% full on db-1');

  await severities.getByRole('link', { name: 'Clear' }).click();
  await expect(page).toHaveURL('/alerts');
  await states.getByRole('link', { name: 'All', exact: true }).click();
  await expect(page).toHaveURL('/alerts?state=all');
  await expect(rows(page)).toHaveCount(4);

  // News is no problem, and has a place of its own.
  await states.getByRole('link', { name: 'Notices' }).click();
  await expect(page).toHaveURL('/alerts?state=notices');
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText('Push to master');
  await page.goBack();

  // The browser's own way back.
  await page.goBack();
  await expect(page).toHaveURL('/alerts');
  await expect(rows(page)).toHaveCount(2);
  await stayed();

  // The same from the server, by the address alone.
  await open(page, '/alerts?severity=info&state=notices');
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page).nth(0)).toContainText('Push to master');

  await open(page, '/alerts?severity=warning');
  await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
  await page.getByRole('link', { name: 'Clear filters' }).click();
  await expect(rows(page)).toHaveCount(2);
});

test('a second choice adds to the first before its list is there', async ({ page, context, server }) => {
  await server.send('stripe', 'payout.failed');
  await server.send('github', 'workflow_run.completed.failure');
  await signIn(context);
  await open(page, '/alerts');
  const release = await hold(page, '**/rpc/alerts/list*');
  const severities = page.getByRole('navigation', { name: 'Severity, state and read filter' });
  await severities.getByRole('link', { name: 'Critical' }).click();
  await expect(severities.getByRole('link', { name: 'Critical' })).toHaveAttribute('aria-current', 'true');
  await severities.getByRole('link', { name: 'Error' }).click();
  await expect(page).toHaveURL('/alerts?severity=critical,error');
  await severities.getByRole('link', { name: 'Clear' }).click();
  await page.getByRole('navigation', { name: 'Severity, state and read filter' }).getByRole('link', { name: 'Resolved', exact: true }).click();
  await expect(page).toHaveURL('/alerts?state=resolved');
  await expect(rows(page)).toHaveCount(2);
  await release();
  await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
});

test('only what fits the filter arrives', async ({ page, context, server }) => {
  await signIn(context);
  await open(page, '/alerts?severity=critical');
  await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
  await server.send('github', 'push');
  await server.send('stripe', 'payout.failed');
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText('Payout failed');
});

test('one alert is marked as read', async ({ page, context, server }) => {
  await server.send('stripe', 'payout.failed');
  await server.send('github', 'workflow_run.completed.failure');
  await signIn(context);
  await open(page, '/alerts');
  const stayed = await stays(page);
  const unread = page.getByRole('navigation', { name: 'Main' }).getByLabel(/unread alert/);
  await expect(unread).toHaveText('2');
  await expect(page.getByText('2 unread, warning or higher', { exact: true })).toBeVisible();

  const row = rows(page).filter({ hasText: 'Payout failed' });
  await expect(row).toContainText('Unread:');
  await row.getByRole('button', { name: 'Mark as read' }).click();
  await expect(row.getByRole('button', { name: 'Mark as read' })).toHaveCount(0);
  await expect(row).not.toContainText('Unread:');
  await expect(row.locator('.row-read')).toHaveText('Read');
  await expect(unread).toHaveText('1');
  await expect(page.getByText('1 unread, warning or higher', { exact: true })).toBeVisible();
  await expect(rows(page).filter({ hasText: 'failed on' }).getByRole('button', { name: 'Mark as read' })).toBeVisible();

  // Read alerts stay until the next load, then the filter holds.
  await page.getByRole('link', { name: 'Unread', exact: true }).click();
  await expect(page).toHaveURL('/alerts?is_read=false');
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).not.toContainText('Payout failed');
  await stayed();

  await page.reload();
  await open(page, '/alerts');
  await expect(row.locator('.row-read')).toHaveText('Read');
});

test('what is shown is marked as read at once', async ({ page, context, server, secrets }) => {
  await postDeploys(server, secrets, 3);
  await server.send('stripe', 'payout.failed');
  await signIn(context);
  await open(page, '/alerts?severity=info');
  const stayed = await stays(page);
  await expect(rows(page)).toHaveCount(3);
  await page.getByRole('button', { name: 'Mark 3 shown as read' }).click();
  await expect(rows(page).locator('.row-read')).toHaveText(['Read', 'Read', 'Read']);
  await expect(page.getByRole('button', { name: /shown as read/ })).toHaveCount(0);
  await stayed();

  // What was not shown is as it was.
  await open(page, '/alerts?is_read=false');
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText('Payout failed');
});

test('older alerts are loaded below', async ({ page, context, server, secrets }) => {
  const titles = (await postDeploys(server, secrets, 60)).reverse();
  await signIn(context);
  await open(page, '/alerts');
  const stayed = await stays(page);
  const shown = rows(page).locator('bdi');
  await expect(shown).toHaveText(titles.slice(0, 50));
  await page.getByRole('link', { name: 'Load older' }).click();
  await expect(shown).toHaveText(titles);
  await expect(page.getByRole('link', { name: 'Load older' })).toHaveCount(0);
  await expect(page).toHaveURL('/alerts');

  // A new one still comes to the top.
  await postDeploys(server, secrets, 1, 'Late deploy');
  await page.getByRole('button', { name: '1 new' }).click();
  await expect(shown).toHaveText(['Late deploy 1', ...titles]);
  await stayed();
});

test('an alert tells what, whence and since when', async ({ page, context, server }) => {
  await server.send('custom', 'alert');
  await server.send('custom', 'alert');
  await signIn(context);
  await open(page, '/alerts');
  await expect(rows(page)).toContainText('×2');
  await rows(page).getByRole('link').click();
  await expect(page).toHaveURL(/\/alerts\?open=\d+$/);
  await page.getByRole('link', { name: 'Open on its own page' }).click();
  await expect(page).toHaveURL(/\/alerts\/\d+$/);
  await expect(page).toHaveTitle('(1) Disk 96% full on db-1 /var/lib/postgresql · OpsCenter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Disk 96% full on db-1 /var/lib/postgresql');
  const main = page.getByRole('main');
  await expect(main.getByRole('heading', { name: 'Message' }).locator('..')).toContainText('14 GB left, full in about 40 min');

  const metadata = main.getByRole('heading', { name: 'Metadata' }).locator('..');
  await expect(metadata.getByRole('term')).toContainText(['environment', 'host', 'service']);
  await expect(metadata.getByRole('definition').filter({ hasText: 'db-1' }).first()).toBeVisible();
  const link = metadata.getByRole('link', { name: 'https://grafana.example.com/d/disk?var-host=db-1' });
  await expect(link).toHaveAttribute('rel', 'noopener noreferrer');

  const timeline = main.getByRole('heading', { name: 'Timeline' }).locator('..').getByRole('listitem');
  await expect(timeline).toHaveCount(2);
  await expect(timeline.nth(1)).toContainText('Opened by event #1');
  await expect(timeline.nth(0)).toContainText('Repeated by event #2');

  // It is marked as read, and told while it is open: by us, and then by its source.
  const stayed = await stays(page);
  await main.getByRole('button', { name: 'Mark as read' }).click();
  await expect(timeline).toHaveCount(3);
  await expect(timeline.nth(0)).toContainText('Read by admin@example.com');
  await expect(main.getByRole('button', { name: 'Mark as read' })).toHaveCount(0);
  await server.send('custom', 'resolved');
  await expect(timeline).toHaveCount(4);
  await expect(timeline.nth(0)).toContainText('Resolved by event #3');
  await expect(main.getByRole('banner').or(main.locator('header')).first()).toContainText('Resolved');
  await stayed();
});

test('an alert that is not there', async ({ page, context, watch }) => {
  watch.allow(/status of 404/);
  await signIn(context);
  for (const path of ['/alerts/4711', '/alerts/nonsense']) {
    await open(page, path);
    await expect(page.getByRole('alert')).toContainText('Not found');
    await expect(page.getByRole('alert')).toContainText('This alert does not exist.');
  }
});

test('a viewer looks and changes nothing', async ({ server, pageOf }) => {
  await server.send('stripe', 'payout.failed');
  const page = await pageOf('viewer');
  await open(page, '/alerts');
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page).locator('.row-read')).toHaveText('Unread');
  await expect(page.getByRole('button', { name: /read/ })).toHaveCount(0);
  await rows(page).getByRole('link').click();
  await expect(page.getByRole('complementary', { name: 'Alert' }).getByRole('heading', { name: /Payout failed/ })).toBeVisible();
  await expect(page.getByRole('button', { name: /read/ })).toHaveCount(0);

  // Nor past the buttons.
  const answer = await page.request.post('/rpc/alerts/change', { form: { change: 'read', ids: '1' }, headers: { accept: 'application/json' } });
  expect(answer.ok()).toBe(false);
  expect(await answer.json()).toEqual({ Forbidden: { needs: 'operator' } });
  await open(page, '/alerts');
  await expect(rows(page).locator('.row-read')).toHaveText('Unread');
  await open(page, '/sources');
  await expect(page.getByRole('switch', { name: 'Receive events from Stripe' })).toBeDisabled();
  await expect(page.getByRole('link', { name: 'Add source' })).toHaveCount(0);
});

test('an operator marks, and leaves sources alone', async ({ server, pageOf }) => {
  await server.send('stripe', 'payout.failed');
  const page = await pageOf('operator');
  await open(page, '/alerts');
  await rows(page).getByRole('button', { name: 'Mark as read' }).click();
  await expect(rows(page).locator('.row-read')).toHaveText('Read');
  await open(page, '/sources');
  await expect(page.getByRole('switch', { name: 'Receive events from Stripe' })).toBeDisabled();
});

test('repeats count on one alert while one looks', async ({ page, context, server, secrets }) => {
  await signIn(context);
  await open(page, '/alerts');
  const again = { title: 'Disk is filling', severity: 'warning', dedup_key: 'disk:1' };
  for (const count of [1, 2, 3]) {
    expect((await postCustom(server, secrets, { ...again, n: count })).status).toBe(200);
    await expect(rows(page)).toHaveCount(1);
    if (count > 1) await expect(rows(page)).toContainText(`×${count}`);
  }
});
