// What a session may, and what becomes of a page whose session is over.

import { expect, open, signIn, stays, test } from '../helpers/test';
import { SIGNED_OUT } from '../helpers/watch';

test('a refusal carries its status', async ({ context, playwright, server, pageOf }) => {
  await server.send('stripe', 'payout.failed');
  const headers = { Accept: 'application/json' };
  const stranger = await playwright.request.newContext({ baseURL: server.url });
  const nobody = await stranger.post('/rpc/alerts/change', { form: { change: 'read', ids: '1' }, headers, maxRedirects: 0 });
  expect.soft(nobody.status(), 'not signed in').toBe(401);
  await stranger.dispose();

  const viewer = await pageOf('viewer');
  const forbidden = await viewer.request.post('/rpc/alerts/change', { form: { change: 'read', ids: '1' }, headers });
  expect.soft(forbidden.status(), 'not allowed').toBe(403);

  await signIn(context);
  const invalid = await context.request.post('/rpc/sources/create', { form: { provider: 'github', name: '', slug: 'Not A Slug', secret: 'x' }, headers });
  expect.soft(invalid.status(), 'not a slug').toBe(422);
});

test('a page whose session has ended says so', async ({ page, context, watch }) => {
  watch.allow(SIGNED_OUT);
  await signIn(context);
  await open(page, '/');
  const stayed = await stays(page);
  await context.clearCookies();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Sources' }).click();
  await stayed();
  await expect(page.getByRole('alert')).toContainText('You are signed out');
  await page.getByRole('alert').getByRole('link', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in');
});
