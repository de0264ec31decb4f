// Who may do what: users, tokens, the audit log; and nothing of it for those who only look.

import type { Locator, Page } from '@playwright/test';

import { PASSWORD, type Server } from '../helpers/server';
import { expect, open, signIn, stays, test } from '../helpers/test';

const section = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });
const audited = (page: Page): Locator => section(page, 'Audit log').locator('tbody').getByRole('row');

/** The row of a user, with its two choices and Save. */
function user(page: Page, email: string): Locator {
  return section(page, 'Users').getByRole('row').filter({ hasText: email });
}

async function change(page: Page, email: string, { role, active }: { role?: string; active?: boolean }): Promise<void> {
  if (role) await user(page, email).getByLabel(`Role of ${email}`).selectOption(role);
  if (active !== undefined) await user(page, email).getByLabel(`Sign-in access for ${email}`).selectOption(active ? 'yes' : 'no');
  const saved = page.waitForResponse((answer) => answer.url().includes('/rpc/users/update'));
  await user(page, email).getByRole('button', { name: 'Save' }).click();
  await saved;
}

async function statusOf(server: Server, token: string, path = 'alerts'): Promise<number> {
  return (await fetch(`${server.url}/api/v1/${path}`, { headers: { Authorization: `Bearer ${token}` } })).status;
}

test('a user is added, given another role, and shut out', async ({ page, context, browser, server }) => {
  await signIn(context);
  await open(page, '/settings');
  const stayed = await stays(page);
  const users = section(page, 'Users');
  await users.getByLabel('Email').fill('ann@example.com');
  await users.getByLabel('Initial password').fill(PASSWORD);
  await users.getByRole('button', { name: 'Add user' }).click();
  await expect(user(page, 'ann@example.com').getByLabel('Role of')).toHaveValue('viewer');

  const hers = await browser.newContext({ baseURL: server.url });
  const isIn = async () => (await hers.request.get('/settings', { maxRedirects: 0 })).status() === 200;
  await signIn(hers, 'ann@example.com');
  expect(await isIn()).toBe(true);
  await change(page, 'ann@example.com', { role: 'operator' });
  expect(await isIn(), 'a session does not outlive its role').toBe(false);
  await signIn(hers, 'ann@example.com');
  expect(await (await hers.request.get('/settings')).text()).toContain('ann@example.com, operator');

  await change(page, 'ann@example.com', { active: false });
  expect(await isIn(), 'a session ends with the user').toBe(false);
  const refused = await hers.request.post('/sign-in', { form: { email: 'ann@example.com', password: PASSWORD }, maxRedirects: 0 });
  expect(refused.headers().location).toContain('/sign-in?');
  await hers.close();
  await stayed();
  await page.reload();
  await expect(user(page, 'ann@example.com').getByLabel('Sign-in access')).toHaveValue('false');
});

test('the last admin stays one', async ({ page, context, watch }) => {
  watch.allow(/^Failed to load resource: the server responded with a status of 422/);
  await signIn(context);
  await open(page, '/settings');
  await change(page, 'admin@example.com', { role: 'viewer' });
  await expect(section(page, 'Users').getByRole('alert')).toContainText('this is the last admin');
  await open(page, '/settings');
  await expect(user(page, 'admin@example.com').getByLabel('Role of')).toHaveValue('admin');
});

test('a token is shown once, works, and is revoked', async ({ page, context, server }) => {
  await signIn(context);
  await open(page, '/settings');
  const tokens = section(page, 'API tokens');
  await tokens.getByLabel('Name').fill('deploys');
  await tokens.getByRole('button', { name: 'Create token' }).click();
  const token = await tokens.getByLabel('New token (shown only once)').inputValue();
  expect(await statusOf(server, token)).toBe(200);
  expect(await statusOf(server, token, 'users'), 'it is a viewer').toBe(403);

  await open(page, '/settings');
  await expect(tokens.getByLabel('New token (shown only once)')).toHaveCount(0);
  expect(await page.content()).not.toContain(token);
  const row = tokens.getByRole('row').filter({ hasText: 'deploys' });
  await expect(row).toContainText(/just now|ago/);
  await row.getByRole('button', { name: 'Revoke' }).click();
  await expect(row).toContainText('revoked');
  await expect(row.getByRole('button')).toHaveCount(0);
  expect(await statusOf(server, token)).toBe(401);
});

test('a token that was made stands in the list at once', async ({ page, context }) => {
  await signIn(context);
  await open(page, '/settings');
  const tokens = section(page, 'API tokens');
  await tokens.getByLabel('Name').fill('deploys');
  await tokens.getByRole('button', { name: 'Create token' }).click();
  await expect(tokens.getByLabel('New token (shown only once)')).not.toHaveValue('');
  await expect(tokens.getByRole('row').filter({ hasText: 'deploys' })).toBeVisible();
});

test('what is changed stands in the audit log, the newest first', async ({ page, context, server }) => {
  await server.addUser('viewer');
  await signIn(context);
  await open(page, '/settings');
  await change(page, 'viewer@example.com', { role: 'operator', active: false });
  const tokens = section(page, 'API tokens');
  await tokens.getByLabel('Name').fill('deploys');
  await tokens.getByRole('button', { name: 'Create token' }).click();
  const token = await tokens.getByLabel('New token (shown only once)').inputValue();
  await section(page, 'Retention').getByLabel('Events').fill('31');
  await section(page, 'Retention').getByRole('button', { name: 'Save' }).click();
  await expect(section(page, 'Retention').getByRole('status')).toContainText('Saved.');

  await open(page, '/settings/audit');
  const rows = ['changed how long data is kept', 'created the viewer token deploys', 'changed the user viewer@example.com'];
  for (const [i, words] of rows.entries()) await expect(audited(page).nth(i)).toContainText(`admin@example.com ${words}`);
  await expect(audited(page).nth(0)).toContainText('"events":31');
  await expect(audited(page).nth(2)).toContainText('"role":"operator"');
  expect(await page.content(), 'the log tells no secret').not.toContain(token);
});

test('the audit log is reached by its link', async ({ page, context }) => {
  await signIn(context);
  await open(page, '/settings');
  const stayed = await stays(page);
  await page.getByRole('link', { name: 'Audit log' }).click();
  await expect(audited(page).filter({ hasText: 'added the user' })).not.toHaveCount(0);
  await stayed();
});

for (const role of ['viewer', 'operator'] as const) {
  test(`settings are their own password and nothing else for ${role}s`, async ({ pageOf, watch }) => {
    watch.allow(/status of 403/);
    const page = await pageOf(role);
    await open(page, '/settings');
    await expect(page.getByRole('main')).toContainText(`${role}@example.com, ${role}`);
    await expect(page.getByRole('main').getByRole('heading', { level: 2 })).toHaveText(['Your password']);
    await expect(page.getByRole('link', { name: 'Audit log' })).toHaveCount(0);
    await open(page, '/settings/audit');
    await expect(page.getByRole('alert')).toContainText('This requires the admin role.');
    await open(page, '/notifications/channels');
    await expect(page.getByText('Add a channel')).toHaveCount(0);

    // Nor past the buttons.
    const fields = { name: 'Mine', recipient: 'me@example.com', secret: '', min_severity: 'info', fallback_id: '0', template: '', subject: '', users: '', timezone: '', thread: '' };
    const channel = Object.fromEntries(Object.entries(fields).map(([field, value]) => [`fields[${field}]`, value]));
    const forms: Record<string, Record<string, string>> = {
      'users/create': { email: 'evil@example.com', role: 'admin', password: PASSWORD },
      'users/update': { id: '1', role: 'viewer', is_active: 'false' },
      'tokens/create': { name: 'evil', role: 'admin' },
      'tokens/revoke': { name: 'reader' },
      'settings/retention': Object.fromEntries(
        ['events', 'alerts', 'notices', 'activity', 'notifications', 'quarantine', 'audit', 'minutes'].map((kind) => [`days[${kind}]`, '1']),
      ),
      'settings/get': {},
      'channels/add': { kind: 'email', ...channel },
      'channels/save': { id: '0', ...channel },
      'channels/delete': { id: '1' },
    };
    for (const [path, form] of Object.entries(forms)) {
      const answer = await page.request.post(`/rpc/${path}`, { form, headers: { Accept: 'application/json' } });
      expect.soft([path, answer.status(), await answer.json()]).toEqual([path, 403, { Forbidden: { needs: 'admin' } }]);
    }
  });
}
