// Times are the reader's, and UTC for who wants it.

import { ask, drawer, steps } from '../helpers/console';
import { expect, open, rows, signIn, test } from '../helpers/test';
import { postCustom } from '../helpers/webhooks';

/** The time of day of a moment in a zone, as the browser's own library writes it. */
function clock(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(at);
}

for (const timeZone of ['Asia/Kolkata', 'America/St_Johns', 'Europe/Berlin', 'Pacific/Kiritimati']) {
  test.describe(timeZone, () => {
    test.use({ timezoneId: timeZone });

    test('a timeline and the chart are in local time, and in UTC on demand', async ({ page, context, server, secrets }) => {
      await postCustom(server, secrets, { title: 'Disk full', severity: 'error', dedup_key: 'disk' });
      await signIn(context);
      await open(page, '/alerts');
      await rows(page).first().getByRole('link').click();
      const time = steps(drawer(page)).first().locator('time');
      const { timeline } = await ask<{ timeline: { created_at: number }[] }>(server, 'alerts/1');
      const at = timeline[0].created_at;
      await expect(time).toHaveText(clock(at, timeZone));
      await expect(time).toHaveAttribute('title', new RegExp(`${clock(at, timeZone)} \\S+/\\S+, .* ${clock(at, 'UTC')} UTC`));

      await page.getByLabel(/^Account/).click();
      await page.getByRole('button', { name: 'Show times in UTC' }).click();
      await expect(time).toHaveText(`${clock(at, 'UTC')} UTC`);
      await page.reload();
      await expect(time).toHaveText(`${clock(at, 'UTC')} UTC`);
      await page.getByLabel(/^Account/).click();
      await page.getByRole('button', { name: 'Show local times' }).click();

      await open(page, '/');
      await expect(page.getByText('per hour, local time')).toBeVisible();
      const hour = Math.floor(at / 3_600_000) * 3_600_000 - 3_600_000;
      await expect(page.locator('.plot-hour time').nth(-2)).toHaveText(clock(hour, timeZone).slice(0, 5));
    });
  });
}

test.describe('Kolkata', () => {
  test.use({ timezoneId: 'Asia/Kolkata' });

  test('the webhooks of today are those since the local midnight', async ({ page, context, server }) => {
    await server.send('github', 'push');
    await signIn(context);
    await open(page, '/');
    await expect(page.locator('#tile-received')).toContainText('1');
  });
});

test.describe('Berlin', () => {
  test.use({ timezoneId: 'Europe/Berlin' });

  test('on days on which the clocks change, times are those of the clock on the wall', async ({ page, context }) => {
    await signIn(context);
    for (const [utc, local] of [
      ['2026-03-29T00:30Z', '2026-03-29T01:30'],
      ['2026-03-29T01:30Z', '2026-03-29T03:30'],
      ['2026-10-25T00:30Z', '2026-10-25T02:30'],
      ['2026-10-25T01:30Z', '2026-10-25T02:30'],
      ['2026-10-25T02:30Z', '2026-10-25T03:30'],
    ]) {
      await open(page, `/alerts?from=${utc}`);
      await expect(page.getByLabel('From', { exact: true })).toHaveValue(local);
    }
  });

  test('the chart covers an hour to a month, and a bar leads to its alerts', async ({ page, context, server, secrets }) => {
    await postCustom(server, secrets, { title: 'Disk full', severity: 'error', dedup_key: 'disk' });
    await signIn(context);
    for (const [span, bars] of [['1h', 30], ['7d', 28], ['30d', 30], ['24h', 24]] as const) {
      await open(page, '/');
      await page.getByRole('link', { name: span, exact: true }).click();
      await expect(page.locator('.plot-hour')).toHaveCount(bars);
      await expect(page.locator('.legend li[data-severity="error"] data')).toHaveText('1');
      await page.locator('.plot-link').click();
      await expect(page).toHaveURL(/\/alerts\?state=all&from=\d{4}-/);
      await expect(rows(page)).toHaveCount(1);
    }
  });
});
