// On a phone: every page fits, and what is tapped leaves room for a thumb.

import { overhang, smallTargets } from '../helpers/access';
import { Hook, REACHABLE } from '../helpers/hook';
import { LOOKS, go } from '../helpers/looks';
import { makeScene } from '../helpers/scene';
import { expect, open, signIn, test } from '../helpers/test';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, environment: REACHABLE });

test.beforeEach(async ({ context, server, secrets }) => {
  const hook = await Hook.listen();
  await makeScene(server, secrets, hook);
  await hook.close();
  await signIn(context);
});

for (const [what, looks] of Object.entries(LOOKS)) {
  test(`${what} fit`, async ({ page }) => {
    for (const look of looks) {
      await go(page, look);
      expect.soft(await overhang(page), look[0]).toBeLessThanOrEqual(0);
    }
  });

  test(`${what} leave room for a thumb`, async ({ page }) => {
    for (const look of looks) {
      await go(page, look);
      expect.soft(await smallTargets(page), look[0]).toEqual([]);
    }
  });
}

test('the log of notifications tells what the provider answered', async ({ page }) => {
  await open(page, '/notifications');
  const failed = page.getByRole('row').filter({ hasText: 'Fails' });
  await expect(failed.getByText('400 invalid_blocks').first()).toBeVisible();
  expect(await overhang(page)).toBeLessThanOrEqual(0);
});
