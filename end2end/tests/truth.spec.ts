// What stands on a page is what is: while nothing happens, while much happens, and at first sight.

import type { Page } from '@playwright/test';

import type { Server } from '../helpers/server';
import { allWorkedOff } from '../helpers/console';
import { expect, open, rows, signIn, test } from '../helpers/test';
import { type Secrets, postCustom } from '../helpers/webhooks';

test('the health strip keeps up while nothing happens', async ({ page, context }) => {
  await signIn(context);
  await open(page, '/');
  const cells = page.getByRole('list', { name: 'System health' }).locator('.health-cell');
  // This page is the one client; heartbeats come every 5 s.
  await expect(cells.filter({ hasText: 'WebSocket' })).toContainText('1 client', { timeout: 15_000 });
});

test('a long name of a source fits a phone', async ({ page, context, server }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const name = 'averylongwordwithoutabreak'.repeat(4).slice(0, 100);
  await server.command(['source', 'add', 'long', '--provider', 'generic', '--name', name, '--secret', 'a secret that is long']);
  await server.send('long', 'deploy');
  await signIn(context);
  for (const path of ['/', '/alerts', '/alerts/1', '/sources', '/sources/long']) {
    await open(page, path);
    const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
    expect.soft(content, `${path} fits`).toBeLessThanOrEqual(screen);
  }
});

// Two copies in one document are two loads: the page is drawn from one and hydrated from the other.
test('a page comes alive with what it was drawn from', async ({ context }) => {
  await signIn(context);
  for (let i = 0; i < 10; i++) {
    const html = await (await context.request.get('/sources/new')).text();
    expect(html.match(/\bslugs\b/g)?.length, 'copies in one document').toBe(1);
  }
});

// What comes of it: one row twice, and every row below acts on its neighbour.
test('a list that is loaded while alerts pour in has every row once', async ({ page, context, server, secrets }) => {
  await signIn(context);
  let pouring = true;
  const pour = async () => {
    for (let n = 1; pouring; n++) expect((await postCustom(server, secrets, { title: `Number ${n}.` })).status).toBe(200);
  };
  const poured = pour();
  try {
    for (let i = 0; i < 6; i++) {
      await open(page, '/alerts');
      const titles = await titlesOf(page);
      expect(titles.filter((title, at) => titles.indexOf(title) !== at), 'rows that are there twice').toEqual([]);
    }
  } finally {
    pouring = false;
    await poured;
  }
});

// A list that only grows freezes the page; one that is cut must go on where it was cut.
test('a storm neither freezes the list nor leaves a gap in it', async ({ page, context, server, secrets }) => {
  await signIn(context);
  await open(page, '/alerts');
  await postMany(server, secrets, 300);
  await expect(rows(page)).toHaveCount(200);
  // All have come when the oldest of those shown is a late one.
  await expect.poll(async () => Math.min(...(await titlesOf(page)).map((title) => Number(title.split(' ').at(-1))))).toBeGreaterThanOrEqual(100);
  await page.getByRole('link', { name: 'Load older' }).click();
  await expect(rows(page)).toHaveCount(250);
  await page.getByRole('link', { name: 'Load older' }).click();
  await expect(rows(page)).toHaveCount(300);
  expect(new Set(await titlesOf(page)).size, 'different rows').toBe(300);
});

test('what comes in a storm while one reads waits above, counted', async ({ page, context, server, secrets }) => {
  await postMany(server, secrets, 40);
  await signIn(context);
  await open(page, '/alerts');
  await page.evaluate(() => window.scrollTo(0, 800));
  await postMany(server, secrets, 260);
  await expect(rows(page)).toHaveCount(40);
  await page.getByRole('button', { name: '260 new' }).click();
  await expect(rows(page)).toHaveCount(200);
  await expect(page.getByRole('button', { name: 'new' })).toHaveCount(0);
  await page.getByRole('link', { name: 'Load older' }).click();
  await expect(rows(page)).toHaveCount(250);
  expect(new Set(await titlesOf(page)).size, 'different rows').toBe(250);
});

function titlesOf(page: Page): Promise<string[]> {
  return rows(page).locator('bdi').allTextContents();
}

async function postMany(server: Server, secrets: Secrets, count: number): Promise<void> {
  for (let n = 1; n <= count; n++) {
    expect((await postCustom(server, secrets, { title: `${count}, number ${n}`, dedup_key: `${count}:${n}` })).status).toBe(200);
  }
  await allWorkedOff(server);
}
