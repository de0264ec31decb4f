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
