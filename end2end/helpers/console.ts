// What the tests of events and of alerts share: deliveries as bytes, what became of them, and the parts of their pages.

import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { type BrowserContext, type Locator, type Page, expect } from '@playwright/test';

import type { Server } from './server';
import type { Secrets } from './webhooks';

/** Posts bytes as they are; returns the answer. */
export function deliver(server: Server, slug: string, body: string | Buffer, headers: Record<string, string>): Promise<Response> {
  const url = `${server.url}/api/webhooks/${slug}`;
  return fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body });
}

/** HMAC-SHA256 in hex, as both `custom` and `github` want it. */
export function sign(secret: string, body: string | Buffer): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

/** Posts to `custom`, signed, and waits until it is worked off; returns the event's id. */
export async function postBytes(server: Server, secrets: Secrets, body: string | Buffer, headers: Record<string, string> = {}): Promise<number> {
  const all = { 'X-Signature': sign(secrets.custom, body), 'Idempotency-Key': randomUUID(), ...headers };
  return workedOff(server, await deliver(server, 'custom', body, all));
}

/** Posts a push to `github`, which takes large bodies, and waits until it is worked off; returns the event's id. */
export async function postPush(server: Server, secrets: Secrets, body: string): Promise<number> {
  const headers = { 'X-Hub-Signature-256': `sha256=${sign(secrets.github, body)}`, 'X-GitHub-Event': 'push', 'X-GitHub-Delivery': randomUUID() };
  return workedOff(server, await deliver(server, 'github', body, headers));
}

/** Waits until an accepted delivery has become what it becomes; returns the event's id. */
async function workedOff(server: Server, answer: Response): Promise<number> {
  expect(answer.status, 'the delivery is accepted').toBe(200);
  const { event_id: id } = (await answer.json()) as { event_id: number };
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await pause(10)) {
    if ((await ask<{ status: string }>(server, `events/${id}`)).status === 'processed') return id;
  }
  throw new Error(`event ${id} was not processed within 10 s`);
}

/** Waits until nothing that was accepted waits. */
export async function allWorkedOff(server: Server): Promise<void> {
  const waiting = async () => (await ask<{ items: unknown[] }>(server, 'events?status=pending,processing&limit=1')).items;
  await expect.poll(waiting, { timeout: 10_000 }).toEqual([]);
}

/** Asks the API what a page should agree with. */
export async function ask<T>(server: Server, path: string): Promise<T> {
  const answer = await fetch(`${server.url}/api/v1/${path}`, { headers: { Authorization: `Bearer ${await server.token()}` } });
  expect(answer.status, path).toBe(200);
  return (await answer.json()) as T;
}

export interface Alert {
  id: number;
  title: string;
  is_read: boolean;
  state: string;
}

/** All alerts, the oldest first. */
export async function alertsOf(server: Server): Promise<Alert[]> {
  const { items } = await ask<{ items: Alert[] }>(server, 'alerts?limit=200');
  return items.sort((a, b) => a.id - b.id);
}

/** What happened to an alert, in words of the database, the oldest first. */
export async function timelineOf(server: Server, id: number): Promise<string[]> {
  const { timeline } = await ask<{ timeline: { kind: string }[] }>(server, `alerts/${id}`);
  return timeline.map((step) => step.kind).reverse();
}

/** The rows of the events' table, without its head. */
export function eventRows(page: Page): Locator {
  return page.getByRole('region', { name: 'Events', exact: true }).locator('tbody').getByRole('row');
}

/** The dialog of one event. */
export function eventDialog(page: Page): Locator {
  return page.getByRole('dialog', { name: 'Event' });
}

/** The tree of the body that is open. */
export function tree(page: Page): Locator {
  return eventDialog(page).getByRole('tree', { name: 'Payload' });
}

/** The line of the tree that says this. */
export function line(page: Page, text: string): Locator {
  return tree(page).getByRole('treeitem').filter({ hasText: text });
}

/** The drawer of one alert. */
export function drawer(page: Page): Locator {
  return page.getByRole('complementary', { name: 'Alert' });
}

/** A section by its heading. */
export function section(within: Locator, heading: string | RegExp): Locator {
  return within.getByRole('heading', { name: heading }).locator('..');
}

/** The steps of the timeline that is shown, the newest first. */
export function steps(within: Locator): Locator {
  return section(within, 'Timeline').getByRole('listitem');
}

/** The toast, which is there for some seconds. */
export function toast(page: Page): Locator {
  return page.getByRole('status').filter({ has: page.getByRole('button', { name: 'Dismiss' }) });
}

/** Lets a page copy, and the test read what was copied. */
export async function allowClipboard(context: BrowserContext, server: Server): Promise<void> {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
}

/** Waits until that is what was copied. */
export async function expectCopied(page: Page, text: string): Promise<void> {
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(text);
}
