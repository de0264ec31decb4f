// Events put through the mapping again, one and many.

import { alertsOf, eventDialog, eventRows, postBytes, steps, timelineOf, toast } from '../helpers/console';
import { expect, open, rows, signIn, test } from '../helpers/test';

test('a replay is told in the timeline and opens nothing twice', async ({ page, context, server, secrets }) => {
  // With a key and without one: what joins repeats must not be what joins replays.
  const titles = ['Disk is full', 'Deploy is done'];
  await postBytes(server, secrets, JSON.stringify({ title: titles[0], severity: 'error', dedup_key: 'disk' }));
  await postBytes(server, secrets, JSON.stringify({ title: titles[1] }));
  await signIn(context);
  for (const id of [1, 2]) {
    await open(page, `/events?event=${id}`);
    await eventDialog(page).getByRole('button', { name: 'Reprocess' }).click();
    await expect(toast(page)).toContainText('Queued for reprocessing');
    await eventDialog(page).getByRole('link', { name: titles[id - 1] }).click();
    // While the page's program loads, the page before it stays, with a heading of its own.
    await expect(page.getByRole('heading', { level: 1, name: titles[id - 1] })).toBeVisible();
    await expect(page).toHaveURL(/\/alerts\/\d+$/);
    await expect(steps(page.getByRole('main'))).toHaveCount(2);
    await expect(steps(page.getByRole('main')).nth(0)).toContainText(`Event #${id} reprocessed`);
  }
  expect((await alertsOf(server)).map((alert) => alert.title)).toEqual(titles);
  await open(page, '/alerts?state=all');
  await expect(rows(page)).toHaveCount(2);
  await expect(rows(page).filter({ hasText: '×' })).toHaveCount(0);
});

test('all that match are counted before they are replayed, and what came later is left alone', async ({ page, context, server, secrets }) => {
  for (const n of [1, 2, 3]) await postBytes(server, secrets, JSON.stringify({ title: `Number ${n}` }));
  await server.send('github', 'push');
  await signIn(context);
  await open(page, '/events?source=custom');
  await expect(eventRows(page)).toHaveCount(3);
  const replay = page.getByRole('button', { name: 'Reprocess all matching' });

  // Asked, and thought better of.
  await replay.click();
  await expect(page.getByText('Reprocess 3 events?')).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText('Reprocess 3 events?')).toBeHidden();

  await replay.click();
  await expect(page.getByText('Reprocess 3 events?')).toBeVisible();
  await postBytes(server, secrets, JSON.stringify({ title: 'Late' }));
  await page.getByRole('button', { name: 'Reprocess', exact: true }).click();
  await expect(toast(page)).toContainText('Queued 3 events for reprocessing');
  await expect(replay).toBeVisible();

  const timelines = async () => {
    const told: Record<string, string[]> = {};
    for (const alert of await alertsOf(server)) told[alert.title] = await timelineOf(server, alert.id);
    return told;
  };
  await expect.poll(timelines).toEqual({
    'Number 1': ['opened', 'replayed'],
    'Number 2': ['opened', 'replayed'],
    'Number 3': ['opened', 'replayed'],
    [(await alertsOf(server))[3].title]: ['opened'],
    Late: ['opened'],
  });
});

test('a viewer sees events and replays none', async ({ server, pageOf }) => {
  await server.send('github', 'push');
  const page = await pageOf('viewer');
  await open(page, '/events');
  await eventRows(page).getByRole('link').click();
  await expect(eventDialog(page).getByText('Signature valid')).toBeVisible();
  await expect(page.getByRole('button', { name: /Reprocess/, includeHidden: true })).toHaveCount(0);
});
