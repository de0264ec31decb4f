// Twenty thousand alerts: what is done to all of them must not stop the page.

import type { Page } from '@playwright/test';

import { ask, toast } from '../helpers/console';
import { expect, open, pill, rows, signIn, test } from '../helpers/test';
import { postCustom, postGroups } from '../helpers/webhooks';

const ALERTS = 20_000;

function bar(page: Page) {
  return page.getByRole('region', { name: 'Selected alerts' });
}

test('all of 20,000 alerts are resolved, and the page goes on', async ({ page, context, server, secrets }) => {
  test.setTimeout(180_000);
  await postGroups(server, ALERTS);
  await signIn(context);
  await open(page, '/alerts');
  await page.getByRole('checkbox', { name: 'Select all' }).check();
  await bar(page).getByRole('button', { name: 'Select all matching' }).click();
  await expect(bar(page)).toContainText('selected');
  await bar(page).getByRole('button', { name: 'Resolve' }).click();
  await expect(bar(page)).toContainText('Resolve 10,000+ alerts?');
  await bar(page).getByRole('button', { name: 'Resolve' }).click();
  await expect(toast(page)).toContainText('Resolved 20,000 alerts', { timeout: 60_000 });
  await expect(rows(page)).toHaveCount(0, { timeout: 20_000 });

  await postCustom(server, secrets, { title: 'Disk full', severity: 'critical', dedup_key: 'disk' });
  await expect(rows(page).first()).toContainText('Disk full');
  await expect(pill(page)).toContainText('Live');
  await page.getByRole('link', { name: 'Overview' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('1');
  const left = await ask<{ items: unknown[] }>(server, 'alerts?state=open&limit=200');
  expect(left.items).toHaveLength(1);
});

test('a change of all matching alerts is undone, each to what it was', async ({ page, context, server, secrets }) => {
  await postGroups(server, 60);
  await postCustom(server, secrets, { title: 'Known', severity: 'error', dedup_key: 'known' });
  await signIn(context);
  await open(page, '/alerts');
  await expect(rows(page).first()).toContainText('Known');
  await page.keyboard.press('j');
  await page.keyboard.press('a');
  await expect(toast(page)).toContainText('Acknowledged 1 alert');
  await page.getByRole('checkbox', { name: 'Select all' }).check();
  await bar(page).getByRole('button', { name: 'Select all matching' }).click();
  await expect(bar(page)).toContainText('All 61 selected');
  await bar(page).getByRole('button', { name: 'Resolve' }).click();
  await expect(bar(page)).toContainText('Resolve 61 alerts?');
  await bar(page).getByRole('button', { name: 'Cancel' }).click();
  await expect(bar(page)).toContainText('All 61 selected');
  await bar(page).getByRole('button', { name: 'Resolve' }).click();
  await bar(page).getByRole('button', { name: 'Resolve' }).click();
  await expect(toast(page)).toContainText('Resolved 61 alerts');
  await toast(page).getByRole('button', { name: 'Undo' }).click();
  await expect(toast(page)).toContainText('Reopened 61 alerts');
  const states = async () => (await ask<{ items: { state: string }[] }>(server, 'alerts?limit=200')).items.map(({ state }) => state);
  const found = await states();
  expect([found.filter((state) => state === 'open').length, found.filter((state) => state === 'acknowledged').length]).toEqual([60, 1]);
});

test('Shift selects the rows between two', async ({ page, context, server }) => {
  await postGroups(server, 8);
  await signIn(context);
  await open(page, '/alerts');
  const boxes = rows(page).getByRole('checkbox');
  await boxes.nth(5).click();
  await boxes.nth(2).click({ modifiers: ['Shift'] });
  await expect(bar(page)).toContainText('4 selected');
  await boxes.nth(3).click({ modifiers: ['Shift'] });
  await expect(bar(page)).toContainText('2 selected');
});
