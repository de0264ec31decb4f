// Sources: the list, the switch, adding one; and what hostile senders put into a payload.

import { createHmac } from 'node:crypto';

import { expect, expectFieldError, open, recent, rows, signIn, stays, test } from '../helpers/test';
import { FORM_REFUSED } from '../helpers/watch';
import { postCustom } from '../helpers/webhooks';

test('the list tells name, slug, provider and what came', async ({ page, context, server }) => {
  await server.send('github', 'push');
  await server.send('github', 'push');
  await signIn(context);
  await open(page, '/sources');
  const row = (name: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name }) });
  await expect(page.getByRole('table').locator('tbody').getByRole('row')).toHaveCount(3);
  await expect(row('GitHub').locator('.cell-name')).toContainText('github');
  await expect(row('GitHub').locator('.cell-received')).toHaveText('2');
  await expect(row('GitHub').locator('.cell-failed')).toHaveText('0');
  await expect(row('GitHub').locator('.cell-seen')).toContainText(/just now|ago/);
  await expect(row('Custom').locator('.cell-provider')).toHaveText('Generic');
  await expect(row('Stripe').locator('.cell-seen')).toHaveText('never');

  await row('Stripe').getByRole('link').click();
  await expect(page).toHaveURL('/sources/stripe');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Connect Stripe');
  await expect(page.getByLabel('Payload URL')).toHaveValue(`${server.url}/api/webhooks/stripe`);
});

test('a source that is switched off answers 404, and 200 when it is on again', async ({ page, context, server, secrets }) => {
  const status = async () => (await postCustom(server, secrets, { title: 'Is it on?' })).status;
  await signIn(context);
  await open(page, '/sources');
  const stayed = await stays(page);
  const toggle = page.getByRole('switch', { name: 'Receive events from Custom' });
  await expect(toggle).toBeChecked();
  await expect(toggle).toHaveText('On');
  expect(await status()).toBe(200);

  await toggle.click();
  await expect(toggle).not.toBeChecked();
  await expect(toggle).toHaveText('Paused');
  await expect(page.getByText('3, 1 paused')).toBeVisible();
  await expect.poll(status, { timeout: 2_000 }).toBe(404);
  await expect(page.getByRole('switch', { name: 'Receive events from GitHub' })).toBeChecked();

  await toggle.click();
  await expect(toggle).toBeChecked();
  await expect.poll(status, { timeout: 2_000 }).toBe(200);
  await stayed();

  await server.command(['source', 'disable', 'custom']);
  await expect.poll(status, { timeout: 2_000 }).toBe(404);
  await open(page, '/sources');
  await expect(toggle).not.toBeChecked();
});

test('a slug that cannot be is refused at the field', async ({ page, context, watch }) => {
  watch.allow(FORM_REFUSED);
  await signIn(context);
  await open(page, '/sources/new');
  const stayed = await stays(page);
  const slug = page.getByLabel('Slug');
  const create = page.getByRole('button', { name: 'Create source' });
  await expect(slug).toHaveAccessibleDescription('Part of the URL: a–z, 0–9 and dashes. Leave blank to generate one');
  await page.getByRole('radio', { name: 'GitHub' }).check({ force: true });
  await page.getByLabel('Name').fill('My GitHub');

  for (const bad of ['My GitHub!', 'UPPER', '-dash', 'ümlaut', 'a'.repeat(64)]) {
    await slug.fill(bad);
    const refused = page.waitForResponse((answer) => answer.url().includes('/rpc/sources/create'));
    await create.click();
    await refused;
    await expectFieldError(slug, /^must be 1 to 63 characters/);
    await expect(page).toHaveURL('/sources/new');
  }

  await slug.fill('github');
  await create.click();
  await expectFieldError(slug, /^is in use by another source$/);

  // What was typed is still there, and the next try works.
  await expect(page.getByLabel('Name')).toHaveValue('My GitHub');
  await slug.fill('github-2');
  await create.click();
  await expect(page).toHaveURL('/sources/github-2');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Connect My GitHub');
  await stayed();
});

test('a provider that issues the secret gets the URL first, and rejections say what to do', async ({ page, context, server }) => {
  await signIn(context);
  await open(page, '/sources');
  await page.getByRole('link', { name: 'Add source' }).click();
  await page.getByRole('radio', { name: 'Stripe' }).check({ force: true });
  await expect(page.getByRole('main')).toContainText('Stripe issues the signing secret.');
  await page.getByLabel('Name').fill('Stripe (EU)');
  await expect(page.getByLabel('Slug')).toHaveValue('stripe-eu');
  await page.getByRole('button', { name: 'Create source' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Connect Stripe (EU)');

  const secret = 'whsec_of_the_provider_itself';
  const post = async () => {
    const [body, at] = ['{"id":"evt_1","type":"payout.failed"}', Math.floor(Date.now() / 1000)];
    const v1 = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex');
    const headers = { 'Stripe-Signature': `t=${at},v1=${v1}`, 'Content-Type': 'application/json' };
    return (await fetch(`${server.url}/api/webhooks/stripe-eu`, { method: 'POST', headers, body })).status;
  };
  expect(await post()).toBe(401);
  const watching = page.getByRole('complementary').filter({ hasText: 'Request reached this server' });
  await expect(watching).toContainText('the signing secret of Stripe has not been entered yet');
  await expect(watching).toContainText('Enter the signing secret of Stripe, then verify the request again.');
  await open(page, '/sources');
  await expect(page.getByRole('row', { name: /Stripe \(EU\)/ })).toContainText('Secret not entered');

  await page.getByRole('link', { name: /Stripe \(EU\)/ }).click();
  const field = page.getByLabel('Paste the signing secret from Stripe here');
  await field.fill(` ${secret}\u0020`);
  await page.getByRole('button', { name: 'Save', exact: true }).first().click();
  await expect(field).toHaveCount(0);
  await expect.poll(post, { timeout: 3_000 }).toBe(200);
  await expect(page.getByRole('heading', { name: 'Receiving events' })).toBeVisible();
  await page.getByRole('link', { name: 'View alert' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Payout failed');
  await expect(page.getByRole('main')).toContainText('Stripe (EU)');
});

test('what was chosen and typed before the program runs is kept', async ({ page, context }) => {
  await signIn(context);
  let release = () => {};
  const held = new Promise<void>((go) => (release = go));
  await page.route('**/*.wasm', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto('/sources/new', { waitUntil: 'domcontentloaded' });
  await page.getByRole('radio', { name: 'Stripe' }).check({ force: true });
  await page.getByLabel('Name').fill('Payments');
  release();
  await expect(page.getByRole('main')).toContainText('Stripe issues the signing secret.');
  await expect(page.getByLabel('Name')).toHaveValue('Payments');
  await expect(page.getByLabel('Slug')).toHaveValue('payments');
});

test('settings are fields, and a wrong one is refused at its field', async ({ page, context, server, watch }) => {
  watch.allow(FORM_REFUSED);
  await signIn(context);
  await open(page, '/sources/custom');
  await page.getByText('Settings', { exact: true }).last().click();
  const body = page.getByLabel('Maximum body size in bytes');
  await body.fill('99999999999');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expectFieldError(body, /^must be at most/);
  await body.fill('4096');
  await page.getByLabel('Minimum severity').selectOption('warning');
  await page.getByLabel('Header', { exact: true }).fill('X-Own-Signature');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect.poll(async () => (await server.command(['source', 'list'])).includes('custom')).toBe(true);
  await open(page, '/sources/custom');
  await page.getByText('Settings', { exact: true }).last().click();
  await expect(body).toHaveValue('4096');
  await expect(page.getByLabel('Minimum severity')).toHaveValue('warning');
  await expect(page.getByLabel('Header', { exact: true })).toHaveValue('X-Own-Signature');
});

test('what a sender writes is text and nothing else', async ({ page, context, server, secrets }) => {
  const title = '<img src=x onerror=alert(1)>';
  const hidden = 'invoice\u202Egnp.exe\u200B \u2066end';
  const seen = 'invoice\uFFFDgnp.exe\uFFFD \uFFFDend';
  const body = {
    title,
    message: `${hidden}\n<script>alert(2)</script>`,
    severity: 'error',
    host: '<b>db-1</b>',
    service: hidden,
    url: 'javascript:alert(3)',
  };
  await signIn(context);
  await open(page, '/');
  expect((await postCustom(server, secrets, body)).status).toBe(200);

  const onlyText = async () => {
    expect(await page.evaluate(() => document.querySelectorAll('img, main b, main script').length)).toBe(0);
    expect(await page.evaluate(() => /[\u200B-\u200F\u202A-\u202E\u2060-\u2069]/.test(document.body.innerText + document.title))).toBe(false);
  };
  // As it arrives, and as the server draws it.
  for (const arrives of [true, false]) {
    if (!arrives) await open(page, '/');
    await expect(recent(page).locator('bdi')).toHaveText(title);
    await expect(recent(page)).toContainText(`Custom · ${seen}`);
    await onlyText();
  }
  await open(page, '/alerts');
  await expect(rows(page).locator('bdi')).toHaveText(title);
  await onlyText();

  await rows(page).getByRole('link').click();
  await page.getByRole('link', { name: 'Open on its own page' }).click();
  for (const fresh of [false, true]) {
    if (fresh) await page.reload();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
    await expect(page).toHaveTitle(`(1) ${title} · OpsCenter`);
    const main = page.getByRole('main');
    await expect(main).toContainText(seen);
    await expect(main).toContainText('<script>alert(2)</script>');
    await expect(main.getByRole('definition').filter({ hasText: '<b>db-1</b>' })).toBeVisible();
    await expect(main.locator('a[href^="javascript:"]')).toHaveCount(0);
    await onlyText();
  }
});

test('a name of a source is text, too', async ({ page, context, server }) => {
  const name = '<b onmouseover=alert(1)>"Bold" & Co</b>';
  await server.command(['source', 'add', 'bold', '--provider', 'generic', '--name', name, '--secret', 'a secret that is long']);
  await server.send('bold', 'deploy');
  await signIn(context);
  for (const path of ['/', '/alerts', '/sources', '/sources/bold']) {
    await open(page, path);
    await expect(page.getByRole('main')).toContainText(name);
    expect(await page.evaluate(() => document.querySelectorAll('main b').length)).toBe(0);
  }
});

test('another site changes nothing', async ({ context, server }) => {
  await server.send('stripe', 'payout.failed');
  await signIn(context);
  const functions = [
    ['/rpc/alerts/change', { change: 'read', ids: '1' }],
    ['/rpc/sources/set_active', { slug: 'github', active: 'false' }],
    ['/rpc/sources/create', { provider: 'generic', name: '', slug: 'evil', secret: 'a secret that is long' }],
  ] as const;
  for (const [path, form] of functions) {
    for (const [name, value] of [['Origin', 'http://evil.example'], ['Sec-Fetch-Site', 'cross-site']]) {
      const answer = await context.request.post(path, { form, headers: { [name]: value, Accept: 'application/json' } });
      expect(answer.status(), `${path} from another site`).toBe(403);
    }
  }
  expect(await server.command(['source', 'list'])).toMatch(/^github\tgithub\tactive/m);
});

test('every mark of a provider is on the sheet', async ({ page, context }) => {
  await signIn(context);
  await open(page, '/sources/new');
  const used = await page.locator('svg.mark use').evaluateAll((marks) => marks.map((mark) => mark.getAttribute('href') ?? ''));
  expect(used.length, 'providers that have a mark').toBeGreaterThan(15);
  const [file] = used[0].split('#');
  expect(file, 'the URL has a version').toMatch(/^\/pkg\/marks\.svg\?v=\w+$/);
  const answer = await context.request.get(file);
  expect(answer.headers()['cache-control'], 'it is never asked for again').toContain('immutable');
  const drawn = [...(await answer.text()).matchAll(/<symbol id="([\w-]+)"/g)].map(([, name]) => `${file}#${name}`);
  expect(used.filter((href) => !drawn.includes(href))).toEqual([]);
  const box = await page.locator('svg.mark use').first().evaluate((mark: SVGUseElement) => mark.getBBox().width);
  expect(box, 'the first of them is drawn').toBeGreaterThan(0);
});

test('the page of a source that receives shows its figures, events and rejected requests', async ({ page, context, server }) => {
  await server.send('custom', 'alert');
  await fetch(`${server.url}/api/webhooks/custom`, { method: 'POST', body: '{}' });
  await signIn(context);
  await open(page, '/sources/custom');
  const figures = page.getByRole('region', { name: 'Last 24 hours' });
  await expect(figures.getByRole('article').filter({ hasText: 'Received' })).toContainText('1');
  await expect(figures.getByRole('article').filter({ hasText: 'Rejected' })).toContainText('Rejecting');
  await expect(page.getByRole('region', { name: 'Last events' }).getByRole('listitem')).toHaveCount(1);
  await expect(page.getByRole('region', { name: 'Last rejected requests' })).toContainText('Missing header');

  await server.send('custom', 'alert');
  await expect(page.getByRole('region', { name: 'Last events' }).getByRole('listitem')).toHaveCount(2);
  await page.getByText('Setup steps for').click();
  await expect(page.getByLabel('Payload URL')).toHaveValue(`${server.url}/api/webhooks/custom`);
});
