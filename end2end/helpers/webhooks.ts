// Webhooks, signed by hand as their senders would.

import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import type { Server } from './server';

/** The secrets of the seeded sources; the seeding prints each once. */
export type Secrets = Record<string, string>;

export const SEEDED = ['github', 'stripe', 'custom'] as const;

/** Adds the sources to begin with. */
export async function seed(server: Server): Promise<Secrets> {
  const printed = await server.command(['seed']);
  const secrets: Secrets = {};
  for (const [, slug, secret] of printed.matchAll(/^(\S+)\t\S+\nsecret\t(\S+)$/gm)) secrets[slug] = secret;
  for (const slug of SEEDED) if (!secrets[slug]) throw new Error(`the seeding printed no secret of ${slug}:\n${printed}`);
  return secrets;
}

/** Posts to the source `custom`, which takes bare HMAC-SHA256 in hex; returns the answer. */
export function postCustom(server: Server, secrets: Secrets, body: object): Promise<Response> {
  const text = JSON.stringify(body);
  return post(server, 'custom', text, { 'X-Signature': sign(secrets.custom, text), 'Idempotency-Key': randomUUID() });
}

/** Posts to the source `github`, with the one header that a hand-made request carries; returns the answer. */
export function postGithub(server: Server, secrets: Secrets, text: string): Promise<Response> {
  return post(server, 'github', text, { 'X-Hub-Signature-256': `sha256=${sign(secrets.github, text)}` });
}

/** `count` deploys that go on, numbered from 1, each an alert before the next is sent: so the newest has the highest number. */
export async function postDeploys(server: Server, secrets: Secrets, count: number, word = 'Deploy'): Promise<string[]> {
  const titles = Array.from({ length: count }, (_, i) => `${word} ${i + 1}`);
  for (const title of titles) {
    const answer = await postCustom(server, secrets, { event: 'deploy.finished', title, message: 'to production', dedup_key: `deploy:${title}` });
    if (answer.status !== 200) throw new Error(`${title}: ${answer.status} ${await answer.text()}`);
    await processed(server, ((await answer.json()) as { event_id: number }).event_id);
  }
  return titles;
}

/** Waits until an event has become what it becomes. Several are worked on at once, so it may overtake an earlier one. */
async function processed(server: Server, id: number): Promise<void> {
  const headers = { Authorization: `Bearer ${await server.token()}` };
  for (const deadline = Date.now() + 5_000; Date.now() < deadline; await pause(5)) {
    const answer = await fetch(`${server.url}/api/v1/events/${id}`, { headers });
    const { status } = (await answer.json()) as { status?: string };
    if (status === 'processed') return;
  }
  throw new Error(`event ${id} was not processed within 5 s`);
}

function post(server: Server, slug: string, body: string, headers: Record<string, string>): Promise<Response> {
  const url = `${server.url}/api/webhooks/${slug}`;
  return fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body });
}

function sign(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('hex');
}

const ALERTMANAGER = 'alertmanager secret';

/** `count` open alerts, as Alertmanager sends them: in groups of a thousand. */
export async function postGroups(server: Server, count: number): Promise<void> {
  await server.command(['source', 'add', 'alertmanager', '--provider', 'alertmanager', '--secret', ALERTMANAGER]);
  for (let from = 0; from < count; from += 1_000) await postGroup(server, from, Math.min(1_000, count - from));
}

/** One group of them, numbered on from `from`. */
export async function postGroup(server: Server, from: number, count: number): Promise<void> {
  const alerts = Array.from({ length: count }, (_, i) => ({
    status: 'firing',
    fingerprint: `${from + i}`,
    startsAt: new Date().toISOString(),
    labels: { alertname: `Instance ${from + i} down`, severity: 'warning' },
    annotations: {},
  }));
  const body = JSON.stringify({ version: '4', status: 'firing', receiver: 'ops', alerts });
  const answer = await post(server, 'alertmanager', body, { Authorization: `Bearer ${ALERTMANAGER}` });
  if (answer.status !== 200) throw new Error(`a group: ${answer.status} ${await answer.text()}`);
  await processed(server, ((await answer.json()) as { event_id: number }).event_id);
}
