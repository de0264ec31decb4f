// Every page, and every part of one that opens: what is looked at in both themes and on a phone.

import type { Page } from '@playwright/test';

import { expect, open, rows } from './test';

/** A page, what has to be seen on it before it is looked at, and a step that leads there. */
export type Look = [name: string, path: string, seen: string | RegExp, reach?: (page: Page) => Promise<void>];

const press = (key: string) => (page: Page) => page.keyboard.press(key);
const unfold = (name: string) => (page: Page) => page.locator('summary').filter({ hasText: name }).first().click();

/** Where nothing has happened yet. */
export const EMPTY: Look[] = [
  ['empty overview', '/', 'No sources yet'],
  ['empty alerts', '/alerts', 'No open problems'],
  ['nothing matches', '/alerts?severity=warning', 'Nothing matches'],
  ['empty events', '/events', 'No events yet'],
  ['empty refused', '/events/refused', 'No rejected requests'],
  ['empty sources', '/sources', 'A source is a webhook URL'],
  ['empty notifications', '/notifications', 'No notifications sent yet'],
  ['first channel', '/notifications/channels?add=telegram', 'Message template'],
];

const LISTS: Look[] = [
  ['overview', '/', 'Payout failed'],
  ['alerts', '/alerts?state=all', 'Payout failed'],
  ['events', '/events', 'payout.failed'],
  ['refused requests', '/events/refused', 'Verify all again'],
  ['sources', '/sources', 'Stripe'],
  ['notifications', '/notifications', 'Fails'],
];

const THINGS: Look[] = [
  ['an alert', '/alerts/1', 'Payout failed'],
  ['an acknowledged alert', '/alerts/2', 'on it'],
  ['a source', '/sources/github', 'Maximum body size in bytes', unfold('Settings')],
  ['a secret of a source', '/sources/github', 'New secret', unfold('Rotate the secret')],
  ['the end of a source', '/sources/github', 'will be deleted with it', unfold('Delete this source')],
  ['a new source', '/sources/new', 'A secret is generated'],
];

const SETTINGS: Look[] = [
  ['settings', '/settings', 'DATABASE_URL'],
  ['audit log', '/settings/audit', 'added the channel'],
];

const CHANNELS: Look[] = [
  ['channels', '/notifications/channels', 'Muted until'],
  ['adding a channel', '/notifications/channels?add=email', 'Subject template'],
  ['changing a channel', '/notifications/channels', 'Message template', unfold('Edit')],
];

const OVERLAYS: Look[] = [
  ['drawer', '/alerts?open=2', 'on it'],
  ['event', '/events?event=1', 'Signature valid', (page) => page.getByRole('tree').waitFor()],
  ['account', '/', 'Sign out', (page) => page.getByLabel('Account:').click()],
];

/** What only a keyboard or a wide screen opens. */
export const WIDE: Look[] = [
  ['selected alerts', '/alerts', '1 selected', (page) => rows(page).first().getByRole('checkbox').check()],
  ['event as it came', '/events?event=1', 'Signature valid', (page) => page.getByRole('button', { name: 'Raw' }).click()],
  ['palette', '/', 'Rejected requests', press('Control+k')],
  ['keys', '/', 'acknowledge, resolve, reopen', press('?')],
];

/** What can be seen after `makeScene`, on any screen. */
export const LOOKS: Record<string, Look[]> = { lists: LISTS, things: THINGS, settings: SETTINGS, channels: CHANNELS, overlays: OVERLAYS };

/** Opens the page and whatever else leads to what is looked at. */
export async function go(page: Page, [, path, seen, reach]: Look): Promise<void> {
  await open(page, path);
  await reach?.(page);
  await expect(page.getByText(seen).filter({ visible: true }).first()).toBeVisible();
}
