// The list of events, and what is known of one.

import type { Page } from '@playwright/test';

import { ask, eventDialog, eventRows, postBytes, section } from '../helpers/console';
import { expect, open, rows, signIn, stays, test } from '../helpers/test';

/** What the address asks for; a form also sends its empty fields. */
function asked(page: Page): Record<string, string> {
  return Object.fromEntries([...new URL(page.url()).searchParams].filter(([, value]) => value !== ''));
}

test('the address holds the filters', async ({ page, context, server, secrets }) => {
  await server.send('stripe', 'payout.failed');
  await server.send('github', 'push');
  await server.send('github', 'workflow_run.completed.failure');
  await postBytes(server, secrets, JSON.stringify({ type: 'backup.done', title: 'Backup of Zanzibar is done' }));
  // The words of an event are written down a moment after it.
  await expect.poll(async () => (await ask<{ items: [] }>(server, 'events?q=zanzibar')).items.length).toBe(1);
  await signIn(context);
  await open(page, '/events');
  const stayed = await stays(page);
  const source = page.getByRole('combobox', { name: 'Source' });
  const text = page.getByRole('searchbox', { name: 'Filter by text' });
  const status = page.getByRole('navigation', { name: 'Status' });

  await expect(eventRows(page)).toHaveCount(4);
  await expect(eventRows(page).nth(0)).toContainText('backup.done');
  await expect(eventRows(page).nth(3)).toContainText('payout.failed');

  await source.selectOption('GitHub');
  await expect(eventRows(page)).toHaveCount(2);
  await expect(eventRows(page).nth(0)).toContainText('workflow_run.completed');
  await expect(eventRows(page).nth(1)).toContainText('push');
  expect(asked(page)).toEqual({ source: 'github' });

  await page.getByRole('textbox', { name: 'Event type' }).fill('push');
  await page.getByRole('textbox', { name: 'Event type' }).press('Enter');
  await expect(eventRows(page)).toHaveCount(1);
  expect(asked(page)).toEqual({ source: 'github', event_type: 'push' });

  await status.getByRole('link', { name: 'Clear' }).click();
  await expect(page).toHaveURL('/events');
  await expect(eventRows(page)).toHaveCount(4);
  await stayed();

  await open(page, '/events');
  const stayedAgain = await stays(page);
  await text.fill('zanzi');
  await text.press('Enter');
  await expect(eventRows(page)).toHaveCount(1);
  await expect(eventRows(page)).toContainText('backup.done');
  expect(asked(page)).toEqual({ q: 'zanzi' });

  // A status is added to what was asked for.
  await status.getByRole('link', { name: 'Failed' }).click();
  await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
  expect(asked(page)).toEqual({ q: 'zanzi', status: 'failed' });
  await status.getByRole('link', { name: 'Processed' }).click();
  await expect(eventRows(page)).toHaveCount(1);
  expect(asked(page)).toEqual({ q: 'zanzi', status: 'failed,processed' });
  await expect(status.getByRole('link', { name: 'Processed' })).toHaveAttribute('aria-current', 'true');

  // The browser's own way back.
  await page.goBack();
  await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
  await page.getByRole('link', { name: 'Clear filters' }).click();
  await expect(eventRows(page)).toHaveCount(4);
  await stayedAgain();

  // The same from the server, by the address alone.
  await open(page, '/events?status=processed&event_type=push&q=master');
  await expect(eventRows(page)).toHaveCount(1);
  await expect(page.getByRole('textbox', { name: 'Event type' })).toHaveValue('push');
  await expect(text).toHaveValue('master');
  await expect(status.getByRole('link', { name: 'Processed' })).toHaveAttribute('aria-current', 'true');
});

// What the form still says, the next search asks for again.
test('the form says what the address says', async ({ page, context, server }) => {
  await server.send('stripe', 'payout.failed');
  await server.send('github', 'workflow_run.completed.failure');
  await signIn(context);
  for (const [path, list] of [['/events', eventRows(page)], ['/alerts', rows(page)]] as const) {
    const source = page.getByRole('combobox', { name: 'Source' });
    const text = page.getByRole('searchbox', { name: 'Filter by text' });
    await open(page, path);
    await source.selectOption('GitHub');
    await expect(list).toHaveCount(1);
    await page.goBack();
    await expect(list).toHaveCount(2);
    await expect(source).toHaveValue('');

    await text.fill('nothing has this word');
    await text.press('Enter');
    await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
    await page.getByRole('link', { name: 'Clear filters' }).click();
    await expect(list).toHaveCount(2);
    await expect(text).toHaveValue('');
  }
});

test('an event tells how it came and what it made', async ({ page, context, server, secrets }) => {
  const body = '{"type":"disk.full", "title":"Disk is full", "severity":"error", "host":"db-1"}';
  await postBytes(server, secrets, body, { 'Idempotency-Key': 'delivery-1', 'X-Trace': 'trace-7', 'X-My-Token': 'hush' });
  await signIn(context);
  await open(page, '/events?source=custom');
  const stayed = await stays(page);
  await eventRows(page).getByRole('link', { name: 'disk.full' }).click();
  await expect(page).toHaveURL('/events?source=custom&event=1');
  const dialog = eventDialog(page);
  await expect(dialog.getByRole('heading', { level: 1 })).toContainText('disk.full');
  await expect(dialog).toContainText('Custom · event #1 · received');

  await expect(dialog.getByText('Signature valid')).toBeVisible();
  await expect(dialog.getByText(`HMAC-SHA256 over ${body.length} raw bytes`)).toBeVisible();
  await expect(section(dialog, 'Alert created')).toContainText('Disk is full');
  await expect(section(dialog, 'Alert created')).toContainText(/Rule|Provider pack default/);
  const attempts = section(dialog, 'Attempts').getByRole('paragraph');
  await expect(attempts.locator('span').first()).toHaveText('1');
  await expect(attempts).toContainText('Processed');
  await expect(section(dialog, 'Delivery')).toContainText('delivery-1');
  await expect(section(dialog, 'Delivery')).toContainText('127.0.0.1');

  const header = (name: string) => section(dialog, /^Headers/).locator(`dt:text-is("${name}") + dd`);
  await expect(header('content-type')).toHaveText('application/json');
  await expect(header('x-trace')).toHaveText('trace-7');
  await expect(header('x-signature')).toHaveText(/^[0-9a-f]{64}$/);
  await expect(header('x-my-token')).toHaveText('(redacted)');

  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(page).toHaveURL('/events?source=custom');
  await stayed();

  // The same by the address alone, and on to the alert.
  await open(page, '/events?event=1');
  await dialog.getByRole('link', { name: 'Disk is full' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Disk is full' })).toBeVisible();
  await page.getByRole('link', { name: 'Raw event #1' }).click();
  await expect(dialog.getByRole('heading', { level: 1 })).toContainText('disk.full');
});

test('an event that is not there', async ({ page, context, watch }) => {
  watch.allow(/status of 404/);
  await signIn(context);
  await open(page, '/events?event=4711');
  await expect(eventDialog(page).getByRole('alert')).toContainText('This event does not exist.');
  await eventDialog(page).getByRole('link', { name: 'Close' }).click();
  await expect(eventDialog(page)).toBeHidden();
  await expect(page).toHaveURL('/events');
});
