// Without scripts one also says who is told, who may do what, and how long things are kept.

import type { Locator, Page } from '@playwright/test';

import { Hook, REACHABLE } from '../helpers/hook';
import { PASSWORD } from '../helpers/server';
import { expect, expectFieldError, signIn, test } from '../helpers/test';
import { postCustom } from '../helpers/webhooks';

test.use({ javaScriptEnabled: false, environment: REACHABLE });

const listed = (page: Page): Locator => page.getByRole('main').locator('tbody').getByRole('row');
const section = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });

test('a channel is added, changed and silenced by forms, and its log is read', async ({ page, context, server }) => {
  const hook = await Hook.listen();
  await signIn(context);
  await page.goto('/notifications');
  await page.getByRole('link', { name: 'Add a channel' }).click();
  await page.getByRole('link', { name: 'Slack' }).click();
  await page.getByLabel('Name').fill('Ops');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expectFieldError(page.getByLabel('Webhook URL'), /must be the webhook URL/);

  await page.getByLabel('Name').fill('Ops');
  await page.getByLabel('Webhook URL').fill(hook.url());
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page).toHaveURL(/\/notifications\/channels\??$/);
  await expect(section(page, 'Ops')).toContainText('Ready');

  await section(page, 'Ops').getByText('Edit').click();
  await section(page, 'Ops').getByLabel('Name').fill('Ops, by night');
  await section(page, 'Ops').getByLabel('Minimum severity').selectOption('Critical');
  await section(page, 'Ops').getByRole('button', { name: 'Save', exact: true }).click();
  const channel = section(page, 'Ops, by night');
  await expect(channel.getByRole('banner').or(channel.locator('header'))).toContainText('Critical');

  await channel.getByRole('button', { name: 'Mute 1 h' }).click();
  await expect(channel).toContainText('Muted until');
  await channel.getByRole('button', { name: 'Unmute' }).click();
  await expect(channel).toContainText('Ready');

  await server.send('stripe', 'payout.failed');
  await expect.poll(() => hook.heard('Payout failed')).toBe(true);
  await page.getByRole('navigation', { name: 'Log or channels' }).getByRole('link', { name: 'Log' }).click();
  await expect(async () => {
    await page.reload();
    await expect(listed(page)).toContainText('Sent', { timeout: 100 });
  }).toPass({ timeout: 10_000 });
  await expect(listed(page)).toContainText('200 ok');
  await hook.close();
});

test('what is wrong with a further channel is said once, where it is seen', async ({ page, context }) => {
  await signIn(context);
  await page.goto('/notifications/channels');
  for (const name of ['First', 'Second']) {
    const form = section(page, 'Add a channel');
    await form.getByRole('link', { name: 'Email' }).click();
    await form.locator('[name="fields[name]"]').fill(name);
    await form.locator('[name="fields[recipient]"]').fill(name === 'First' ? 'ops@example.com' : 'not an address');
    await form.getByRole('button', { name: 'Save', exact: true }).click();
  }
  await expect(page.getByText('is not an email address')).toHaveCount(1);
  await expect(page.getByText('is not an email address')).toBeVisible();
});

test('a wrong password is refused at its field; a right one ends the session', async ({ page, context }) => {
  const next = 'another good password';
  await signIn(context);
  await page.goto('/settings');
  const change = async (current: string, words: string) => {
    await page.getByLabel('Current password').fill(current);
    await page.getByLabel('New password').fill(words);
    await page.getByRole('button', { name: 'Change password' }).click();
  };
  await change('not the password', next);
  await expectFieldError(page.getByLabel('Current password'), /is not your password/);
  await change(PASSWORD, 'short');
  await expectFieldError(page.getByLabel('New password'), /at least 12 characters/);
  await change(PASSWORD, next);
  await expect(page).toHaveURL(/\/sign-in/);
  await page.getByLabel('Email').fill('admin@example.com');
  await page.getByLabel('Password').fill(next);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).not.toHaveURL(/\/sign-in/);
});

test('a user is added, and things are kept as long as it says; both stand in the audit log', async ({ page, context, browser, server }) => {
  await signIn(context);
  await page.goto('/settings');
  const users = section(page, 'Users');
  await users.getByLabel('Email').fill('Ann@Example.com');
  await users.getByLabel('Initial password').fill(PASSWORD);
  await users.getByLabel('Role of the new user').selectOption('operator');
  await users.getByRole('button', { name: 'Add user' }).click();
  await expect(users.getByLabel('Role of ann@example.com')).toHaveValue('operator');
  const hers = await browser.newContext({ baseURL: server.url });
  await signIn(hers, 'ann@example.com');
  await hers.close();

  const keep = section(page, 'Retention');
  await keep.getByLabel('Events').fill('-1');
  await keep.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(keep.getByRole('alert')).toContainText('must be 0 (keep forever) to 36500 days');
  await keep.getByLabel('Events').fill('31');
  await keep.getByRole('button', { name: 'Save', exact: true }).click();
  await page.goto('/settings');
  await expect(keep.getByLabel('Events')).toHaveValue('31');

  await page.getByRole('link', { name: 'Audit log' }).click();
  await expect(page.getByRole('row', { name: 'admin@example.com added the user ann@example.com as operator' })).toBeVisible();
  await expect(page.getByRole('row', { name: 'admin@example.com changed how long data is kept' })).toContainText('"events":31');
});

test('a token is made and seen once', async ({ page, context, server }) => {
  await signIn(context);
  await page.goto('/settings');
  const tokens = section(page, 'API tokens');
  await tokens.getByLabel('Name').fill('deploys');
  await tokens.getByRole('button', { name: 'Create token' }).click();
  const token = await tokens.getByLabel('New token (shown only once)').inputValue();
  const answer = await fetch(`${server.url}/api/v1/alerts`, { headers: { Authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(200);
  expect(page.url(), 'an address is kept by the browser').not.toContain(token);
  await page.goto('/settings');
  await expect(tokens).toContainText('deploys');
  expect(await page.content()).not.toContain(token);
});

test('a secret that is made for a source is seen once', async ({ page, context, server }) => {
  await signIn(context);
  await page.goto('/sources/custom');
  await page.getByText('Rotate the secret').click();
  await page.getByRole('button', { name: 'Rotate' }).click();
  const custom = await page.getByLabel('New secret (shown only once)').inputValue();
  expect((await postCustom(server, { custom }, { title: 'Signed anew' })).status).toBe(200);
  await page.goto('/sources/custom');
  expect(await page.content()).not.toContain(custom);
});
