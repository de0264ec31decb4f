// What keeps people out who cannot see well, or who point with a thumb.

import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** Least extent of what is tapped, in CSS pixels. */
const THUMB = 44;

/**
 * The serious and critical violations of WCAG 2.1 AA that axe finds, a line each; an id that two fields share is one,
 * though axe would rather be asked again. No page has frames, so none need be gathered.
 */
export async function violations(page: Page, only?: string): Promise<string[]> {
  const axe = new AxeBuilder({ page }).setLegacyMode();
  // Two landmarks of one name are a best practice of axe, and only moderate: who jumps between them cannot tell them apart.
  const all = { runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21aa'] }, rules: { 'landmark-unique': { enabled: true } } } as const;
  const found = await (only ? axe.withRules([only]) : axe.options(all)).analyze();
  const grave = found.violations.filter(({ id, impact }) => id === 'landmark-unique' || impact === 'serious' || impact === 'critical');
  const shared = found.incomplete.filter(({ id }) => id === 'duplicate-id-aria');
  return [...grave, ...shared].flatMap(({ id, nodes }) =>
    nodes.map(({ target, any, all, none }) => {
      const why = [...any, ...all, ...none].map(({ message }) => message).join('; ');
      return `${id}: ${target.join(' ')}: ${why}`;
    }),
  );
}

/** By how many pixels the page is wider than the screen. */
export function overhang(page: Page): Promise<number> {
  return page.evaluate(() => {
    // What is fixed to the screen does not make the page wider.
    const isShown = (element: Element) => element.checkVisibility() && getComputedStyle(element).position === 'fixed';
    const overhangs = [...document.querySelectorAll('body *')].filter(isShown).map((element) => element.scrollWidth - element.clientWidth);
    return Math.max(document.documentElement.scrollWidth - window.innerWidth, ...overhangs);
  });
}

/**
 * Buttons in the main area that are lower than a thumb, and links that are smaller in both directions. What counts is
 * where a tap arrives: a link may cover its row. A link within a sentence is as high as the sentence, and a fold of a
 * payload as its line: there are buttons that fold and unfold all.
 */
export function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate((thumb) => {
    const small: string[] = [];
    const area = document.querySelector('dialog:modal') ?? document.querySelector('main')!;
    for (const element of area.querySelectorAll<HTMLElement>(':is(button, summary, a[href]):not(:disabled, :is(p, dd, small) a, .json-fold)')) {
      if (!element.checkVisibility({ visibilityProperty: true })) continue;
      element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
      const box = element.getBoundingClientRect();
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      const isHit = (dx: number, dy: number) => element.contains(document.elementFromPoint(x + dx, y + dy));
      const reach = (dx: number, dy: number) => {
        let steps = 0;
        while (steps < thumb && isHit(dx * steps, dy * steps)) steps++;
        return steps;
      };
      const height = Math.max(box.height, reach(0, 1) + reach(0, -1) - 1);
      const width = Math.max(box.width, reach(1, 0) + reach(-1, 0) - 1);
      const isEnough = element.matches('a') ? Math.max(width, height) >= thumb : height >= thumb;
      const name = element.getAttribute('aria-label') ?? element.innerText.trim().replace(/\s+/g, ' ');
      if (!isEnough) small.push(`${element.localName}.${element.className} "${name}": ${Math.round(width)}×${Math.round(height)}`);
    }
    return [...new Set(small)];
  }, THUMB);
}
