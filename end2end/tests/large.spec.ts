// Large bodies: of five megabytes only what is in sight is drawn.

import { eventDialog, line, postBytes, postPush, tree } from '../helpers/console';
import { expect, open, signIn, test } from '../helpers/test';

test('five megabytes open, and are searched', async ({ page, context, server, secrets }) => {
  const commits = Array.from({ length: 5_000 }, (_, n) => ({ id: `commit-${n}`, message: 'm'.repeat(1_000), added: [`file-${n}`] }));
  const body = JSON.stringify({ ref: 'refs/heads/master', commits, last: 'Needle in the hay' });
  expect(body.length).toBeGreaterThan(5_000_000);
  const id = await postPush(server, secrets, body);
  await signIn(context);
  await open(page, `/events?event=${id}`);
  await expect(line(page, 'commits')).toContainText('5,000 items');

  const search = eventDialog(page).getByRole('searchbox', { name: 'Search in the payload' });
  const count = eventDialog(page).locator('.search-count');
  const current = tree(page).locator('[data-current]');
  await search.fill('commit-');
  await expect(count).toHaveText('1 of 5000');
  await expect(current).toContainText('"commit-0"');
  await search.fill('file-2500');
  await expect(count).toHaveText('1 of 1');
  await expect(current).toContainText('"file-2500"');
  await expect(current).toBeInViewport();
  // Only what is in sight is drawn.
  expect(await tree(page).getByRole('treeitem').count()).toBeLessThan(200);

  // The rest of the page is alive.
  await eventDialog(page).getByRole('link', { name: 'Close' }).click();
  await expect(eventDialog(page)).toBeHidden();
});

// The tree grows while it is scrolled, and a scroller goes no further than it is long.
test('what is found in a long list that was folded is scrolled to', async ({ page, context, server, secrets }) => {
  await postBytes(server, secrets, JSON.stringify({ list: Array.from({ length: 500 }, (_, n) => `item-${n}`) }));
  await signIn(context);
  await open(page, '/events?event=1');
  await expect(line(page, 'list')).toContainText('500 items');
  await eventDialog(page).getByRole('searchbox', { name: 'Search in the payload' }).fill('item-499');
  await expect(eventDialog(page).locator('.search-count')).toHaveText('1 of 1');
  await expect(line(page, 'item-499')).toBeInViewport();
});
