// Channels: added, tried out, told; and the log of who was told what.

import type { Locator, Page } from '@playwright/test';

import { Hook, REACHABLE } from '../helpers/hook';
import { asAdmin } from '../helpers/scene';
import type { Server } from '../helpers/server';
import { expect, expectFieldError, open, signIn, stays, test as base } from '../helpers/test';
import { FORM_REFUSED } from '../helpers/watch';
import { postCustom } from '../helpers/webhooks';

const SECRET = 'hook-secret-4711';

const test = base.extend<{ hook: Hook }>({
  hook: async ({}, use) => {
    const hook = await Hook.listen();
    await use(hook);
    await hook.close();
  },
});

test.use({ environment: REACHABLE });

test.beforeEach(async ({ context }) => signIn(context));

const channel = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });
const log = (page: Page): Locator => page.getByRole('region', { name: 'Notifications', exact: true }).locator('tbody').getByRole('row');

async function addSlack(server: Server, hook: Hook, ...names: string[]): Promise<void> {
  const api = await asAdmin(server);
  for (const name of names) await api('POST', 'channels', { name, kind: 'slack', secret: hook.url(SECRET) });
}

/** Looks at the log until it says so: what was sent stands there a moment later. */
async function expectLogged(page: Page, ...words: string[]): Promise<void> {
  await expect(async () => {
    await open(page, '/notifications');
    for (const word of words) await expect(log(page)).toContainText(word, { timeout: 100 });
  }).toPass({ timeout: 10_000 });
}

test('a channel is added, and its secret is never told again', async ({ page, server, hook, watch }) => {
  watch.allow(FORM_REFUSED);
  await open(page, '/notifications/channels');
  await page.getByRole('link', { name: 'Slack' }).click();
  await page.getByLabel('Name').fill('Ops');
  const secret = page.getByLabel('Webhook URL');
  await secret.fill('http://10.0.0.1/hook');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expectFieldError(secret, /^only https is allowed/);
  await secret.fill(hook.url(SECRET));
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect.poll(async () => (await page.request.get('/notifications/channels')).text()).toContain('Ops');

  const token = await server.token();
  const api = await fetch(`${server.url}/api/v1/channels`, { headers: { Authorization: `Bearer ${token}` } });
  expect(await api.text()).not.toContain(SECRET);
  await open(page, '/notifications/channels');
  await expect(channel(page, 'Ops')).toContainText('Ready');
  expect(await page.content()).not.toContain(SECRET);
  expect(await (await page.request.get('/notifications/channels')).text()).not.toContain(SECRET);

  // A form without a secret leaves it as it is.
  await channel(page, 'Ops').getByText('Edit').click();
  await expect(channel(page, 'Ops').getByLabel('Webhook URL')).toHaveValue('');
  await channel(page, 'Ops').getByLabel('Name').fill('Ops, by night');
  await channel(page, 'Ops').getByRole('button', { name: 'Save', exact: true }).click();
  await expect.poll(async () => (await page.request.get('/notifications/channels')).text()).toContain('Ops, by night');
  await open(page, '/notifications/channels');
  await channel(page, 'Ops, by night').getByRole('button', { name: 'Send a test' }).click();
  await expect(channel(page, 'Ops, by night').getByRole('status')).toHaveText('200 ok');
  expect(hook.heard('Test from OpsCenter')).toBe(true);
});

test('a channel that was saved stands on the page at once', async ({ page, hook }) => {
  await open(page, '/notifications/channels');
  const stayed = await stays(page);
  await page.getByRole('link', { name: 'Slack' }).click();
  await page.getByLabel('Name').fill('Ops');
  await page.getByLabel('Webhook URL').fill(hook.url());
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(channel(page, 'Ops')).toContainText('Ready');
  await channel(page, 'Ops').getByText('Edit').click();
  await channel(page, 'Ops').getByLabel('Name').fill('Ops, by night');
  await channel(page, 'Ops').getByRole('button', { name: 'Save', exact: true }).click();
  await expect(channel(page, 'Ops, by night')).toBeVisible();
  await stayed();
});

test('a channel that is out of use stays silent, and is told of', async ({ page, server, hook, secrets }) => {
  await addSlack(server, hook, 'Ops');
  await open(page, '/notifications/channels');
  const ops = channel(page, 'Ops');
  const choose = async (word: string) => {
    if (!(await ops.getByLabel('Enabled').isVisible())) await ops.getByText('Edit').click();
    await ops.getByLabel('Enabled').selectOption(word);
    await ops.getByRole('button', { name: 'Save', exact: true }).click();
  };
  await choose('No');
  await expect(ops).toContainText('Disabled');
  await postCustom(server, secrets, { title: 'Unheard', severity: 'critical' });
  await expect.poll(async () => (await page.request.get('/alerts')).text()).toContain('Unheard');
  await choose('Yes');
  await expect(ops).toContainText('Ready');
  await postCustom(server, secrets, { title: 'Heard', severity: 'critical' });
  await expect.poll(() => hook.heard('Heard')).toBe(true);
  expect(hook.heard('Unheard')).toBe(false);
});

test('every field of every channel has its label', async ({ page, server, hook }) => {
  await addSlack(server, hook, 'First', 'Second');
  await open(page, '/notifications/channels');
  await channel(page, 'Second').getByText('Edit').click();
  await page.getByRole('link', { name: 'Telegram' }).click();
  for (const form of [channel(page, 'Second'), channel(page, 'Add a channel')]) {
    const nameless = await form.locator(':is(input, select, textarea):visible').evaluateAll((fields: HTMLInputElement[]) =>
      fields.filter((field) => !field.labels?.length && !field.ariaLabel).map((field) => field.name),
    );
    expect.soft(nameless).toEqual([]);
    await form.getByText('Name', { exact: true }).click();
    await expect.soft(form.locator('[name="fields[name]"]')).toBeFocused();
  }
});

test('a form has what its kind has, shows the message while it is written, and tests what it saved', async ({ page, server, hook, secrets, watch }) => {
  watch.allow(FORM_REFUSED);
  await postCustom(server, secrets, { title: 'Disk <full>', message: '14 GB left', severity: 'critical' });
  await expect.poll(async () => (await page.request.get('/alerts')).text()).toContain('14 GB left');
  await open(page, '/notifications/channels');
  const form = channel(page, 'Add a channel');
  await form.getByRole('link', { name: 'Email' }).click();
  await expect(form.getByLabel('Email addresses')).toBeVisible();
  await expect(form.getByLabel('Bot token')).toHaveCount(0);
  await form.getByLabel('Name').fill('Ops');
  await form.getByRole('link', { name: 'Slack' }).click();
  await expect(form.getByLabel('Email addresses')).toHaveCount(0);
  await expect(form.getByLabel('Name')).toHaveValue('');

  const template = form.getByLabel('Message template');
  await template.click();
  await expect(form.locator('.message-preview')).toContainText('Disk <full>');
  await template.fill('{{ severity|upper }}: {{ message }}');
  await expect(form.locator('.message-preview')).toContainText('CRITICAL: 14 GB left');
  await template.fill('{{ severity|nonsense }}');
  await expect(form.getByRole('status')).toContainText('nonsense');
  await template.fill('{{ severity|upper }}: {{ message }}');

  await form.getByLabel('Name').fill('Ops');
  await form.getByLabel('Webhook URL').fill(hook.url());
  await form.getByLabel('Custom').check();
  await form.getByRole('button', { name: 'Save and send a test' }).click();
  await expect(channel(page, 'Ops').getByRole('status')).toHaveText('200 ok');
  expect(hook.heard('INFO: This channel works')).toBe(true);
  await expect(channel(page, 'Ops')).toContainText('sources: custom');
  await expect(page).toHaveURL('/notifications/channels');
});

test('a test shows what the provider answers', async ({ page, server, hook }) => {
  await addSlack(server, hook, 'Ops');
  await open(page, '/notifications/channels');
  const ops = channel(page, 'Ops');
  for (const [status, words] of [[200, 'ok'], [404, 'no_service'], [403, 'invalid_token'], [500, 'rollback_error']] as const) {
    hook.answers(status, words);
    await ops.getByRole('button', { name: 'Send a test' }).click();
    await expect(ops.getByRole('status')).toHaveText(`${status} ${words}`);
    await expect(ops.getByRole('status')).toHaveAttribute('data-tone', status === 200 ? 'ok' : 'bad');
  }
  await open(page, '/notifications/channels');
  await expect(ops).toContainText('Broken');
  await expect(ops).toContainText('403 invalid_token');
  hook.answers(200, 'ok');
  await ops.getByRole('button', { name: 'Send a test' }).click();
  await expect(ops.getByRole('status')).toHaveText('200 ok');
  await open(page, '/notifications/channels');
  await expect(ops).toContainText('Ready');
});

test('a test that breaks a channel says so at once', async ({ page, server, hook }) => {
  await addSlack(server, hook, 'Ops');
  await open(page, '/notifications/channels');
  hook.answers(404, 'no_service');
  await channel(page, 'Ops').getByRole('button', { name: 'Send a test' }).click();
  await expect(channel(page, 'Ops').getByRole('status')).toHaveText('404 no_service');
  await expect(channel(page, 'Ops')).toContainText('Broken');
});

test('a warning is told, and stands in the log with the reply', async ({ page, server, secrets, hook }) => {
  await addSlack(server, hook, 'Ops');
  await postCustom(server, secrets, { title: 'Only to be read', severity: 'info' });
  await postCustom(server, secrets, { title: 'Disk is filling', severity: 'warning' });
  await expect.poll(() => hook.heard('Disk is filling')).toBe(true);
  expect(hook.heard('Only to be read')).toBe(false);
  await expectLogged(page, 'Disk is filling', 'Ops', 'Sent', '200 ok');
  await expect(log(page)).toHaveCount(1);

  const statuses = page.getByRole('navigation', { name: 'Status and channel' });
  await statuses.getByRole('link', { name: 'Failed' }).click();
  await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
  await statuses.getByRole('link', { name: 'Failed' }).click();
  await log(page).getByRole('link', { name: 'Disk is filling' }).click();
  await expect(page.getByRole('main')).toContainText('Notified Ops');
  await expect(page.getByRole('heading', { name: 'Notifications' }).locator('..')).toContainText('200 ok');
});

test('what failed is tried again', async ({ page, server, secrets, hook }) => {
  await addSlack(server, hook, 'Ops');
  hook.answers(400, 'invalid_payload');
  await postCustom(server, secrets, { title: 'Disk is full', severity: 'error' });
  await expectLogged(page, 'Disk is full', 'Failed', '400 invalid_payload');
  await expect(page.getByRole('alert')).toContainText('1 alert failed to notify anyone');
  hook.answers(200, 'ok');
  await log(page).getByRole('button', { name: 'Retry' }).click();
  await expectLogged(page, 'Disk is full', 'Sent', '200 ok');
  await expect(log(page)).toHaveCount(1);
  await expect(log(page).getByRole('button', { name: 'Retry' })).toHaveCount(0);
  await expect(page.getByRole('alert')).toHaveCount(0);
});
