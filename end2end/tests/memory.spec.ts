// The memory of a page that stays open while alerts come.

import type { Page } from '@playwright/test';

import { expect, open, rows, signIn, test } from '../helpers/test';
import { postGroup, postGroups } from '../helpers/webhooks';

const memory = (page: Page) => page.evaluate(() => (window as unknown as { memory: WebAssembly.Memory }).memory.buffer.byteLength / 1024);

for (const path of ['/alerts', '/']) {
  test(`${path} is about as large after 10,000 frames as after 2,000`, async ({ page, context, server }) => {
    test.setTimeout(180_000);
    await page.addInitScript(() => {
      const keep = (made: WebAssembly.WebAssemblyInstantiatedSource) => {
        // Later parts of the program use the memory of the first.
        if (made.instance.exports.memory) Object.assign(window, { memory: made.instance.exports.memory });
        return made;
      };
      const [streaming, whole] = [WebAssembly.instantiateStreaming, WebAssembly.instantiate];
      WebAssembly.instantiateStreaming = async (...args) => keep(await streaming(...args));
      WebAssembly.instantiate = (async (...args: Parameters<typeof whole>) => keep(await whole(...args))) as never;
    });
    await postGroups(server, 50);
    await signIn(context);
    await open(page, path);
    const sizes: number[] = [];
    for (let thousand = 1; thousand <= 10; thousand++) {
      for (let group = 0; group < 20; group++) await postGroup(server, thousand * 1_000 + group * 50, 50);
      sizes.push(await memory(page));
    }
    // Memory never shrinks, and its use varies with what comes at once. A row that leaks half a kilobyte makes it grow in six to
    // eight of the nine; without, it grew in one or two, and once in five while both processors were busy.
    const grown = sizes.slice(1).filter((size, i) => size > sizes[i]).length;
    expect(grown, sizes.join(' ')).toBeLessThan(6);
  });
}
