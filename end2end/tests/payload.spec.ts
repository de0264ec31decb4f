// The body of an event: as a tree, as it came, as a file, and as a command.

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

import type { Page } from '@playwright/test';

import { allowClipboard, eventDialog, expectCopied, line, postBytes, postPush, tree } from '../helpers/console';
import { expect, open, signIn, test } from '../helpers/test';
import { postCustom } from '../helpers/webhooks';

const run = promisify(execFile);

/** Written as nobody's JSON library would: spaces, a number too large for one, an escape, a quote, two lines at its end. */
const BODY = [
  '{ "title":"It\'s  here",  "size": 1e400,',
  '  "list":[{"name":"alpha"},  {"name":"beta \\u00e9"}], "empty":{},',
  '  "deep":{"one":{"two":{"three":"Needle in the hay"}}}, "odd key":"ÿ 💡"}',
  '',
  '',
].join('\n');

test('the tree folds and unfolds', async ({ page, context, server, secrets }) => {
  await postBytes(server, secrets, BODY);
  await signIn(context);
  await open(page, '/events?event=1');
  // Numbers and strings stay as they were sent, and what is deep is folded at first.
  await expect(line(page, 'size')).toContainText('1e400');
  await expect(line(page, 'beta')).toContainText('"beta \\u00e9"');
  await expect(line(page, 'empty')).toContainText('{}');
  await expect(line(page, 'two: {…}')).toContainText('1 key');
  await expect(line(page, 'three')).toHaveCount(0);

  await line(page, 'two').getByRole('button', { name: 'Expand', exact: true }).click();
  await expect(line(page, 'three')).toContainText('"Needle in the hay"');
  await line(page, 'list').getByRole('button', { name: 'Collapse', exact: true }).click();
  await expect(line(page, 'list')).toContainText('2 items');
  await expect(line(page, 'alpha')).toHaveCount(0);
  await expect(line(page, 'three')).toBeVisible();

  await eventDialog(page).getByRole('button', { name: 'Collapse', exact: true }).first().click();
  await expect(line(page, 'deep')).toContainText('1 key');
  await expect(line(page, 'three')).toHaveCount(0);
  await eventDialog(page).getByRole('button', { name: 'Expand all' }).click();
  await expect(line(page, 'three')).toBeVisible();
  await expect(line(page, 'alpha')).toBeVisible();
});

test('the search counts, goes on and around, and opens what is folded', async ({ page, context, server, secrets }) => {
  await postBytes(server, secrets, BODY);
  await signIn(context);
  await open(page, '/events?event=1');
  const search = eventDialog(page).getByRole('searchbox', { name: 'Search in the payload' });
  const count = eventDialog(page).locator('.search-count');
  const current = tree(page).locator('[data-current]');

  await search.fill('NAME');
  await expect(count).toHaveText('1 of 2');
  await expect(current).toContainText('alpha');
  await search.press('Enter');
  await expect(count).toHaveText('2 of 2');
  await expect(current).toContainText('beta');
  await search.press('Enter');
  await expect(count).toHaveText('1 of 2');
  await search.press('Shift+Enter');
  await expect(count).toHaveText('2 of 2');

  await expect(line(page, 'three')).toHaveCount(0);
  await search.fill('needle');
  await expect(count).toHaveText('1 of 1');
  await expect(current).toContainText('three');
  await search.fill('hay that is not there');
  await expect(count).toHaveText('none');
  await search.fill('');
  await expect(count).toHaveText('');
});

test('a value and a path are copied', async ({ page, context, server, secrets }) => {
  await allowClipboard(context, server);
  await postBytes(server, secrets, BODY);
  await signIn(context);
  await open(page, '/events?event=1');
  const copy = async (text: string, what: 'Value' | 'Path') => {
    await line(page, text).hover();
    await line(page, text).getByRole('button', { name: what }).click();
  };
  // A string as what it says, everything else as it was written.
  await copy('beta', 'Value');
  await expectCopied(page, 'beta é');
  await copy('size', 'Value');
  await expectCopied(page, '1e400');
  await copy('list', 'Value');
  await expectCopied(page, '[{"name":"alpha"},  {"name":"beta \\u00e9"}]');
  await copy('beta', 'Path');
  await expectCopied(page, '$.list[1].name');
  await copy('odd key', 'Path');
  await expectCopied(page, '$["odd key"]');
});

test('raw shows the text, and the file has the bytes', async ({ page, context, server, secrets }) => {
  await postBytes(server, secrets, BODY);
  // Neither JSON nor text: what cannot be shown can still be had.
  const bytes = Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0x0d, 0x0a, 0x7d]);
  await postBytes(server, secrets, bytes);
  await signIn(context);
  await open(page, '/events?event=1');
  const shown = () => eventDialog(page).locator('.json-line').allTextContents();
  await expect(tree(page)).toBeVisible();
  await eventDialog(page).getByRole('button', { name: 'Raw' }).click();
  await expect(tree(page)).toBeHidden();
  await expect.poll(async () => (await shown()).join('\n')).toBe(BODY.slice(0, -1));
  expect(await download(page)).toEqual(Buffer.from(BODY));

  await open(page, '/events?event=2');
  await expect(eventDialog(page).getByRole('button', { name: 'Tree' })).toBeDisabled();
  await expect.poll(async () => (await shown()).length).toBeGreaterThan(0);
  expect(await download(page)).toEqual(bytes);
});

async function download(page: Page): Promise<Buffer> {
  const [file] = await Promise.all([page.waitForEvent('download'), eventDialog(page).getByRole('link', { name: 'Download the raw payload' }).click()]);
  return readFile(await file.path());
}

test('a delivery is copied as a command that sends the same again', async ({ page, context, server, secrets }) => {
  await allowClipboard(context, server);
  const id = await postBytes(server, secrets, BODY);
  await signIn(context);
  await open(page, `/events?event=${id}`);
  expect(JSON.parse(await runCopied(page))).toEqual({ status: 'duplicate', event_id: id });
});

/** Copies the command, and runs it as a shell would; returns what came back. */
async function runCopied(page: Page): Promise<string> {
  await eventDialog(page).getByRole('button', { name: 'Copy as curl' }).click();
  await expect(eventDialog(page).getByRole('button', { name: 'Copied' })).toBeVisible();
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await expect.poll(copied).toMatch(/(^| \| )curl /);
  // On its stdin, as pasted into a terminal.
  const shell = run('sh');
  shell.child.stdin!.end(await copied());
  return (await shell).stdout;
}

// Linux hands a program no argument of more than 128 KiB.
test('a large delivery is copied as a command, too', async ({ page, context, server, secrets }) => {
  await allowClipboard(context, server);
  const id = await postPush(server, secrets, JSON.stringify({ ref: 'refs/heads/master', padding: 'x'.repeat(200_000) }));
  await signIn(context);
  await open(page, `/events?event=${id}`);
  expect(JSON.parse(await runCopied(page))).toEqual({ status: 'duplicate', event_id: id });
});

test('elements of an array have their index', async ({ page, context, server, secrets }) => {
  await postCustom(server, secrets, { title: 'Disk full', severity: 'error', disks: ['sda', 'sdb'] });
  await signIn(context);
  await open(page, '/events?event=1');
  await expect(eventDialog(page).locator('.json-index')).toHaveText(['0', '1']);
});
