// Web Push: turned on and off in the account menu, and shown by the service worker while no page is needed. The push service
// itself is outside: a subscription is stubbed, and messages are delivered by the browser's debugging protocol.

import type { BrowserContext, Page } from '@playwright/test';

import { expect, open, signIn, test } from '../helpers/test';
import { postCustom } from '../helpers/webhooks';

test.use({ environment: { PUSH_SERVICES: 'push.example.com' } });

const choice = (page: Page) => page.getByLabel('Push notifications');

/** A browser that subscribes at a push service which nobody reaches. */
async function stub(context: BrowserContext): Promise<void> {
  await context.grantPermissions(['notifications']);
  await context.addInitScript(() => {
    const key = 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4';
    const endpoint = 'https://push.example.com/send/abcd';
    const subscription = {
      endpoint,
      toJSON: () => ({ endpoint, expirationTime: null, keys: { p256dh: key, auth: 'BTBZMqHH6r4Tts7J_aSIgg' } }),
      unsubscribe: () => Promise.resolve(localStorage.removeItem('stub') === undefined),
    };
    PushManager.prototype.subscribe = async (options) => {
      if (!options?.userVisibleOnly || (options.applicationServerKey as string).length !== 87) throw new TypeError('bad options');
      localStorage.setItem('stub', 'on');
      return subscription as unknown as PushSubscription;
    };
    PushManager.prototype.getSubscription = async () =>
      (localStorage.getItem('stub') ? subscription : null) as unknown as PushSubscription;
  });
}

async function turnOn(page: Page): Promise<void> {
  await open(page, '/');
  await page.locator('summary.avatar').click();
  const saved = page.waitForResponse((answer) => answer.url().endsWith('/rpc/push/save'));
  await choice(page).selectOption('Error or higher');
  expect((await saved).ok()).toBe(true);
  await expect(choice(page)).toHaveValue('error');
}

test('push is turned on and off in the account menu', async ({ page, context }) => {
  await stub(context);
  await signIn(context);
  await turnOn(page);
  await open(page, '/notifications/channels');
  const card = page.getByRole('region', { name: /: Chrome on Linux/ });
  await expect(card).toContainText('push.example.com');
  await page.locator('summary.avatar').click();
  await expect(choice(page)).toHaveValue('error');
  await choice(page).selectOption('Off');
  // It shows what was selected at once; the subscription ends when the server has answered.
  await expect.poll(() => page.evaluate(() => localStorage.getItem('stub'))).toBeNull();
  await expect(choice(page)).toHaveValue('');
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Add a channel' })).toBeVisible();
  await expect(card).toBeHidden();
});

test('a pushed alert is shown, and its end replaces it', async ({ page, context, server, secrets }) => {
  await stub(context);
  await signIn(context);
  await postCustom(server, secrets, { title: 'Disk full', severity: 'critical', message: 'db-1' });
  await turnOn(page);
  const protocol = await context.newCDPSession(page);
  const found = new Promise<string>((resolve) => {
    protocol.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      if (registrations[0]) resolve(registrations[0].registrationId);
    });
  });
  await protocol.send('ServiceWorker.enable');
  const registrationId = await found;
  const origin = new URL(page.url()).origin;
  const push = (message: object) =>
    protocol.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data: JSON.stringify(message) });
  const shown = () =>
    page.evaluate(async () => {
      const notifications = await (await navigator.serviceWorker.ready).getNotifications();
      return notifications.map(({ title, body }) => `${title} | ${body}`);
    });
  const message = { title: '🚨 Disk full', body: 'db-1', url: `${origin}/alerts/1`, tag: 'alert-1', severity: 'critical', alert_id: 1 };
  await push(message);
  await expect.poll(shown).toEqual(['🚨 Disk full | db-1']);
  await push({ ...message, title: '✅ Resolved: Disk full', alert_id: null });
  await expect.poll(shown).toEqual(['✅ Resolved: Disk full | db-1']);
  // What the button of the notification does.
  const worker = context.serviceWorkers()[0]!;
  await worker.evaluate((url) => (self as unknown as { acknowledge(id: number, url: string): Promise<void> }).acknowledge(1, url), message.url);
  await open(page, '/alerts/1');
  await expect(page.getByText(/Acknowledged by/)).toBeVisible();
});
