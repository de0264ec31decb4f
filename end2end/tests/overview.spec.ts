// The Overview while things happen.

import type { Locator } from '@playwright/test';

import { expect, open, recent, signIn, stays, test, tile } from '../helpers/test';
import { postDeploys, postGithub } from '../helpers/webhooks';

const number = (tile: Locator) => tile.locator('.tile-number');

test('a push appears while one looks, and the numbers rise', async ({ page, context, server }) => {
  await signIn(context);
  await open(page, '/');
  const stayed = await stays(page);
  const received = tile(page, 'Total webhooks today');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Nothing is on fire');
  await expect(page.getByRole('region', { name: 'Recent alerts' })).toContainText('No alerts yet');
  await expect(number(received)).toHaveText('0');

  await server.send('github', 'push');
  const row = recent(page).first();
  await expect(row).toContainText('Push to master: 1 commit by Codertocat');
  await expect(row).toContainText('GitHub · Codertocat/Hello-World');
  await expect(row).toContainText('just now');
  await expect(row).toContainText('Unread:');
  await expect(row).toContainText('Info');
  await expect(page.getByRole('region', { name: 'Recent alerts' })).not.toContainText('No alerts yet');
  await expect(number(received)).toHaveText('1');
  await expect(number(tile(page, 'Average processing time'))).toHaveText(/^[\d.,]+ ?ms$/);
  await expect(number(tile(page, 'Failed events'))).toHaveText('0');

  await server.send('github', 'workflow_run.completed.failure');
  await expect(recent(page)).toHaveCount(2);
  await expect(recent(page).first()).toContainText('Error');
  await expect(recent(page).nth(1)).toContainText('Push to master');
  await expect(number(received)).toHaveText('2');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('1 alert open, none critical');

  // The table of sources and the legend of the chart count along.
  const github = page.getByRole('region', { name: 'Sources' }).getByRole('row').filter({ hasText: 'GitHub' });
  await expect(github.locator('.received')).toHaveText('2');
  const legend = page.getByRole('region', { name: 'Alerts by severity' }).getByRole('listitem');
  await expect(legend.filter({ hasText: 'Error' })).toHaveText(/Error 1$/);
  await expect(legend.filter({ hasText: 'Info' })).toHaveText(/Info 1$/);

  // And the row leads to the alert.
  await recent(page).first().getByRole('link').click();
  await expect(page).toHaveURL(/\/alerts\/\d+$/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('failed');
  await stayed();
});

test('every part of the system is operational', async ({ page, context }) => {
  await signIn(context);
  await open(page, '/');
  const cells = page.getByRole('list', { name: 'System health' }).locator('.health-cell');
  await expect(cells).toHaveCount(5);
  for (const [i, name] of ['Redis bus', 'Queue workers', 'WebSocket', 'Database', 'Notifications'].entries()) {
    await expect(cells.nth(i)).toContainText(name);
    await expect(cells.nth(i)).toContainText('Operational');
  }
  await expect(cells.nth(0)).toContainText('In process');
  await expect(cells.nth(3)).toContainText(/SQLite .*, [\d.]+ ms/);
  await expect(page.getByText('No critical alerts in 24 hours, 0 webhooks received. All systems operational.')).toBeVisible();
});

test('a critical alert takes the heading and the unread count', async ({ page, context, server }) => {
  await signIn(context);
  await open(page, '/');
  const stayed = await stays(page);
  const nav = page.getByRole('navigation', { name: 'Main' });
  await expect(nav.getByLabel(/unread alert/)).toHaveCount(0);

  await server.send('stripe', 'payout.failed');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('1 critical alert is open');
  await expect(nav.getByLabel('1 unread alert')).toHaveText('1');
  await expect(recent(page).first()).toContainText('Payout failed: account closed, 18,402.11 USD');
  await expect(recent(page).first()).toContainText('Critical');
  const critical = tile(page, 'Critical alerts');
  await expect(critical).toHaveAttribute('data-tone', 'bad');
  await expect(critical).toContainText('1 open');
  await expect(number(critical)).toHaveText('1');

  await server.send('custom', 'alert');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('2 critical alerts are open');
  await expect(nav.getByLabel('2 unread alerts')).toHaveText('2');

  // The other end of the same problem closes it, where it stands.
  await server.send('custom', 'resolved');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('1 critical alert is open');
  await expect(recent(page)).toHaveCount(2);
  await expect(recent(page).first()).toContainText('Resolved');

  await page.getByRole('link', { name: 'Review critical' }).click();
  await expect(page).toHaveURL('/alerts?severity=critical');
  await expect(page.getByRole('region', { name: 'Alerts', exact: true })).toContainText('Payout failed');
  await stayed();
});

test('the hand-made request of the testing flow', async ({ page, context, server, secrets }) => {
  await signIn(context);
  await open(page, '/');
  const body = `{
    "event": "push",
    "repository": "test-repo",
    "pusher": {"name": "john"},
    "commits": 5
  }`;
  const answer = await postGithub(server, secrets, body);
  expect(answer.status).toBe(200);
  await expect(recent(page).first()).toContainText('Push by john to test-repo');

  // The same under another signature is refused, and nothing appears.
  const refused = await postGithub(server, { ...secrets, github: 'another secret' }, body);
  expect(refused.status).toBe(401);
  await server.send('github', 'push');
  await expect(recent(page).first()).toContainText('Push to master');
  await expect(recent(page)).toHaveCount(2);
});

test('/admin leads to the Overview', async ({ page, context }) => {
  await page.goto('/admin');
  await expect(page).toHaveURL('/sign-in');
  await signIn(context);
  await page.goto('/admin');
  await expect(page).toHaveURL('/');
  await expect(page).toHaveTitle('Overview · OpsCenter');
  await expect(tile(page, 'Total webhooks today')).toBeVisible();
});

test('no more than ten recent alerts, the newest on top', async ({ page, context, server, secrets }) => {
  await postDeploys(server, secrets, 12);
  await signIn(context);
  await open(page, '/');
  await expect(recent(page)).toHaveCount(10);
  await expect(recent(page).first()).toContainText('Deploy 12');
  await expect(recent(page).last()).toContainText('Deploy 3');
  await postDeploys(server, secrets, 1, 'Late deploy');
  await expect(recent(page).first()).toContainText('Late deploy 1');
  await expect(recent(page)).toHaveCount(10);
  await expect(recent(page).last()).toContainText('Deploy 4');
});

test('a page that is not there', async ({ page, context, watch }) => {
  watch.allow(/^Failed to load resource: the server responded with a status of 404/);
  await signIn(context);
  const answer = await page.goto('/no/such/page');
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole('heading', { name: 'Page not found' })).toBeVisible();
  await page.getByRole('link', { name: 'Go to overview' }).click();
  await expect(page).toHaveURL('/');
});
