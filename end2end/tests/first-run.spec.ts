// From the one-time link to the first alert.

import type { Page } from '@playwright/test';

import { expect, expectFieldError, open, pill, recent, stays, test } from '../helpers/test';
import type { Server } from '../helpers/server';

test.use({ firstRun: true });

const EMAIL = 'ann@example.com';
const PASSWORD = 'a good long password';

function link(server: Server): string {
  const found = server.stdout.match(/^\s*(http\S+\/setup\?token=\S+)$/m);
  if (!found) throw new Error(`the server printed no link:\n${server.stdout}`);
  return found[1];
}

test.describe('with a name of its own', () => {
  test.use({ environment: { APP_NAME: 'Night <watch>' } });
  test('the console goes by it', async ({ page, server }) => {
    await makeAdmin(page, server);
    await expect(page).toHaveTitle('Add a source · Night <watch>');
    await expect(page.getByRole('link', { name: 'Night <watch>' }).first()).toBeVisible();
  });
});

async function makeAdmin(page: Page, server: Server): Promise<void> {
  await page.goto(link(server));
  await page.getByLabel('Email').fill(EMAIL);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create admin and continue' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Add a source' })).toBeVisible();
}

test('leads from the printed link to the first alert', async ({ page, context, server }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
  expect(link(server)).toContain(`${server.url}/setup?token=`);
  await makeAdmin(page, server);
  await expect(page).toHaveURL('/sources/new');
  await expect(pill(page)).toContainText('Live');

  // Name and slug are filled in.
  await page.getByRole('searchbox', { name: 'Find a provider' }).fill('git');
  await expect(page.getByRole('radio')).toHaveCount(3);
  await page.getByRole('radio', { name: 'GitHub' }).check({ force: true });
  await expect(page.getByLabel('Name')).toHaveValue('GitHub');
  await expect(page.getByLabel('Slug')).toHaveValue('github');
  await page.getByRole('button', { name: 'Create source' }).click();

  // What is left to do: the secret is made for us and can be copied, like the address, where the step needs it.
  await expect(page).toHaveURL('/sources/github');
  await expect(page.getByRole('heading', { level: 1, name: 'Connect GitHub' })).toBeVisible();
  await expect(page.getByLabel('Payload URL')).toHaveValue(`${server.url}/api/webhooks/github`);
  const secret = page.getByLabel('Secret', { exact: true });
  await expect(secret).toHaveValue(/^oc_\S{20,}$/);
  const value = await secret.inputValue();
  await page.locator('.howto li').filter({ hasText: 'as Secret' }).getByRole('button').click();
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(value);
  const waiting = page.getByRole('complementary').filter({ hasText: 'Request reached this server' });
  await expect(waiting.getByRole('heading')).toHaveText('Waiting for the first event…');
  await expect(waiting.locator('li[data-tone="ok"]')).toHaveCount(0);
  const answer = await page.request.get('/sources/github');
  expect(answer.status()).toBe(200);
  expect((await answer.text()).includes(value), 'the secret is told again').toBe(false);

  // The first event turns it green, and the page becomes the source's own. The secret stays until it is left.
  const stayed = await stays(page);
  await server.send('github', 'push');
  await expect(waiting.getByRole('heading')).toHaveText('Receiving events');
  await expect(waiting.locator('li[data-tone="ok"]')).toHaveCount(4);
  await expect(waiting.getByRole('link', { name: 'View alert' })).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('GitHub');
  await expect(page.getByRole('region', { name: 'Last events' }).getByRole('listitem')).toHaveCount(1);
  await expect(secret).toHaveValue(value);
  await stayed();

  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Overview' }).click();
  await expect(page).toHaveURL('/');
  await expect(recent(page)).toHaveCount(1);
  await expect(recent(page).first()).toContainText('Push to master: 1 commit by Codertocat');

  // The secret is nowhere to be read any more, and the next source gets another slug.
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('GitHub');
  await expect(secret).toHaveCount(0);
  await open(page, '/sources/new');
  await page.getByRole('radio', { name: 'GitHub' }).check({ force: true });
  await expect(page.getByLabel('Name')).toHaveValue('GitHub 2');
  await expect(page.getByLabel('Slug')).toHaveValue('github-2');
  await page.getByLabel('Name').fill('GitHub: Acme Inc.');
  await expect(page.getByLabel('Slug')).toHaveValue('github-acme-inc');
});

test('the link works once', async ({ page, server }) => {
  await makeAdmin(page, server);

  // Whoever is signed in has no business there.
  await page.goto(link(server));
  await expect(page).toHaveURL('/');

  await page.getByLabel(`Account: ${EMAIL}`).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL('/sign-in');
  await page.goto('/alerts');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in');

  await page.goto(link(server));
  await page.getByLabel('Email').fill('mallory@example.com');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create admin and continue' }).click();
  await expect(page.getByRole('alert')).toContainText('This link has already been used');
  expect(await server.command(['user', 'list'])).toBe(`${EMAIL}\tadmin\tactive\n`);

  // A server that has an admin prints no link.
  await server.stop();
  await server.start();
  expect(server.stdout).toContain(server.url);
  expect(server.stdout).not.toContain('/setup');
});

test('a wrong link makes nobody an admin', async ({ page, server }) => {
  await page.goto('/setup?token=guessed');
  await page.getByLabel('Email').fill('mallory@example.com');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create admin and continue' }).click();
  await expect(page.getByRole('alert')).toContainText('This link has already been used');
  expect(await server.command(['user', 'list'])).toBe('');
});

test('a short password and a bad email are refused at the field', async ({ page, server }) => {
  const email = page.getByLabel('Email');
  const password = page.getByLabel('Password');
  const create = page.getByRole('button', { name: 'Create admin and continue' });
  await page.goto(link(server));
  await expect(password).toHaveAccessibleDescription('At least 12 characters and not a common password');

  await email.fill(EMAIL);
  await password.fill('too short');
  await create.click();
  await expectFieldError(password, /at least 12 characters/);
  await expect(page).toHaveURL(/\/setup\?/);

  // The browser refuses what cannot be an email …
  await email.fill('not an email');
  await password.fill(PASSWORD);
  await create.click();
  expect(await email.evaluate((input: HTMLInputElement) => input.validity.typeMismatch)).toBe(true);
  await expect(page).toHaveURL(/\/setup\?/);

  // … and the server what a browser lets through.
  await page.locator('form').evaluate((form: HTMLFormElement) => (form.noValidate = true));
  await create.click();
  await expectFieldError(email, /not an email address/);
  expect(await server.command(['user', 'list'])).toBe('');

  // The link still works after all that.
  await email.fill(EMAIL);
  await password.fill(PASSWORD);
  await create.click();
  await expect(page).toHaveURL('/sources/new');
});
