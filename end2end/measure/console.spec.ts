// How long a person waits for the console. Each figure stands beside that of a page that does next to nothing.

import { get } from 'node:http';
import type { BrowserContext, Page } from '@playwright/test';
import { allWorkedOff, eventDialog, postBytes, tree } from '../helpers/console';
import { asAdmin } from '../helpers/scene';
import { expect, open, pill, signIn, test } from '../helpers/test';
import { SERVER_GONE } from '../helpers/watch';
import { postCustom } from '../helpers/webhooks';

/** Lighthouse's "Slow 4G": 1.6 Mbit/s down, 750 kbit/s up, 150 ms. */
const SLOW_4G = { offline: false, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8, latency: 150 };
const CPU = 4;
const TIMES = 3;

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const report = (what: string, figure: string) => console.log(`| ${what} | ${figure} |`);

async function throttled(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('Network.emulateNetworkConditions', SLOW_4G);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: CPU });
  return page;
}

/** Time until it is live, or loaded if nothing is live on it, and time in which it did not answer (tasks over 50 ms); in ms. */
async function load(context: BrowserContext, path: string, isLive: boolean): Promise<[number, number]> {
  const page = await throttled(context);
  await page.addInitScript(() => {
    const all = window as unknown as { blocked: number };
    all.blocked = 0;
    new PerformanceObserver((list) => {
      for (const task of list.getEntries()) all.blocked += Math.max(0, task.duration - 50);
    }).observe({ type: 'longtask', buffered: true });
  });
  const begun = Date.now();
  await page.goto(path, { waitUntil: 'load', timeout: 60_000 });
  if (isLive) await expect(pill(page)).toContainText('Live', { timeout: 60_000 });
  const took = Date.now() - begun;
  const blocked = await page.evaluate(() => (window as unknown as { blocked: number }).blocked);
  await page.close();
  return [took, blocked];
}

test('the Overview', async ({ browser, context, server, secrets }) => {
  for (let i = 0; i < 30; i++) await postCustom(server, secrets, { title: `Alert ${i}`, severity: 'warning', dedup_key: `k${i}` });
  await allWorkedOff(server);
  await signIn(context);
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  const bytes = await new Promise<number>((done, fail) => {
    const headers = { Cookie: cookie, 'Accept-Encoding': 'br' };
    get(`${server.url}/`, { headers }, (answer) => {
      let size = 0;
      answer.on('data', (piece: Buffer) => (size += piece.length));
      answer.on('end', () => done(size));
    }).on('error', fail);
  });
  report('HTML of the Overview, brotli', `${(bytes / 1000).toFixed(1)} KB`);

  const state = await context.storageState();
  const cold: [number, number][] = [];
  const reference: [number, number][] = [];
  for (let i = 0; i < TIMES; i++) {
    const fresh = await browser.newContext({ storageState: state, baseURL: server.url });
    cold.push(await load(fresh, '/', true));
    await fresh.close();
    const other = await browser.newContext({ storageState: state, baseURL: server.url });
    reference.push(await load(other, '/favicon.svg', false));
    await other.close();
  }
  const show = (all: [number, number][]) => `${median(all.map(([took]) => took))} ms, blocked ${Math.round(median(all.map(([, blocked]) => blocked)))} ms`;
  report(`Overview cold, ${CPU}x CPU, Slow 4G, until live`, show(cold));
  report('an icon alone, the same way', show(reference));

  const warm = await context.newPage();
  await warm.goto('/');
  await expect(pill(warm)).toContainText('Live');
  await warm.waitForTimeout(4_000);
  const asked: string[] = [];
  warm.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await warm.goto('/alerts');
  await warm.goto('/');
  await expect(pill(warm)).toContainText('Live');
  const sizes = await warm.evaluate(() => performance.getEntriesByType('resource').map((entry) => (entry as PerformanceResourceTiming).transferSize));
  report('warm: files fetched again, bytes', `${sizes.filter((size) => size > 0).length}, ${sizes.reduce((a, b) => a + b, 0)}`);
});

test('a restart', async ({ context, page, server, watch }) => {
  watch.allow(SERVER_GONE);
  await signIn(context);
  await open(page, '/');
  await server.stop();
  await expect(pill(page)).not.toContainText('Live');
  const away = Date.now();
  await page.waitForTimeout(2_000);
  await server.start();
  const back = Date.now();
  await expect(pill(page)).toContainText(/Live|Caught up/, { timeout: 30_000 });
  report('live again after a restart', `${Date.now() - back} ms after the server answers (away ${back - away} ms)`);
});

test('a payload of 5 MB', async ({ context, page, server, secrets }) => {
  const body = JSON.stringify({ title: 'Large', severity: 'error', items: Array.from({ length: 50_000 }, (_, i) => ({ id: i, name: `item number ${i}`, text: 'x'.repeat(60) })) });
  await (await asAdmin(server))('PATCH', 'sources/custom', { settings: { max_body: '8000000' } });
  await page.waitForTimeout(1_500);
  await postBytes(server, secrets, body);
  await allWorkedOff(server);
  await signIn(context);
  await open(page, '/events');
  const begun = Date.now();
  await page.locator('.row-link').first().click();
  await expect(eventDialog(page)).toBeVisible();
  await expect(tree(page)).toContainText('items');
  report(`JSON of ${(body.length / 1e6).toFixed(1)} MB, from click to tree`, `${Date.now() - begun} ms`);
  const small = Date.now();
  await page.reload();
  await expect(pill(page)).toContainText('Live');
  report('the list of events alone, until live', `${Date.now() - small} ms`);
});
