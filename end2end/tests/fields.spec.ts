// Choosing the fields of a payload that become the alert, by clicking in its JSON.

import { expect, open, recent, signIn, test } from '../helpers/test';
import { FORM_REFUSED } from '../helpers/watch';
import { postCustom } from '../helpers/webhooks';

const report = (no: number, what: string) => ({ title: 'Weekly report', about: { what, no, prio: 'P1' }, list: [{ 'full name': 'x' }] });

test('a field is chosen in the JSON, tried on the last events and saved', async ({ page, context, server, secrets }) => {
  await postCustom(server, secrets, report(1, 'Disk full'));
  await postCustom(server, secrets, report(2, 'Fan broken'));
  await signIn(context);
  await open(page, '/');
  await expect(recent(page).getByText('Weekly report')).toHaveCount(2);
  await open(page, '/sources/custom');
  await page.locator('summary', { hasText: 'Alert fields' }).click();
  const part = (name: string) => page.getByRole('row', { name: new RegExp(`^${name}`) });
  await expect(part('Title')).toContainText('$.title');
  await expect(part('Deduplication key')).toContainText('Not in the payload');
  await expect(page.getByRole('heading', { name: 'The last 2 events' })).toBeVisible();

  const line = (name: string) => page.getByRole('treeitem').filter({ hasText: name });
  const use = async (name: string, word: string) => {
    await line(name).hover();
    await line(name).getByRole('button', { name: `Use as ${word}` }).click();
  };
  await use('what', 'title');
  await expect(part('Title')).toContainText('$.about.what');
  await expect(page.getByRole('heading', { name: '2 of the last 2 events would differ' })).toBeVisible();
  await page.getByRole('button', { name: 'Choose the field of the severity' }).click();
  await use('prio', 'severity');
  await page.getByRole('button', { name: 'Choose the field of the deduplication key' }).click();
  await use('no', 'deduplication key');
  await expect(page.locator('.tried')).toContainText('Fan broken · key 2');
  await page.getByRole('button', { name: 'Save fields' }).click();
  await expect(page.getByRole('button', { name: 'Save fields' })).toBeHidden();

  await postCustom(server, secrets, report(3, 'Power lost'));
  await open(page, '/');
  const alert = recent(page).filter({ hasText: 'Power lost' });
  await expect(alert).toContainText('Critical');

  await open(page, '/sources/custom');
  await page.locator('summary', { hasText: 'Alert fields' }).click();
  await page.getByRole('button', { name: 'Reset the field of the title' }).click();
  await expect(part('Title')).toContainText('$.title');
  await expect(page.getByRole('heading', { name: '3 of the last 3 events would differ' })).toBeVisible();
});

test('a path that is none is refused at its setting', async ({ page, context, server, secrets, watch }) => {
  watch.allow(FORM_REFUSED);
  await postCustom(server, secrets, report(1, 'Disk full'));
  await signIn(context);
  await open(page, '/sources/custom');
  await page.locator('summary', { hasText: 'Settings' }).click();
  await page.getByLabel('Field of the title').fill('title');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('must be a path such as $.check.name')).toBeVisible();
});
