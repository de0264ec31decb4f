// Where the focus goes: into a dialog and back, through every control, and always to be seen.

import type { Page } from '@playwright/test';

import { expect, open, rows, signIn, test } from '../helpers/test';

test.beforeEach(async ({ context, server }) => {
  await server.send('github', 'workflow_run.completed.failure');
  await server.send('stripe', 'payout.failed');
  await signIn(context);
});

/** Stops that Tab makes from here on, until it starts over: each with its name, and whether one sees that it has the focus. */
async function stops(page: Page): Promise<{ name: string; isSeen: boolean }[]> {
  const found: { name: string; isSeen: boolean }[] = [];
  for (let presses = 0; presses < 150; presses++) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement | null;
      if (!element || element === document.body || element.dataset.stop) return null;
      element.dataset.stop = 'seen';
      // A row stands for its link, a card for its hidden radio button; fields and rows have a ring of their own.
      const stand = element.closest(element.matches('.row-link') ? 'tr' : element.matches('[type="radio"]') ? 'label' : '*')!;
      const style = getComputedStyle(stand);
      const hasRing = stand.matches('tr, .input, .alert-link') && style.boxShadow !== 'none';
      const hasOutline = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
      const field = element as HTMLInputElement;
      const label = element.getAttribute('aria-label') ?? field.labels?.[0]?.innerText ?? element.innerText;
      return { name: label.trim().replace(/\s+/g, ' '), isSeen: hasRing || hasOutline };
    });
    // Behind the last stop lies the browser itself.
    if (!stop && found.length > 0) return found;
    if (stop) found.push(stop);
  }
  throw new Error('Tab goes on for ever');
}

test('the first stop leads past the frame', async ({ page }) => {
  await open(page, '/sources');
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to content' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport({ ratio: 1 });
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('main').getByRole('link', { name: 'Add source' })).toBeFocused();
});

for (const path of ['/', '/alerts', '/alerts?open=1', '/events', '/events?event=1', '/sources', '/sources/new', '/sources/github', '/notifications/channels', '/settings']) {
  test(`on ${path} one sees what has the focus`, async ({ page }) => {
    await open(page, path);
    const found = await stops(page);
    expect(found.filter(({ isSeen }) => !isSeen)).toEqual([]);
    expect(found.length).toBeGreaterThan(10);
  });
}

test('Tab reaches every control of a channel, in the order of the page', async ({ page, server }) => {
  await open(page, '/notifications/channels?add=telegram');
  const form = page.getByRole('main').locator('form');
  await page.getByRole('textbox', { name: 'Name' }).focus();
  for (const control of await form.locator(':is(input, select, textarea, button):not([type="hidden"])').all()) {
    await expect(control).toBeFocused();
    await page.keyboard.press('Tab');
  }

  // It is filled in and sent by keys alone.
  await page.getByRole('link', { name: 'Email' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Email addresses')).toBeVisible();
  await page.getByRole('textbox', { name: 'Name' }).focus();
  await page.keyboard.type('Night shift');
  await page.keyboard.press('Tab');
  await page.keyboard.type('night@example.com');
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await (await page.request.get('/notifications/channels')).text()).includes('Night shift')).toBe(true);
});

test('a dialog keeps the focus and gives it back', async ({ page }) => {
  await open(page, '/events');
  const row = page.getByRole('main').getByRole('link', { name: 'payout.failed' });
  await row.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Event' });
  await expect(dialog.getByText('Signature valid')).toBeVisible();
  await expect(dialog.getByRole('tree')).toBeVisible();
  expect(await dialog.evaluate((dialog) => dialog.contains(document.activeElement))).toBe(true);

  const inside = await dialog.locator(':is(a, button, input, [tabindex="0"]):visible').count();
  for (let presses = 0; presses < inside + 3; presses++) {
    await page.keyboard.press('Tab');
    const isOut = await dialog.evaluate((dialog) => document.activeElement !== document.body && !dialog.contains(document.activeElement));
    expect(isOut, `after ${presses + 1} times Tab`).toBe(false);
  }
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(page).toHaveURL('/events');
  await expect(row).toBeFocused();
});

test('Escape closes an event that was opened by its address', async ({ page }) => {
  await open(page, '/events?event=2');
  await expect(page.getByRole('dialog', { name: 'Event' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Event' })).toBeHidden();
  await expect(page).toHaveURL('/events');
});

test('a drawer gives the focus back to its row', async ({ page }) => {
  await open(page, '/alerts');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  const drawer = page.getByRole('complementary', { name: 'Alert' });
  await drawer.getByRole('link', { name: 'Close' }).focus();
  await page.keyboard.press('Escape');
  await expect(drawer).toHaveCount(0);
  await expect(rows(page).first().getByRole('link')).toBeFocused();
});
