// Text of a stranger runs nowhere: not in a title, not as a download, and no address of ours is trusted as a script.

import puppeteer from 'puppeteer-core';

import { alertsOf, allWorkedOff, postBytes } from '../helpers/console';
import { PASSWORD, type Server } from '../helpers/server';
import { expect, open, signIn, test } from '../helpers/test';
import type { Secrets } from '../helpers/webhooks';

const TITLES = [
  '</title><script src=/download/events/1></script>',
  "</title><meta http-equiv=refresh content='0;url=/sources'>",
  '</title><form action=/sign-out method=post id=planted><button>x</button></form>',
];

/** A script as an event, so that it has an address here; then an alert for each title. */
async function plant(server: Server, secrets: Secrets): Promise<number[]> {
  await postBytes(server, secrets, "window.ran = true; alert('ran')", { 'Content-Type': 'text/javascript' });
  const ids: number[] = [];
  for (const title of TITLES) {
    await postBytes(server, secrets, JSON.stringify({ title, severity: 'critical' }));
    ids.push((await alertsOf(server)).at(-1)?.id ?? 0);
  }
  await allWorkedOff(server);
  return ids;
}

test('a title is text, drawn by the server and set by scripts', async ({ page, context, server, secrets }) => {
  const ids = await plant(server, secrets);
  await signIn(context);
  for (const [at, id] of ids.entries()) {
    await open(page, `/alerts/${id}`);
    expect(await page.title(), 'of a page that was hydrated').toBe(`(${ids.length}) ${TITLES[at]} · OpsCenter`);
    await expect(page.locator('script[src], meta[http-equiv], #planted')).toHaveCount(0);
    await open(page, '/alerts');
    await page.evaluate((id) => (document.querySelector(`a[href="/alerts/${id}"]`) as HTMLElement | null)?.click(), id);
  }
  expect(await page.evaluate(() => 'ran' in window)).toBe(false);
});

test('no address of ours is a script by itself', async ({ page, context, server, secrets, watch }) => {
  await plant(server, secrets);
  watch.allow(/Content Security Policy|MIME type|Content-Security-Policy/);
  await signIn(context);
  await open(page, '/');
  const loaded = (src: string) =>
    page.evaluate((src) => new Promise((resolve) => {
      // By a parser, as in a page of ours: what scripts of ours insert is trusted by 'strict-dynamic'.
      const frame = document.createElement('iframe');
      frame.srcdoc = `<script src="${src}"></script>`;
      frame.onload = () => resolve('ran' in (frame.contentWindow ?? {}));
      document.body.append(frame);
    }), src);
  for (const src of ['/download/events/1', '/pkg/opscenter.js']) expect(await loaded(src), src).toBe(false);
});

test('a download opened as a page runs nothing', async ({ page, context, server, secrets }) => {
  await plant(server, secrets);
  await signIn(context);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.goto('/download/events/1').catch((error: Error) => expect(error.message).toContain('Download is starting')),
  ]);
  expect(download.url()).toContain('/download/events/1');
});

test('Firefox runs the dashboard and has nothing to complain of', async ({ server, secrets }) => {
  test.setTimeout(90_000);
  const [id] = await plant(server, secrets);
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath: process.env.FIREFOX, headless: true, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => ['error', 'warn'].includes(message.type()) && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(`${server.url}/sign-in`);
    await page.type('input[name=email]', 'admin@example.com');
    await page.type('input[name=password]', PASSWORD);
    await Promise.all([page.waitForNavigation(), page.click('form button')]);
    await page.goto(`${server.url}/alerts/${id}`);
    await page.waitForFunction(() => document.querySelector('header .pill[role=status]')?.textContent?.includes('Live'), { timeout: 30_000 });
    expect(await page.title()).toBe(`(${TITLES.length}) ${TITLES[0]} · OpsCenter`);
    expect(complaints).toEqual([]);
  } finally {
    await browser.close();
  }
});
