// Several alerts at once: ticked, by key, or everything that matches; and the way back.

import type { Locator, Page } from '@playwright/test';

import { alertsOf, toast } from '../helpers/console';
import { expect, open, rows, signIn, stays, test } from '../helpers/test';
import { postDeploys } from '../helpers/webhooks';
import type { Server } from '../helpers/server';

function bar(page: Page): Locator {
  return page.getByRole('region', { name: 'Selected alerts' });
}

function box(page: Page, title: string): Locator {
  return page.getByRole('checkbox', { name: `Select ${title}`, exact: true });
}

/** Opens the list, and selects all matching rather than what is shown. */
async function selectEverything(page: Page, count: number): Promise<void> {
  await open(page, '/alerts');
  await box(page, 'Deploy 1').check();
  await bar(page).getByRole('button', { name: 'Select all matching' }).click();
  await expect(bar(page)).toContainText(`All ${count} selected`);
}

/** The titles of those that are unread, the oldest first. */
async function unread(server: Server): Promise<string[]> {
  return (await alertsOf(server)).filter((alert) => !alert.is_read).map((alert) => alert.title);
}

/** The states, the oldest first. */
async function states(server: Server): Promise<string[]> {
  return (await alertsOf(server)).map((alert) => alert.state);
}

test('rows are selected by box and by key, and marked as read together', async ({ page, context, server, secrets }) => {
  await postDeploys(server, secrets, 4);
  await signIn(context);
  await open(page, '/alerts');
  const stayed = await stays(page);
  await expect(bar(page)).toBeHidden();
  await box(page, 'Deploy 1').check();
  await expect(bar(page)).toContainText('1 selected');

  // The key takes the row that j has led to, and gives it back.
  await page.keyboard.press('j');
  await expect(rows(page).nth(0).getByRole('link')).toBeFocused();
  await page.keyboard.press('x');
  await expect(box(page, 'Deploy 4')).toBeChecked();
  await page.keyboard.press('j');
  await expect(rows(page).nth(1).getByRole('link')).toBeFocused();
  await page.keyboard.press('x');
  await expect(bar(page)).toContainText('3 selected');
  await page.keyboard.press('x');
  await expect(box(page, 'Deploy 3')).not.toBeChecked();
  await expect(bar(page)).toContainText('2 selected');

  await bar(page).getByRole('button', { name: 'Mark selected as read' }).click();
  await expect(toast(page)).toContainText('Marked 2 alerts as read');
  await expect(bar(page)).toBeHidden();
  await expect(rows(page).locator('.row-read')).toHaveText(['Read', 'Mark as read', 'Mark as read', 'Read']);
  expect(await unread(server)).toEqual(['Deploy 2', 'Deploy 3']);

  await toast(page).getByRole('button', { name: 'Undo' }).click();
  await expect(toast(page)).toContainText('Marked 2 alerts as unread');
  await expect(toast(page).getByRole('button', { name: 'Undo' })).toHaveCount(0);
  await expect(rows(page).locator('.row-read')).toHaveText(Array(4).fill('Mark as read'));
  await stayed();
});

test('the box above selects what is shown, and Escape lets go', async ({ page, context, server, secrets }) => {
  await postDeploys(server, secrets, 3);
  await signIn(context);
  await open(page, '/alerts');
  await page.getByRole('checkbox', { name: 'Select all shown' }).check();
  await expect(bar(page)).toContainText('3 selected');
  await expect(box(page, 'Deploy 2')).toBeChecked();
  await page.keyboard.press('Escape');
  await expect(bar(page)).toBeHidden();
  await expect(box(page, 'Deploy 2')).not.toBeChecked();
  expect(await unread(server)).toHaveLength(3);
});

test('several are acknowledged, resolved and taken back', async ({ page, context, server, secrets }) => {
  await postDeploys(server, secrets, 3);
  await signIn(context);
  await open(page, '/alerts?state=all');
  const choose = async () => {
    await box(page, 'Deploy 2').check();
    await box(page, 'Deploy 3').check();
  };
  await choose();
  await bar(page).getByRole('button', { name: 'Acknowledge' }).click();
  await expect(toast(page)).toContainText('Acknowledged 2 alerts');
  await expect(rows(page).locator('.cell-state')).toHaveText(['Acknowledged', 'Acknowledged', 'Open']);
  await toast(page).getByRole('button', { name: 'Undo' }).click();
  await expect(toast(page)).toContainText('Reopened 2 alerts');
  await expect(rows(page).locator('.cell-state')).toHaveText(['Open', 'Open', 'Open']);

  await choose();
  await bar(page).getByRole('button', { name: 'Resolve' }).click();
  await expect(toast(page)).toContainText('Resolved 2 alerts');
  await expect(rows(page).locator('.cell-state')).toHaveText(['Resolved', 'Resolved', 'Open']);
  expect(await states(server)).toEqual(['open', 'resolved', 'resolved']);
  await toast(page).getByRole('button', { name: 'Undo' }).click();
  await expect(rows(page).locator('.cell-state')).toHaveText(['Open', 'Open', 'Open']);
  expect(await states(server)).toEqual(['open', 'open', 'open']);
});

// What was so before stays so.
test('undo takes back what was changed, and nothing else', async ({ page, context, server, secrets }) => {
  await postDeploys(server, secrets, 2);
  await signIn(context);
  await open(page, '/alerts?state=all');
  await rows(page).filter({ hasText: 'Deploy 1' }).getByRole('button', { name: 'Mark as read' }).click();
  await expect(rows(page).locator('.row-read')).toHaveText(['Mark as read', 'Read']);
  await page.getByRole('checkbox', { name: 'Select all shown' }).check();
  await bar(page).getByRole('button', { name: 'Mark selected as read' }).click();
  await expect(rows(page).locator('.row-read')).toHaveText(['Read', 'Read']);
  await expect(toast(page)).toContainText('Marked 1 alert as read');
  await toast(page).getByRole('button', { name: 'Undo' }).click();
  await expect(toast(page)).toContainText('Marked 1 alert as unread');
  await expect(rows(page).locator('.row-read')).toHaveText(['Mark as read', 'Read']);
  expect(await unread(server)).toEqual(['Deploy 2']);
});

test('everything that matches is counted, and what comes later stays unread', async ({ page, context, server, secrets }) => {
  // More than a page has, and one that does not match.
  await postDeploys(server, secrets, 55);
  await server.send('stripe', 'payout.failed');
  await signIn(context);
  await open(page, '/alerts?severity=info');
  const stayed = await stays(page);
  await expect(rows(page)).toHaveCount(50);
  await box(page, 'Deploy 55').check();
  await bar(page).getByRole('button', { name: 'Select all matching' }).click();
  await expect(bar(page)).toContainText('All 55 selected');
  await expect(box(page, 'Deploy 30')).toBeChecked();

  await postDeploys(server, secrets, 1, 'Late');
  await expect(rows(page).first()).toContainText('Late 1');
  await bar(page).getByRole('button', { name: 'Mark selected as read' }).click();
  await expect(toast(page)).toContainText('Marked 55 alerts as read');
  await expect(bar(page)).toBeHidden();
  await expect(rows(page).nth(0).getByRole('button', { name: 'Mark as read' })).toBeVisible();
  await expect(rows(page).getByRole('button', { name: 'Mark as read' })).toHaveCount(1);
  const left = await unread(server);
  expect(left).toHaveLength(2);
  expect(left).toContain('Late 1');
  expect(left[0]).toContain('Payout failed');
  await stayed();
});

test('what came after everything was selected does not look selected', async ({ page, context, server, secrets }) => {
  await postDeploys(server, secrets, 2);
  await signIn(context);
  await selectEverything(page, 2);
  await postDeploys(server, secrets, 1, 'Late');
  await expect(rows(page)).toHaveCount(3);
  await expect(box(page, 'Late 1')).not.toBeChecked();
});

test('a key means everything once everything is selected', async ({ page, context, server, secrets }) => {
  await postDeploys(server, secrets, 3);
  await signIn(context);
  await selectEverything(page, 3);
  await page.keyboard.press('e');
  await expect(toast(page)).toContainText('Marked 3 alerts as read');
  expect(await unread(server)).toEqual([]);
});

test('one that is taken out of everything is out', async ({ page, context, server, secrets }) => {
  await postDeploys(server, secrets, 3);
  await signIn(context);
  await selectEverything(page, 3);
  await box(page, 'Deploy 2').click();
  await expect(box(page, 'Deploy 2')).not.toBeChecked();
  await expect(box(page, 'Deploy 3')).toBeChecked();
  await bar(page).getByRole('button', { name: 'Mark selected as read' }).click();
  await expect(toast(page)).toContainText('Marked 2 alerts as read');
  expect(await unread(server)).toEqual(['Deploy 2']);
});
