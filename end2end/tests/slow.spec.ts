// On a slow line a page says that it comes.

import { expect, hold, open, signIn, test } from '../helpers/test';

const PAGES = [
  { word: 'Overview', path: '/', url: '**/rpc/overview/get*', from: '/sources' },
  { word: 'Alerts', path: '/alerts', url: '**/rpc/alerts/list*', from: '/sources' },
  { word: 'Events', path: '/events', url: '**/rpc/events/list*', from: '/sources' },
  { word: 'GitHub', path: '/sources/github', url: '**/rpc/sources/setup*', from: '/sources' },
];

for (const { word, path, url, from } of PAGES) {
  test(`${path} is sketched until it is loaded`, async ({ page, context }) => {
    await signIn(context);
    await open(page, from);
    const release = await hold(page, url);
    await page.getByRole('link', { name: word }).first().click();
    await expect(page.locator('.skeletons').first()).toBeVisible();
    await release();
    await expect(page.locator('.skeletons')).toHaveCount(0);
    await expect(page.getByRole('main').getByRole('heading').first()).toBeVisible();
  });
}

test('an alert is sketched in the drawer until it is loaded', async ({ page, context, server }) => {
  await server.send('stripe', 'payout.failed');
  await signIn(context);
  await open(page, '/alerts');
  const release = await hold(page, '**/rpc/alerts/get*');
  await page.locator('.row-link').click();
  await expect(page.locator('.drawer .skeletons')).toBeVisible();
  await release();
  await expect(page.locator('.drawer').getByRole('button', { name: 'Acknowledge' })).toBeVisible();
});
