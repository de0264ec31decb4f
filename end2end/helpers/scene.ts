// A server on which something of everything has happened.

import { setTimeout as pause } from 'node:timers/promises';

import type { Hook } from './hook';
import type { Server } from './server';
import { type Secrets, postCustom } from './webhooks';

/** Calls the API as an admin; returns what it answered. */
export async function asAdmin(server: Server): Promise<(method: string, path: string, body?: object) => Promise<any>> {
  const token = (await server.command(['token', 'add', 'scene', '--role', 'admin'])).trim();
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  return async (method, path, body) => {
    const answer = await fetch(`${server.url}/api/v1/${path}`, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  };
}

/** Waits for what the server does a moment after it has answered. */
async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 10_000; !(await isSo()); await pause(20)) {
    if (Date.now() > deadline) throw new Error(`within 10 s there was no ${what}`);
  }
}

/** Alerts of every severity and state, refused requests, channels that work, fail and are silent, users and tokens. */
export async function makeScene(server: Server, secrets: Secrets, hook: Hook): Promise<void> {
  const api = await asAdmin(server);
  const channel = async (name: string) => (await api('POST', 'channels', { name, kind: 'slack', secret: hook.url() })).id;
  await channel('Works');
  const fails = await channel('Fails');
  await api('PATCH', `channels/${await channel('Silent')}`, { muted_until: Date.now() + 3_600_000 });

  await server.send('stripe', 'payout.failed');
  await server.send('github', 'workflow_run.completed.failure');
  await server.send('github', 'push');
  await server.send('custom', 'alert');
  await server.send('custom', 'resolved');
  const warning = { title: 'Disk is filling', severity: 'warning', dedup_key: 'disk:1', message: 'see\n\nthe board', host: 'db-1' };
  for (const url of ['https://example.com/board', 'https://example.com/again']) await postCustom(server, secrets, { ...warning, url });
  const refused = await postCustom(server, { custom: 'a wrong secret' }, { title: 'Not signed' });
  if (refused.status !== 401) throw new Error(`a wrong signature was answered ${refused.status}`);

  await until('fifth alert', async () => (await api('GET', 'alerts')).items.length >= 5);
  await api('POST', 'alerts/acknowledge', { ids: [2] });
  await api('POST', 'alerts/2/note', { text: 'on it' });
  await api('POST', 'users', { email: 'gone@example.com', role: 'viewer', password: 'a long password' });
  const { items } = await api('GET', 'users');
  await api('PATCH', `users/${items.find((user: { email: string }) => user.email === 'gone@example.com').id}`, { is_active: false });
  await api('POST', 'tokens', { name: 'spent', role: 'viewer' });
  await api('DELETE', 'tokens/spent');

  const count = async (path: string) => (await api('GET', path)).items.length;
  await until('refused request', async () => (await count('quarantine')) > 0);
  await until('sent notification', async () => (await count('notifications?status=sent')) > 0);
  hook.answers(400, 'invalid_blocks');
  await postCustom(server, secrets, { title: 'Certificate expires', severity: 'error', dedup_key: 'certificate:1' });
  const refusals = async () => (await count(`notifications?status=failed&channel_id=${fails}`)) > 0;
  await until('message that was refused', refusals);
  hook.answers(404, 'no_service');
  await api('POST', `channels/${fails}/test`);
  hook.answers(200, 'ok');
  for (const status of ['sent', 'failed', 'held']) await until(`${status} notification`, async () => (await count(`notifications?status=${status}`)) > 0);
}
