// Requests that were refused: kept with the reason, and verified again once the cause is mended.

import type { Locator, Page } from '@playwright/test';

import { alertsOf, deliver, eventDialog, sign } from '../helpers/console';
import { expect, open, rows, signIn, stays, test } from '../helpers/test';
import type { Server } from '../helpers/server';

/** The secret that the sender has, and the source has not. */
const THEIRS = 'what the sender was told';

function refused(page: Page): Locator {
  return page.getByRole('region', { name: 'Rejected requests' }).locator('tbody').getByRole('row');
}

async function send(server: Server, title: string): Promise<void> {
  const body = JSON.stringify({ title, severity: 'error' });
  const answer = await deliver(server, 'custom', body, { 'X-Signature': sign(THEIRS, body), 'Idempotency-Key': title });
  expect(answer.status).toBe(401);
}

/** Opens the list; a request is put there a moment after it was answered. */
async function openRefused(page: Page, count: number, path = '/events/refused'): Promise<void> {
  await expect(async () => {
    await open(page, path);
    await expect(refused(page)).toHaveCount(count, { timeout: 500 });
  }).toPass();
}

/** Gives the source the sender's secret, as an admin would. */
async function mend(page: Page): Promise<void> {
  await open(page, '/sources/custom');
  await page.getByText('Rotate the secret').click();
  await page.getByLabel('New secret').fill(THEIRS);
  await page.getByRole('button', { name: 'Rotate' }).click();
  await page.getByRole('button', { name: 'Replace it' }).click();
  await expect(page.getByLabel('New secret (shown only once)')).toHaveValue(THEIRS);
}

test('a wrong signature is told with its reason, and accepted once the secret is right', async ({ page, context, server }) => {
  await send(server, 'Disk is full');
  await signIn(context);
  await open(page, '/events');
  await expect(page.getByRole('heading', { name: 'No events yet' })).toBeVisible();
  await openRefused(page, 1, '/events/refused?source=custom');
  await expect(refused(page)).toContainText('custom');
  await expect(refused(page)).toContainText('Wrong signature');
  await expect(refused(page)).toContainText('the signature does not match the secret');
  await expect(refused(page)).toContainText('127.0.0.1');

  // Before anything is mended it is refused for the same reason.
  const again = refused(page).getByRole('button', { name: 'Verify again' });
  const outcome = page.getByRole('main').getByRole('status');
  await again.click();
  await expect(outcome).toContainText('0 accepted, 1 still rejected');
  await expect(outcome).toContainText('the signature does not match the secret');
  expect(await alertsOf(server)).toEqual([]);

  await mend(page);
  await open(page, '/events/refused?source=custom');
  const stayed = await stays(page);
  await again.click();
  await expect(outcome).toContainText('1 accepted, 0 still rejected');
  await expect(again).toHaveCount(0);
  await refused(page).getByRole('link', { name: 'Event #1' }).click();
  await expect(eventDialog(page).getByText('Signature valid')).toBeVisible();
  await stayed();
  await open(page, '/alerts');
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText('Disk is full');
});

test('all of a source are verified again at once, in the order they came', async ({ page, context, server }) => {
  const titles = ['First', 'Second', 'Third'];
  await signIn(context);
  for (const [i, title] of titles.entries()) {
    await send(server, title);
    await openRefused(page, i + 1);
  }
  await mend(page);
  await open(page, '/events/refused?source=custom');
  await page.getByRole('button', { name: 'Verify all matching again' }).click();
  await expect(page.getByRole('main').getByRole('status')).toContainText('3 accepted, 0 still rejected');
  await expect(refused(page).getByRole('link', { name: /^Event #/ })).toHaveText(['Event #3', 'Event #2', 'Event #1']);
  await expect(page.getByRole('button', { name: /again/ })).toHaveCount(0);
  await expect.poll(async () => (await alertsOf(server)).map((alert) => alert.title).sort()).toEqual(titles);
});

// Without a filter there is nothing in the question, and the server must not miss it.
test('the list of all is loaded by a click, and again after all are verified', async ({ page, context, server }) => {
  await send(server, 'Disk is full');
  await signIn(context);
  await openRefused(page, 1);
  await open(page, '/events');
  const stayed = await stays(page);
  await page.getByRole('link', { name: 'Rejected' }).click();
  await expect(refused(page)).toHaveCount(1);
  await page.getByRole('button', { name: 'Verify all again' }).click();
  await expect(page.getByRole('main').getByRole('status')).toContainText('0 accepted, 1 still rejected');
  await expect(refused(page)).toHaveCount(1);
  await stayed();
});

test('a source narrows the list, and what is verified again', async ({ page, context, server }) => {
  await send(server, 'Disk is full');
  await deliver(server, 'github', '{"ref":"refs/heads/master"}', { 'X-GitHub-Event': 'push' });
  await signIn(context);
  await openRefused(page, 2);
  await expect(refused(page).filter({ hasText: 'github' })).toContainText('header X-Hub-Signature-256 is missing');
  const stayed = await stays(page);
  await page.getByRole('combobox', { name: 'Source' }).selectOption('Custom');
  await expect(refused(page)).toHaveCount(1);
  await expect(page).toHaveURL(/[?&]source=custom(&|$)/);
  await page.getByRole('button', { name: 'Verify all matching again' }).click();
  await expect(page.getByRole('main').getByRole('status')).toContainText('0 accepted, 1 still rejected');
  await stayed();
});

test('the bytes of a refused request are kept', async ({ page, context, server }) => {
  const bytes = Buffer.from([0x7b, 0xff, 0x00, 0x0d, 0x0a, 0x7d]);
  await deliver(server, 'custom', bytes, { 'X-Signature': sign(THEIRS, bytes) });
  await signIn(context);
  await openRefused(page, 1);
  const href = await refused(page).getByRole('link', { name: '6', exact: true }).getAttribute('href');
  const answer = await page.request.get(href!);
  expect(await answer.body()).toEqual(bytes);
  // A browser saves what a stranger sent, and never shows it.
  expect(answer.headers()['content-disposition']).toMatch(/^attachment/);
  expect(answer.headers()['x-content-type-options']).toBe('nosniff');
});

test('a viewer reads why, and verifies nothing again', async ({ server, pageOf }) => {
  await send(server, 'Disk is full');
  const page = await pageOf('viewer');
  await openRefused(page, 1);
  await expect(refused(page)).toContainText('Wrong signature');
  await expect(page.getByRole('button', { name: /again/ })).toHaveCount(0);
  const answer = await page.request.post('/rpc/quarantine/retry', { form: { ids: '1', source: '' }, headers: { accept: 'application/json' } });
  expect(await answer.json()).toEqual({ Forbidden: { needs: 'operator' } });
});

test('verifying all that match leaves what is outside the time range', async ({ page, context, server }) => {
  await fetch(`${server.url}/api/webhooks/custom`, { method: 'POST', body: '{}' });
  await signIn(context);
  const minute = (at: number) => `${new Date(at).toISOString().slice(0, 16)}Z`;
  await expect(async () => {
    await open(page, `/events/refused?from=${minute(Date.now() - 600_000)}`);
    await expect(refused(page)).toHaveCount(1, { timeout: 100 });
  }).toPass({ timeout: 10_000 });
  await page.getByRole('button', { name: 'Verify all matching again' }).click();
  await expect(page.getByRole('main').getByRole('status')).toContainText('0 accepted, 1 still rejected');

  // The same form without scripts, for a time in which there was nothing.
  const form = { ids: '', source: '', from: '0', to: '1' };
  const answer = await page.request.post('/rpc/quarantine/retry', { form, headers: { Accept: 'application/json' } });
  expect(await answer.json()).toMatchObject({ changed: 0, refused: 0 });
});
