// Dark and light, and a phone.

import type { Page } from '@playwright/test';

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

  test('an alert is marked as read by a tap', async ({ page, context, server }) => {
    await server.send('stripe', 'payout.failed');
    await signIn(context);
    await open(page, '/alerts');
    await rows(page).getByRole('button', { name: 'Mark as read' }).tap();
    await expect(rows(page)).not.toContainText('Unread:');
    await expect(page.getByRole('navigation', { name: 'Main' }).getByLabel(/unread alert/)).toHaveCount(0);
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
