// The live stream: several pages at once, a server that goes and comes back, and who may listen.

import { request } from 'node:http';

import { expect, open, pill, recent, rows, signIn, stays, test } from '../helpers/test';
import { SERVER_GONE } from '../helpers/watch';
import { postDeploys } from '../helpers/webhooks';
import type { Server } from '../helpers/server';

test('what one marks as read another sees', async ({ page, context, server, pageOf }) => {
  await server.send('stripe', 'payout.failed');
  await server.send('github', 'workflow_run.completed.failure');
  await signIn(context);
  const other = await pageOf('operator');
  const overview = await pageOf('viewer');
  await open(page, '/alerts');
  await open(other, '/alerts');
  await open(overview, '/');
  const stayed = [await stays(other), await stays(overview)];

  await rows(page).filter({ hasText: 'Payout failed' }).getByRole('button', { name: 'Mark as read' }).click();
  const row = rows(other).filter({ hasText: 'Payout failed' });
  await expect(row.locator('.row-read')).toHaveText('Read');
  await expect(row).not.toContainText('Unread:');
  await expect(other.getByText('1 unread, warning or higher', { exact: true })).toBeVisible();
  await expect(rows(other).filter({ hasText: 'failed on' }).getByRole('button', { name: 'Mark as read' })).toBeVisible();
  await expect(recent(overview).filter({ hasText: 'Payout failed' })).not.toContainText('Unread:');
  await expect(overview.getByRole('navigation', { name: 'Main' }).getByLabel('1 unread alert')).toBeVisible();

  // And the other way round.
  await rows(other).filter({ hasText: 'failed on' }).getByRole('button', { name: 'Mark as read' }).click();
  await expect(rows(page).locator('.row-read')).toHaveText(['Read', 'Read']);
  for (const check of stayed) await check();
});

test('a server that restarts is found again, and nothing is missed or doubled', async ({ page, context, server, secrets, watch }) => {
  await signIn(context);
  await open(page, '/alerts');
  const stayed = await stays(page);
  const shown = rows(page).locator('bdi');
  const before = (await postDeploys(server, secrets, 2, 'Before')).reverse();
  await expect(shown).toHaveText(before);

  watch.allow(SERVER_GONE);
  await server.stop();
  await expect(pill(page)).toHaveText('Reconnecting…');
  await server.start();
  // Sent at once: some before the page is back, perhaps all.
  const early = (await postDeploys(server, secrets, 5, 'Early')).reverse();
  await expect(pill(page)).toContainText(/Live|Caught up/, { timeout: 15_000 });
  await expect(shown).toHaveText([...early, ...before]);
  const late = (await postDeploys(server, secrets, 2, 'Late')).reverse();
  await expect(shown).toHaveText([...late, ...early, ...before]);
  await expect(pill(page)).toContainText('Live');
  await stayed();

  // The same as the server tells it.
  await page.reload();
  await expect(shown).toHaveText([...late, ...early, ...before]);
});

test('a page that was away says how many it missed', async ({ page, context, server, secrets, watch }) => {
  // Its sockets go through here, so that only this page is cut off.
  let online = true;
  let cut = () => {};
  await page.routeWebSocket(/\/ws\/alerts/, async (socket) => {
    if (!online) return socket.close({ code: 1011 });
    const upstream = socket.connectToServer();
    cut = () => void Promise.all([socket.close({ code: 1011 }), upstream.close()]);
  });
  watch.allow(SERVER_GONE);
  await signIn(context);
  await open(page, '/');
  const stayed = await stays(page);
  await postDeploys(server, secrets, 1, 'Before');
  await expect(recent(page)).toHaveCount(1);

  online = false;
  cut();
  await expect(pill(page)).toHaveText('Reconnecting…');
  await postDeploys(server, secrets, 3, 'Missed');
  await expect(recent(page)).toHaveCount(1);

  online = true;
  await expect(pill(page)).toHaveText('Caught up3 missed', { timeout: 15_000 });
  await expect(recent(page).locator('bdi')).toHaveText(['Missed 3', 'Missed 2', 'Missed 1', 'Before 1']);
  await expect(pill(page)).toContainText('Live');
  await expect(page.getByText('4 new since you opened this')).toBeVisible();
  await stayed();
});

test('a page without news for long says that it is stale', async ({ page, context, server, secrets, watch }) => {
  await page.clock.install();
  await signIn(context);
  await open(page, '/alerts');
  const stayed = await stays(page);
  await postDeploys(server, secrets, 1, 'Before');
  await expect(rows(page)).toHaveCount(1);

  watch.allow(SERVER_GONE);
  await server.stop();
  await expect(pill(page)).toHaveText('Reconnecting…');
  await page.clock.fastForward(25_000);
  await expect(pill(page)).toContainText(/Stalelast update (2[0-9]|3[0-9]) s ago/);
  const banner = page.getByRole('main').getByRole('status');
  await expect(banner).toContainText('Connection lost');
  await expect(banner).toContainText(/Showing data from \d\d:\d\d:\d\d\./);
  await expect(rows(page)).toHaveCount(1);

  await server.start();
  await postDeploys(server, secrets, 1, 'Meanwhile');
  await banner.getByRole('button', { name: 'Try now' }).click();
  await expect(pill(page)).toContainText(/Live|Caught up/);
  await expect(banner).toHaveCount(0);
  await expect(rows(page).locator('bdi')).toHaveText(['Meanwhile 1', 'Before 1']);
  await stayed();
});

test('marking while the server is gone says that it did not work', async ({ page, context, server, watch }) => {
  await server.send('stripe', 'payout.failed');
  await signIn(context);
  await open(page, '/alerts');
  watch.allow(SERVER_GONE);
  await server.stop();
  await expect(pill(page)).toHaveText('Reconnecting…');
  await rows(page).getByRole('button', { name: 'Mark as read' }).click();
  await expect(page.getByRole('alert')).toContainText('The server could not be reached.');
  await expect(rows(page).getByRole('button', { name: 'Mark as read' })).toBeVisible();
  await server.start();
  await expect(pill(page)).toContainText('Live', { timeout: 15_000 });
  await rows(page).getByRole('button', { name: 'Mark as read' }).click();
  await expect(rows(page).locator('.row-read')).toHaveText('Read');
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('counting while the server is gone says that it did not work', async ({ page, context, server, watch }) => {
  await server.send('stripe', 'payout.failed');
  await signIn(context);
  await open(page, '/alerts');
  await page.getByRole('checkbox', { name: 'Select all shown' }).check();
  watch.allow(SERVER_GONE);
  await server.stop();
  await page.getByRole('button', { name: 'Select all matching' }).click();
  await expect(page.getByText('The server could not be reached.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Select all matching' })).toBeEnabled();
});

test('somebody who is shut out is shown the door', async ({ server, pageOf }) => {
  const page = await pageOf('operator');
  await open(page, '/alerts');
  await server.command(['user', 'disable', 'operator@example.com']);
  await expect(page).toHaveURL('/sign-in?next=%2Falerts', { timeout: 15_000 });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in');
});

test('only who is signed in may listen, and only from our own pages', async ({ context, server }) => {
  expect(await handshake(server, {})).toBe(401);
  expect(await handshake(server, { Cookie: 'opscenter=guessed' })).toBe(401);
  expect(await handshake(server, { Authorization: 'Bearer guessed' })).toBe(401);

  await signIn(context);
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  expect(await handshake(server, { Cookie: cookie, Origin: 'http://evil.example' })).toBe(403);
  expect(await handshake(server, { Cookie: cookie, Origin: 'null' })).toBe(403);
  expect(await handshake(server, { Cookie: cookie, 'Sec-Fetch-Site': 'cross-site' })).toBe(403);
  expect(await handshake(server, { Cookie: cookie, Origin: server.url })).toBe(101);

  expect(await handshake(server, { Authorization: `Bearer ${await server.token()}` })).toBe(101);
});

/** Asks for a socket; returns the status of the answer. */
function handshake(server: Server, headers: Record<string, string>): Promise<number | undefined> {
  const upgrade = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': Buffer.from('sixteen bytes ok').toString('base64'),
  };
  return new Promise((resolve, reject) => {
    const asking = request(`${server.url}/ws/alerts`, { headers: { ...upgrade, ...headers } });
    asking.on('response', (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asking.on('upgrade', (answer, socket) => {
      socket.destroy();
      resolve(answer.statusCode);
    });
    asking.on('error', reject);
    asking.end();
  });
}

// As a network that was switched: the connection stands, and nothing comes through it.
test('a connection that has fallen silent is replaced, by itself and on request', async ({ page, context, server, secrets }) => {
  let [silent, opened] = [false, 0];
  await page.routeWebSocket(/\/ws\/alerts/, (socket) => {
    opened++;
    if (!silent) socket.connectToServer();
  });
  await page.clock.install();
  await signIn(context);
  silent = true;
  await page.goto('/');
  await expect.poll(() => opened).toBe(1);
  await page.clock.runFor(22_000);
  await expect(pill(page)).toContainText('Stale');
  await page.clock.runFor(2_000);
  await expect.poll(() => opened, 'another was opened').toBeGreaterThan(1);
  silent = false;
  await page.getByRole('button', { name: 'Try now' }).click();
  await page.clock.runFor(1_000);
  await expect(pill(page)).toContainText(/Live|Caught up/);
  await postDeploys(server, secrets, 1, 'After');
  await page.clock.runFor(1_000);
  await expect(recent(page).first()).toContainText('After 1');
});
