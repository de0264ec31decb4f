// What a page does when it cannot go on, and how it goes on when it can.

import { Hook, REACHABLE } from '../helpers/hook';
import { expect, open, pill, signIn, test } from '../helpers/test';
import { SERVER_GONE } from '../helpers/watch';
import { postCustom } from '../helpers/webhooks';

test.use({ environment: REACHABLE });

test('a page whose program stops says so in place of the pill', async ({ page, context, watch }) => {
  watch.allow(/panicked|unreachable|hydrat|imported JS function/i);
  await signIn(context);
  // A page without what the program expects in it, as an extension of the browser may leave it; once.
  await page.addInitScript(() => {
    if (sessionStorage.getItem('broken')) return;
    sessionStorage.setItem('broken', 'once');
    document.addEventListener('DOMContentLoaded', () => document.querySelector('.rail')!.replaceChildren());
  });
  await page.goto('/settings');
  const stopped = page.getByRole('banner').getByRole('alert');
  await expect(stopped).toContainText('This page stopped working.');
  await stopped.getByRole('link', { name: 'Reload' }).click();
  await expect(pill(page)).toContainText('Live');
});

test('what could not be loaded is loaded when the server is back', async ({ page, context, server, watch }) => {
  watch.allow(SERVER_GONE);
  await signIn(context);
  const loaded = page.waitForResponse(/split_others/);
  await open(page, '/');
  await loaded;
  await server.stop();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Connection lost');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Sources' }).click();
  await expect(page.getByRole('heading', { name: 'This could not be loaded' })).toBeVisible();
  await server.start();
  await expect(page.getByRole('table').getByRole('row')).toHaveCount(4, { timeout: 15_000 });
});

test('a page whose program was not loaded in time is loaded when the server is back', async ({ page, context, server, watch }) => {
  watch.allow(SERVER_GONE);
  watch.allow(/net::ERR_FAILED/);
  await signIn(context);
  await context.route('**/split_others.wasm', (route) => route.abort());
  await open(page, '/');
  await server.stop();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Connection lost');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Sources' }).click();
  await expect(page.getByRole('heading', { name: 'This page could not be loaded' })).toBeVisible();
  await context.unroute('**/split_others.wasm');
  await server.start();
  await expect(page.getByRole('table').getByRole('row')).toHaveCount(4, { timeout: 15_000 });
});

for (const [path, list] of [['/alerts/4711', 'All alerts'], ['/events?event=4711', 'All events'], ['/sources/nothing', 'All sources']] as const) {
  test(`${path} is not found, and leads on`, async ({ page, context, watch }) => {
    watch.allow(/status of 404/);
    await signIn(context);
    const answer = await page.goto(path);
    expect(answer?.status()).toBe(404);
    await expect(page.getByRole('heading', { name: 'Not found' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Retry' })).toHaveCount(0);
    await page.getByRole('link', { name: list, exact: true }).click();
    await expect(page.getByRole('heading', { name: 'Not found' })).toHaveCount(0);
  });
}

test('the Overview knows of a channel that fails', async ({ page, context, server, secrets }) => {
  const hook = await Hook.listen();
  hook.answers(404, 'no_service');
  const token = (await server.command(['token', 'add', 'admin', '--role', 'admin'])).trim();
  const channel = { name: 'Room', kind: 'slack', recipient: '#ops', secret: hook.url() };
  const made = await fetch(`${server.url}/api/v1/channels`, { method: 'POST', headers: { Authorization: `Bearer ${token}` }, body: JSON.stringify(channel) });
  expect(made.status).toBe(201);
  await signIn(context);
  await postCustom(server, secrets, { title: 'Disk full', severity: 'error', dedup_key: 'disk' });
  await open(page, '/');
  const cell = page.getByRole('list', { name: 'System health' }).locator('.health-cell').filter({ hasText: 'Notifications' });
  await expect(cell).toContainText('Degraded', { timeout: 15_000 });
  await expect(page.getByText('All systems operational')).toHaveCount(0);
  await hook.close();
});

test('a user who was added leaves no password in the form', async ({ page, context }) => {
  await signIn(context);
  await open(page, '/settings');
  await page.getByLabel('Email').fill('new@example.com');
  await page.getByLabel('Initial password').fill('a long enough password');
  await page.getByRole('button', { name: 'Add user' }).click();
  await expect(page.getByRole('cell', { name: 'new@example.com' })).toBeVisible();
  await expect(page.getByLabel('Initial password')).toHaveValue('');
  await expect(page.getByLabel('Email')).toHaveValue('');
});

test('a rotation asks, refuses a weak secret, and says until when the old one holds', async ({ page, context, watch }) => {
  watch.allow(/status of 422/);
  await signIn(context);
  await open(page, '/sources/custom');
  await page.getByText('Rotate the secret').click();
  await page.getByLabel('New secret').fill('weak');
  await page.getByRole('button', { name: 'Rotate' }).click();
  await expect(page.getByText('Replace the secret now?')).toBeVisible();
  await page.getByRole('button', { name: 'Replace it' }).click();
  await expect(page.getByText('must have at least 16 characters')).toBeVisible();
  await page.getByLabel('New secret').fill('not so weak a secret');
  await page.getByRole('button', { name: 'Rotate' }).click();
  await page.getByRole('button', { name: 'Replace it' }).click();
  await expect(page.getByLabel('New secret (shown only once)')).toHaveValue('not so weak a secret');
  await expect(page.getByText('The previous secret is accepted until')).toBeVisible();
});
