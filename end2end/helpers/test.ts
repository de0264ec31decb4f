// The test function of every spec: a server of its own, people who are signed in, and an eye on the console.

import { type Browser, type BrowserContext, type BrowserContextOptions, type Locator, type Page, expect, test as base } from '@playwright/test';

import { type Environment, PASSWORD, type Role, Server } from './server';
import { Watch } from './watch';
import { type Secrets, seed } from './webhooks';

export { expect };

interface Fixtures {
  /** Whether the server starts with nothing at all: no source, no user. */
  firstRun: boolean;
  /** What the server is told besides where it is. */
  environment: Environment;
  server: Server;
  /** Of the seeded sources. */
  secrets: Secrets;
  watch: Watch;
  /** A page of a further browser in which somebody is signed in. */
  pageOf: (role: Role) => Promise<Page>;
}

export const test = base.extend<Fixtures>({
  firstRun: [false, { option: true }],
  environment: [{}, { option: true }],

  server: async ({ environment }, use, info) => {
    const server = await Server.make(info.workerIndex, environment);
    await use(server);
    await server.remove();
  },

  // Before anything opens a page, so that sources and the admin are there when the server starts.
  secrets: [
    async ({ server, firstRun }, use) => {
      const secrets = firstRun ? {} : await seed(server);
      if (!firstRun) await server.addUser('admin');
      await server.start();
      await use(secrets);
    },
    { auto: true },
  ],

  watch: async ({}, use) => {
    const watch = new Watch();
    await use(watch);
    expect(watch.complaints, 'what the pages complained of').toEqual([]);
  },

  baseURL: async ({ server }, use) => use(server.url),

  context: async ({ context, watch, secrets: _running }, use) => {
    watch.follow(context);
    await use(context);
  },

  pageOf: async ({ browser, contextOptions, server, watch }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (role) => {
      const context = await newContext(browser, { ...contextOptions, baseURL: server.url });
      contexts.push(context);
      watch.follow(context);
      if (role !== 'admin') await server.addUser(role);
      await signIn(context, `${role}@example.com`);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
  },
});

function newContext(browser: Browser, options: BrowserContextOptions): Promise<BrowserContext> {
  return browser.newContext(options);
}

/** Signs in without the form: the cookie is all that a page needs. */
export async function signIn(context: BrowserContext, email = 'admin@example.com'): Promise<void> {
  const answer = await context.request.post('/sign-in', { form: { email, password: PASSWORD }, maxRedirects: 0 });
  expect(answer.status(), 'signing in').toBe(303);
  expect(answer.headers().location).toBe('/');
}

/** The live pill in the top bar. */
export function pill(page: Page): Locator {
  return page.getByRole('banner').getByRole('status');
}

/** Opens a page and waits until its scripts run and the live stream flows. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await expect(pill(page)).toContainText('Live');
}

/** Remembers the document that is open; what is returned tells whether it was left or reloaded since. */
export async function stays(page: Page): Promise<() => Promise<void>> {
  const mark = `${Math.random()}`;
  await page.evaluate((mark) => Object.assign(window, { mark }), mark);
  return async () => {
    expect(await page.evaluate(() => (window as { mark?: string }).mark), 'the page was not loaded again').toBe(mark);
  };
}

/** A tile of the Overview, by its label. */
export function tile(page: Page, label: string): Locator {
  return page.getByRole('article').filter({ has: page.getByRole('heading', { name: label, exact: true }) });
}

/** The rows of the Overview's recent alerts. */
export function recent(page: Page): Locator {
  return page.getByRole('region', { name: 'Recent alerts' }).getByRole('list').getByRole('listitem');
}

/** The rows of the alerts' table, without its head. */
export function rows(page: Page): Locator {
  return page.getByRole('region', { name: 'Alerts', exact: true }).locator('tbody').getByRole('row');
}

/** The words beside a form's field: its hint, or what is wrong with it. */
export async function expectFieldError(field: Locator, words: RegExp): Promise<void> {
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toHaveAccessibleDescription(words);
}

/** Lets what is asked of `url` wait, as on a slow line, until what is returned is called. */
export async function hold(page: Page, url: string): Promise<() => Promise<void>> {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(url, async (route) => {
    await released;
    await route.continue();
  });
  return async () => release();
}
