// Dark and light, and a phone.

import type { Locator, Page } from '@playwright/test';

import { expect, open, pill, rows, signIn, test } from '../helpers/test';
import { postCustom } from '../helpers/webhooks';

/** How bright the page's ground is, from 0 to 255. */
function ground(page: Page): Promise<number> {
  return page.evaluate(() => {
    const pixel = document.createElement('canvas').getContext('2d')!;
    pixel.fillStyle = getComputedStyle(document.body).backgroundColor;
    pixel.fillRect(0, 0, 1, 1);
    const [red, green, blue] = pixel.getImageData(0, 0, 1, 1).data;
    return (red + green + blue) / 3;
  });
}

for (const [system, first, second] of [
  ['dark', 'light', 'dark'],
  ['light', 'dark', 'light'],
] as const) {
  test.describe(`where the system is ${system}`, () => {
    test.use({ colorScheme: system });

    test('the theme follows the system until it is switched, and is kept', async ({ page, context }) => {
      const isDark = { dark: true, light: false };
      const expectTheme = async (theme: 'dark' | 'light') =>
        expect.poll(async () => (await ground(page)) < 128, { message: `the page is ${theme}` }).toBe(isDark[theme]);
      const root = page.locator('html');
      const button = page.getByRole('banner').getByRole('button', { name: 'Switch theme' });
      await signIn(context);
      await open(page, '/');
      await expect(root).not.toHaveAttribute('data-theme');
      await expectTheme(system);

      await button.click();
      await expect(root).toHaveAttribute('data-theme', first);
      await expectTheme(first);

      // The server draws it so at once, on every page.
      for (const path of ['/', '/alerts']) {
        const html = await (await page.request.get(path)).text();
        expect(html).toMatch(new RegExp(`<html[^>]* data-theme="${first}"`));
      }
      await page.reload();
      await expect(pill(page)).toContainText('Live');
      await expect(root).toHaveAttribute('data-theme', first);
      await expectTheme(first);

      await button.click();
      await expect(root).toHaveAttribute('data-theme', second);
      await expectTheme(second);
    });
  });
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('the way around is a bar at the bottom', async ({ page, context, server }) => {
    await server.send('stripe', 'payout.failed');
    await signIn(context);
    await open(page, '/');
    const nav = page.getByRole('navigation', { name: 'Main' });
    const places = [
      ['Alerts', '/alerts'],
      ['Sources', '/sources'],
      ['Overview', '/'],
    ] as const;
    for (const [word, path] of places) {
      const link = nav.getByRole('link', { name: word });
      await expect(link).toBeInViewport({ ratio: 1 });
      const box = (await link.boundingBox())!;
      expect(box.y, `${word} is at the bottom`).toBeGreaterThan(844 - 100);
      expect(Math.min(box.width, box.height), `${word} is wide enough for a thumb`).toBeGreaterThanOrEqual(44);
      await link.tap();
      await expect(page).toHaveURL(path);
      await expect(link).toHaveAttribute('aria-current', 'page');
    }
    await expect(nav.getByLabel('1 unread alert')).toBeVisible();

    // It stays there while one scrolls, and hides nothing at the end of the page.
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('1 critical alert is open');
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
    await expect(nav.getByRole('link', { name: 'Alerts' })).toBeInViewport({ ratio: 1 });
    const bar = (await nav.boundingBox())!;
    const end = await page.evaluate(() => document.querySelector('main')!.lastElementChild!.getBoundingClientRect().bottom);
    expect(end, 'the end of the page is above the bar').toBeLessThanOrEqual(bar.y + 1);
  });

  test('nothing is wider than the screen', async ({ page, context, server, secrets }) => {
    await server.send('stripe', 'payout.failed');
    await server.send('github', 'workflow_run.completed.failure');
    const long = 'averylongwordwithoutabreak'.repeat(6);
    expect((await postCustom(server, secrets, { title: long, message: long, host: long, url: `https://example.com/${long}` })).status).toBe(200);
    await signIn(context);
    for (const path of ['/', '/alerts', '/alerts?severity=critical,error&state=all&is_read=false', '/alerts/3', '/sources', '/sources/new', '/sources/github']) {
      await open(page, path);
      const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
      expect(content, `${path} fits`).toBeLessThanOrEqual(screen);
    }
  });

  test('a row is acknowledged and resolved by swiping', async ({ page, context, server }) => {
    await server.send('stripe', 'payout.failed');
    await signIn(context);
    await open(page, '/alerts');
    await swipe(rows(page), 60);
    await expect(rows(page)).toContainText('Unread:');
    await swipe(rows(page), 140);
    await expect(rows(page).locator('.state')).toHaveText('Acknowledged');
    await expect(rows(page)).not.toContainText('Unread:');
    await swipe(rows(page), -140);
    await expect(rows(page).locator('.state')).toHaveText('Resolved');
    await expect(page).toHaveURL('/alerts');
  });

  test('filters stand behind a button with the number of those that are set', async ({ page, context, server }) => {
    await server.send('stripe', 'payout.failed');
    await signIn(context);
    await open(page, '/alerts?severity=critical&is_read=false');
    const button = page.getByRole('button', { name: 'Filter' }).first();
    await expect(button).toHaveText('Filter2');
    await expect(page.getByRole('link', { name: 'Unread', exact: true })).toBeHidden();
    await button.tap();
    await page.getByRole('link', { name: 'Unread', exact: true }).tap();
    await expect(page).toHaveURL('/alerts?severity=critical');
    await expect(button).toHaveText('Filter1');
  });

  test('theme and sound are in the menu of the account', async ({ page, context }) => {
    await signIn(context);
    await open(page, '/');
    await page.getByLabel('Account: admin@example.com').tap();
    await page.getByRole('button', { name: 'Switch theme' }).tap();
    await expect(page.locator('html')).toHaveAttribute('data-theme', /dark|light/);
    await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
  });
});

/** Moves a finger over a row, to the right or to the left. */
async function swipe(row: Locator, distance: number): Promise<void> {
  const box = await row.boundingBox();
  const client = await row.page().context().newCDPSession(row.page());
  const at = (x: number) => [{ x, y: box!.y + box!.height / 2 }];
  const from = box!.x + box!.width / 2;
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: { x: number; y: number }[]) => client.send('Input.dispatchTouchEvent', { type, touchPoints });
  await touch('touchStart', at(from));
  for (let part = 1; part <= 5; part++) await touch('touchMove', at(from + (distance * part) / 5));
  await touch('touchEnd', []);
}

test('nothing is wider than a small window', async ({ page, context, server }) => {
  await server.send('stripe', 'payout.failed');
  await signIn(context);
  for (const width of [320, 768, 1024]) {
    await page.setViewportSize({ width, height: 800 });
    for (const path of ['/', '/alerts', '/sources', '/sources/new']) {
      await open(page, path);
      const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
      expect(content, `${path} fits ${width}`).toBeLessThanOrEqual(screen);
    }
  }
});

test('the sound is off until it is switched on, and is kept', async ({ page, context }) => {
  await signIn(context);
  await open(page, '/');
  const sound = page.getByRole('banner').getByRole('button', { name: 'Sound for critical alerts' });
  await expect(sound).toHaveAttribute('aria-pressed', 'false');
  await sound.click();
  await expect(sound).toHaveAttribute('aria-pressed', 'true');
  await page.reload();
  await expect(sound).toHaveAttribute('aria-pressed', 'true');
  await sound.click();
  await expect(sound).toHaveAttribute('aria-pressed', 'false');
});
