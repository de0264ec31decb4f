// The dashboard's files carry the version of their content in their address, and are kept for good.
import { expect, test } from '../helpers/test';

test('the files of a page are named by their content and kept', async ({ page, server }) => {
  const kept: string[] = [];
  page.on('response', (response) => {
    const { pathname, search } = new URL(response.url());
    if (!pathname.startsWith('/pkg/opscenter')) return;
    expect(search).toMatch(/^\?v=[0-9a-f]{16}$/);
    expect(response.headers()['cache-control']).toContain('immutable');
    kept.push(pathname);
  });
  await page.goto(`${server.url}/sign-in`);
  await expect.poll(() => new Set(kept).size).toBe(3);
  const other = await page.request.get(`${server.url}/pkg/opscenter.css?v=0123456789abcdef`);
  expect(other.headers()['cache-control']).toBe('no-cache');
});
