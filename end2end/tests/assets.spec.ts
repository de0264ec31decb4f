// The dashboard's files carry the version of their content in their address, and are kept for good.
import { expect, open, signIn, test } from '../helpers/test';

test('the files of a page are named by their content and kept', async ({ page, server }) => {
  const kept: string[] = [];
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (!pathname.startsWith('/pkg/')) return;
    expect(pathname).toMatch(/^\/pkg\/[0-9a-f]{16}\//);
    expect(response.headers()['cache-control']).toContain('immutable');
    kept.push(pathname);
  });
  await page.goto(`${server.url}/sign-in`);
  await expect.poll(() => new Set(kept).size).toBe(4);
  const other = (file: string) => page.request.get(`${server.url}/pkg/0123456789abcdef/${file}`);
  expect((await other('opscenter.css')).headers()['cache-control']).toBe('no-cache');
  for (const file of ['opscenter.js', 'opscenter_bg.wasm']) expect((await other(file)).status(), file).toBe(404);
});

test('the Overview loads the programs of other pages after its own', async ({ page, context, server }) => {
  const programs: string[] = [];
  await signIn(context);
  page.on('request', (request) => {
    const name = new URL(request.url()).pathname.split('/').pop() ?? '';
    if (name.endsWith('.wasm')) programs.push(name);
  });
  await open(page, server.url);
  expect(programs).toEqual(['opscenter_bg.wasm']);
  await expect.poll(() => programs).toContain('split_alerts.wasm');
  await expect.poll(() => programs).toContain('split_others.wasm');
});

test('a page whose program cannot be loaded says so and offers a reload', async ({ page, context, server, watch }) => {
  watch.allow(/ERR_FAILED|Failed to fetch/);
  await signIn(context);
  await context.route('**/split_others.wasm', (route) => route.abort());
  await open(page, server.url);
  const rail = page.getByRole('navigation', { name: 'Main' });
  await rail.getByRole('link', { name: 'Sources' }).click();
  await expect(page.getByRole('alert').getByRole('heading', { name: 'This page could not be loaded' })).toBeVisible();
  await context.unroute('**/split_others.wasm');
  await rail.getByRole('link', { name: 'Overview' }).click();
  await rail.getByRole('link', { name: 'Sources' }).click();
  await expect(page.getByRole('heading', { name: 'Sources', exact: true })).toBeVisible();
});

test('a page whose program cannot be loaded at all stays as the server drew it', async ({ page, context, server, watch }) => {
  watch.allow(/ERR_FAILED|Failed to fetch/);
  await signIn(context);
  await context.route('**/split_others.wasm', (route) => route.abort());
  await page.goto(`${server.url}/sources`);
  await expect(page.getByRole('banner').getByRole('alert')).toContainText('This page stopped working.');
  await page.getByRole('link', { name: 'GitHub' }).first().click();
  await expect(page).toHaveURL(/\/sources\/github$/);
  await expect(page.getByRole('heading', { name: /GitHub/ }).first()).toBeVisible();
});
