// On a slow line a page says that it comes.

import { expect, hold, open, signIn, test } from '../helpers/test';

// Where a link of a page leads, and what is asked there.
const PAGES = [
  { from: '/sources', word: 'Overview', path: '/', url: '**/rpc/overview/get*' },
  { from: '/sources', word: 'Alerts', path: '/alerts', url: '**/rpc/alerts/list*' },
  { from: '/sources', word: 'Events', path: '/events', url: '**/rpc/events/list*' },
  { from: '/events', word: 'Rejected', path: '/events/refused', url: '**/rpc/quarantine/list*' },
  { from: '/sources', word: 'GitHub', path: '/sources/github', url: '**/rpc/sources/setup*' },
  { from: '/sources', word: 'Notifications', path: '/notifications', url: '**/rpc/notifications/list*' },
];

for (const { from, word, path, url } of PAGES) {
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

  test(`${path} is left before it is loaded`, async ({ page, context }) => {
    await signIn(context);
    await open(page, from);
    const release = await hold(page, url);
    await page.getByRole('link', { name: word }).first().click();
    await expect(page.locator('.skeletons').first()).toBeVisible();
    await page.getByRole('link', { name: 'Settings' }).first().click();
    await expect(page.getByRole('heading', { name: 'Settings', exact: true })).toBeVisible();
    const answered = page.waitForResponse(url);
    await release();
    await answered;
    await page.getByRole('link', { name: 'Sources' }).first().click();
    await expect(page.getByRole('heading', { name: 'Sources', exact: true })).toBeVisible();
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

test('a page that is left while it asks takes nothing along', async ({ page, context }) => {
  await signIn(context);
  await open(page, '/sources/github');
  const release = await hold(page, '**/rpc/sources/setup*');
  // The page asks every two seconds while it waits for the first event.
  await page.waitForRequest('**/rpc/sources/setup*');
  await page.getByRole('link', { name: 'Alerts' }).first().click();
  await expect(page).toHaveURL('/alerts');
  const answered = page.waitForResponse('**/rpc/sources/setup*');
  await release();
  await answered;
  await page.getByRole('link', { name: 'Events' }).first().click();
  await expect(page.getByRole('heading', { name: 'Events', exact: true })).toBeVisible();
});
