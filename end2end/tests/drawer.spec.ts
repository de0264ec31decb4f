// One alert beside the list: what it says, what is done about it, and the list that goes on behind it.

import type { Page } from '@playwright/test';

import { alertsOf, ask, drawer, eventDialog, postBytes, section, steps, toast } from '../helpers/console';
import { Hook, REACHABLE } from '../helpers/hook';
import { asAdmin } from '../helpers/scene';
import { expect, open, rows, signIn, stays, test } from '../helpers/test';
import { postCustom, postDeploys } from '../helpers/webhooks';

/** Opens the drawer of the alert with this title. */
async function openDrawer(page: Page, title: string): Promise<void> {
  await rows(page).getByRole('link', { name: title }).click();
  await expect(drawer(page).getByRole('heading', { level: 2, name: title })).toBeVisible();
}

test('the drawer says all there is, and leads to the bytes', async ({ page, context, server }) => {
  await server.send('custom', 'alert');
  await server.send('github', 'push');
  await signIn(context);
  await open(page, '/alerts?state=all');
  const stayed = await stays(page);
  await openDrawer(page, 'Disk 96% full');
  await expect(page).toHaveURL('/alerts?state=all&open=1');
  await expect(drawer(page)).toContainText('2 of 2');
  await expect(drawer(page)).toContainText('Critical');
  await expect(section(drawer(page), 'Message')).toContainText('14 GB left, full in about 40 min');
  await expect(section(drawer(page), 'Metadata').getByRole('term')).toContainText(['environment', 'host', 'service']);
  await expect(section(drawer(page), 'Metadata').getByRole('definition').filter({ hasText: /^db-1$/ })).toBeVisible();
  await expect(steps(drawer(page))).toHaveText(/Opened by event #1/);
  // Nobody is told here, so nothing is said of it.
  await expect(drawer(page).getByRole('heading', { name: 'Notifications' })).toHaveCount(0);

  // The list stays usable: its own rows, and the way to the next one.
  await drawer(page).getByRole('link', { name: 'Previous alert' }).click();
  await expect(drawer(page).getByRole('heading', { level: 2, name: 'Push to master' })).toBeVisible();
  await expect(drawer(page)).toContainText('1 of 2');
  await openDrawer(page, 'Disk 96% full');
  await drawer(page).getByRole('link', { name: 'Raw event #1' }).click();
  await expect(page).toHaveURL('/events?event=1');
  await expect(eventDialog(page).getByText('Signature valid')).toBeVisible();

  await page.goBack();
  await expect(drawer(page).getByRole('heading', { level: 2, name: 'Disk 96% full' })).toBeVisible();
  await drawer(page).getByRole('link', { name: 'Close' }).click();
  await expect(drawer(page)).toBeHidden();
  await expect(page).toHaveURL('/alerts?state=all');
  await stayed();
});

test.describe('where somebody is told', () => {
  test.use({ environment: REACHABLE });

  test('the drawer says who, and what was answered', async ({ page, context, server }) => {
    const hook = await Hook.listen();
    hook.answers(200, 'ok, heard');
    const api = await asAdmin(server);
    await api('POST', 'channels', { name: 'On call', kind: 'slack', secret: hook.url() });
    await server.send('custom', 'alert');
    await expect.poll(async () => (await api('GET', 'notifications?status=sent')).items.length).toBe(1);
    await hook.close();
    expect(hook.heard('Disk 96% full')).toBe(true);
    await signIn(context);
    await open(page, '/alerts?open=1');
    await expect(section(drawer(page), 'Notifications').getByRole('listitem')).toHaveText(/On call\s*Sent\s*200 ok, heard/);
    await expect(steps(drawer(page)).nth(0)).toContainText('Notified On call');
  });
});

test('one is acknowledged, resolved and reopened', async ({ page, context, server }) => {
  await server.send('stripe', 'payout.failed');
  await signIn(context);
  await open(page, '/alerts?state=all');
  const stayed = await stays(page);
  const state = rows(page).locator('.cell-state');
  const act = (name: string) => drawer(page).getByRole('button', { name }).click();
  await openDrawer(page, 'Payout failed');

  await act('Acknowledge');
  await expect(toast(page)).toContainText('Acknowledged 1 alert');
  await expect(state).toHaveText('Acknowledged');
  await expect(steps(drawer(page)).first()).toContainText('Acknowledged by admin@example.com');
  await expect(drawer(page).getByRole('button', { name: 'Acknowledge' })).toHaveCount(0);

  await act('Resolve');
  await expect(toast(page)).toContainText('Resolved 1 alert');
  await expect(state).toHaveText('Resolved');
  await expect(steps(drawer(page)).first()).toContainText('Resolved by admin@example.com');

  // Back by its own button, and by the toast.
  await act('Reopen');
  await expect(state).toHaveText('Open');
  await expect(steps(drawer(page)).first()).toContainText('Reopened by admin@example.com');
  await act('Resolve');
  await expect(toast(page)).toContainText('Resolved 1 alert');
  await toast(page).getByRole('button', { name: 'Undo' }).click();
  await expect(toast(page)).toContainText('Reopened 1 alert');
  await expect(state).toHaveText('Open');
  await expect(steps(drawer(page))).toHaveCount(6);
  await stayed();

  await page.reload();
  await expect(state).toHaveText('Open');
});

test('one is muted for an hour by its button, and unmuted by its key', async ({ page, context, server }) => {
  await server.send('stripe', 'payout.failed');
  await signIn(context);
  await open(page, '/alerts');
  await openDrawer(page, 'Payout failed');
  await drawer(page).getByRole('button', { name: 'Mute 1 h' }).click();
  await expect(toast(page)).toContainText('Muted 1 alert');
  await expect(drawer(page).getByText('Muted', { exact: true })).toBeVisible();
  await expect(rows(page).first().locator('.muted')).toHaveText('Muted');
  await expect(steps(drawer(page)).first()).toContainText(/Muted until \d\d:\d\d:\d\d by admin@example\.com|Muted until \d+ \w+ \d\d:\d\d by admin/);

  await page.keyboard.press('m');
  await expect(toast(page)).toContainText('Unmuted 1 alert');
  await expect(rows(page).first().locator('.muted')).toHaveCount(0);
  await expect(drawer(page).getByRole('button', { name: 'Mute 1 h' })).toBeVisible();
  await expect(steps(drawer(page)).first()).toContainText('Unmuted by admin@example.com');
});

test('a note stands in the timeline, for everyone', async ({ page, context, server, pageOf }) => {
  await server.send('stripe', 'payout.failed');
  const other = await pageOf('viewer');
  await open(other, '/alerts?open=1');
  await signIn(context);
  await open(page, '/alerts?open=1');
  const stayed = [await stays(page), await stays(other)];
  const note = drawer(page).getByRole('textbox', { name: 'Note' });
  const text = 'The bank says <b>tomorrow</b>';
  await note.fill(text);
  await note.press('Enter');
  for (const one of [page, other]) await expect(steps(drawer(one)).nth(0)).toContainText(`admin@example.com: ${text}`);
  await expect(drawer(other).getByRole('textbox', { name: 'Note' })).toHaveCount(0);
  for (const check of stayed) await check();
});

// What still stands there would be added twice, or to the neighbour.
test('a note that was added leaves the field', async ({ page, context, server, secrets }) => {
  await postDeploys(server, secrets, 2);
  await signIn(context);
  await open(page, '/alerts');
  await openDrawer(page, 'Deploy 1');
  const note = drawer(page).getByRole('textbox', { name: 'Note' });
  await note.fill('This one was mine');
  await note.press('Enter');
  await expect(steps(drawer(page)).nth(0)).toContainText('This one was mine');
  await expect(note).toHaveValue('');

  await note.fill('And this is half');
  await openDrawer(page, 'Deploy 2');
  await expect(note).toHaveValue('');
});

test('a note that is being written outlives what happens meanwhile', async ({ page, context, server, secrets }) => {
  const again = { title: 'Disk is filling', severity: 'warning', dedup_key: 'disk:1' };
  expect((await postCustom(server, secrets, again)).status).toBe(200);
  await signIn(context);
  await open(page, '/alerts');
  await openDrawer(page, 'Disk is filling');
  const note = drawer(page).getByRole('textbox', { name: 'Note' });
  await note.fill('I am looking at');
  expect((await postCustom(server, secrets, again)).status).toBe(200);
  await expect(steps(drawer(page))).toHaveCount(2);
  await note.pressSequentially(' it');
  await expect(note).toHaveValue('I am looking at it');
  await expect(note).toBeFocused();
});

test('what arrives above a reader waits behind a bar', async ({ page, context, server, secrets }) => {
  const titles = (await postDeploys(server, secrets, 40)).reverse();
  await signIn(context);
  await open(page, '/alerts');
  const stayed = await stays(page);
  const shown = rows(page).locator('bdi');
  await rows(page).filter({ hasText: 'Deploy 5' }).last().scrollIntoViewIfNeeded();
  await postDeploys(server, secrets, 2, 'Late');
  await expect(page.getByRole('button', { name: '2 new' })).toBeInViewport();
  await expect(shown).toHaveText(titles);
  await expect(rows(page).filter({ hasText: 'Deploy 5' }).last()).toBeInViewport();

  await page.getByRole('button', { name: '2 new' }).click();
  await expect(shown).toHaveText(['Late 2', 'Late 1', ...titles]);
  await expect(rows(page).first()).toBeInViewport();
  await expect(page.getByRole('button', { name: /new$/ })).toHaveCount(0);

  // At the top nothing is held back.
  await postDeploys(server, secrets, 1, 'Last');
  await expect(shown.first()).toHaveText('Last 1');
  await stayed();
});

test('undo gives back the state that was', async ({ page, context, server, secrets }) => {
  await postDeploys(server, secrets, 1);
  const [alert] = await alertsOf(server);
  const state = async () => {
    const { state, is_read } = await ask<{ state: string; is_read: boolean }>(server, `alerts/${alert.id}`);
    return [state, is_read];
  };
  await signIn(context);
  await open(page, `/alerts/${alert.id}`);
  const press = (name: string) => page.getByRole('main').getByRole('button', { name: new RegExp(`^${name}`) }).click();
  const undo = () => toast(page).getByRole('button', { name: 'Undo' }).click();

  await press('Acknowledge');
  await expect.poll(state).toEqual(['acknowledged', true]);
  await undo();
  await expect.poll(state, 'it was unread').toEqual(['open', false]);
  await press('Acknowledge');
  await expect.poll(state).toEqual(['acknowledged', true]);
  // The page has learned of it, and no button moves under the pointer any more.
  await expect(page.getByRole('main').getByRole('button', { name: /^Acknowledge/ })).toHaveCount(0);
  await press('Resolve');
  await expect.poll(state).toEqual(['resolved', true]);
  await undo();
  await expect.poll(state, 'it was acknowledged').toEqual(['acknowledged', true]);
});

test('a long timeline shows the newest first, and the rest on request', async ({ page, context, server, secrets }) => {
  for (let n = 0; n < 60; n++) await postBytes(server, secrets, JSON.stringify({ title: 'Disk', severity: 'error', dedup_key: 'disk' }));
  await signIn(context);
  await open(page, '/alerts/1');
  const main = page.getByRole('main');
  await expect(steps(main)).toHaveCount(50);
  await expect(steps(main).first()).toContainText('Repeated by event #60');
  await main.getByRole('link', { name: 'Load older' }).click();
  await expect(steps(main)).toHaveCount(60);
  await expect(steps(main).last()).toContainText('Opened by event #1');
});

test('the link of an alert is copied, and the console can be installed', async ({ page, context, server, secrets }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
  await postCustom(server, secrets, { title: 'Disk full', severity: 'error' });
  await signIn(context);
  await open(page, '/alerts/1');
  await page.getByRole('button', { name: 'Copy link' }).click();
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${server.url}/alerts/1`);

  const manifest = await (await page.request.get('/manifest.webmanifest')).json() as { icons: { src: string; type: string }[] };
  for (const { src, type } of manifest.icons) {
    const icon = await page.request.get(src);
    expect([src, icon.status(), icon.headers()['content-type']]).toEqual([src, 200, type]);
  }
});
