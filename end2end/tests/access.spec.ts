// Nothing keeps people out: axe looks at every page and what opens on it, in both themes.

import type { Page } from '@playwright/test';

import { violations } from '../helpers/access';
import { Hook, REACHABLE } from '../helpers/hook';
import { EMPTY, LOOKS, type Look, WIDE, go } from '../helpers/looks';
import { makeScene } from '../helpers/scene';
import { expect, open, signIn, test } from '../helpers/test';

// A colour that is still fading in is no colour to judge.
test.use({ contextOptions: { reducedMotion: 'reduce' }, environment: REACHABLE });

/** A theme changes colours and nothing else. */
async function judge(page: Page, name: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'dark' });
  expect.soft(await violations(page), name).toEqual([]);
  await page.emulateMedia({ colorScheme: 'light' });
  expect.soft(await violations(page, 'color-contrast'), `${name}, light`).toEqual([]);
}

async function judgeAll(page: Page, looks: Look[]): Promise<void> {
  for (const look of looks) {
    await go(page, look);
    await judge(page, look[0]);
  }
}

test.describe('where something of everything has happened', () => {
  test.beforeEach(async ({ context, server, secrets }) => {
    const hook = await Hook.listen();
    await makeScene(server, secrets, hook);
    await hook.close();
    await signIn(context);
  });

  for (const [what, looks] of Object.entries({ ...LOOKS, 'overlays of a wide screen': WIDE })) {
    test(`${what} keep nobody out`, async ({ page }) => {
      await judgeAll(page, looks);
    });
  }

  test.describe('on a phone', () => {
    test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

    for (const [what, looks] of Object.entries(LOOKS)) {
      test(`${what} keep nobody out`, async ({ page }) => {
        await judgeAll(page, looks);
      });
    }
  });
});

test('what is not there has a title, too', async ({ page, context, watch }) => {
  watch.allow(/status of 404/);
  await signIn(context);
  for (const path of ['/alerts/4711', '/sources/nothing']) {
    await open(page, path);
    await expect(page.getByRole('heading', { name: 'Not found' })).toBeVisible();
    await expect.soft(page, path).toHaveTitle(/\S · OpsCenter$/);
  }
});

test('nobody is kept out before signing in, or from what is not there', async ({ page, watch }) => {
  watch.allow(/^Failed to load resource: the server responded with a status of 404/);
  for (const [path, seen] of [['/sign-in', 'to continue'], ['/setup?token=x', 'Create the first admin account'], ['/nowhere', 'Page not found']]) {
    await page.goto(path);
    await expect(page.getByText(seen)).toBeVisible();
    await judge(page, path);
  }
  await page.goto('/sign-in');
  await page.getByLabel('Email').fill('nobody@example.com');
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await judge(page, 'a refused sign-in');
});

test.describe('where nothing has happened yet', () => {
  test.use({ firstRun: true });

  test('empty pages keep nobody out', async ({ page, context, server }) => {
    await server.addUser('admin');
    await signIn(context);
    await judgeAll(page, EMPTY);
  });
});
