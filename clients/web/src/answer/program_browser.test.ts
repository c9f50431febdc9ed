import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { looks, overflow, startBrowser, turn, violations } from '../testing/browser.js';
import { invite, type Linked, pairUp } from '../testing/pairs.js';
import { type Site, startSite } from '../testing/site.js';

let site: Site;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  site = await startSite();
  browser = await startBrowser();
  page = await (await browser.newContext({ locale: 'en-GB', javaScriptEnabled: true })).newPage();
});
afterAll(async () => {
  await browser?.close();
  await site?.stop();
});

const longName = 'Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh Maximiliane';

async function expectGood(what: string): Promise<void> {
  const problems: string[] = [];
  for (const look of looks) {
    await turn(page, look);
    const found = [...(await violations(page)), ...((await overflow(page)) > 0 ? ['wider than the window'] : [])];
    problems.push(...found.map((problem) => `${what}, ${look.colorScheme} ${look.width}: ${problem}`));
  }
  expect(problems).toEqual([]);
}

const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

describe('axe finds nothing wrong, by day and by night, on a desk and on a phone, with', () => {
  test('a programme, its drawers open, to confirm, and said', async () => {
    const { people } = await invite(site, `Donaudampfschifffahrtskaffee ${'x'.repeat(60)}`, [{ name: longName }]);
    const [one] = people as [Linked];
    await page.goto(one.url);
    await page.evaluate('document.querySelectorAll("details").forEach((one) => { one.name = ""; one.open = true; })');
    await expectGood('programme');
    await page.getByRole('button', { name: 'Continue' }).first().click();
    await expectGood('confirm joining');
    await press('I take part');
    await expectGood('joined');
    await page.getByRole('link', { name: 'Change something' }).click();
    expect(await page.textContent('h1')).toContain('Donaudampfschifffahrtskaffee');
  });

  test('a pair, its times, a proposal of each side, and the chat', async () => {
    const other = { name: longName, title: 'Senior analyst', zone: 'Asia/Kolkata' };
    const [one, two] = await pairUp(site, 'Friday coffee', { name: 'Ada Bergström', title: 'Engineer' }, other);
    await page.goto(one.url);
    await expectGood('times');
    await page.locator('button[name=time]').first().click();
    await expectGood('confirm a proposal');
    await press('Propose this time');
    await expectGood('proposed');
    await page.goto(one.url);
    await expectGood('own proposal');
    await page.goto(`${two.url}?lang=de`);
    await expectGood('their proposal');
    await page.locator('button[name=time]').first().click();
    await expectGood('confirm a booking');
    await press('Diese Zeit buchen');
    expect(await page.textContent('h1')).toBe('Euer Chat ist gebucht');
    await expectGood('booked');
  });
});

test('on a phone without script a time is proposed and booked with four taps', async () => {
  const [one, two] = await pairUp(site, 'Quick coffee', { name: 'Ada Bergström' }, { name: 'Ben Okafor' });
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 360, height: 700 } });
  const phone = await context.newPage();
  for (const { url } of [one, two]) {
    await phone.goto(url);
    await phone.locator('button[name=time]').first().click();
    await phone.getByRole('button', { name: /this time$/ }).click();
  }
  expect(await phone.textContent('h1')).toBe('Your chat is booked');
  await context.close();
});
