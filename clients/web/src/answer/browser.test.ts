import { newRequestId } from '@cortado/api';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { looks, overflow, startBrowser, turn, violations } from '../testing/browser.js';
import { type AskedLink, type Site, startSite, tuesday } from '../testing/site.js';

let site: Site;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  site = await startSite();
  browser = await startBrowser();
  page = await (await browser.newContext({ locale: 'en-GB' })).newPage();
});
afterAll(async () => {
  await browser?.close();
  await site?.stop();
});

const longName = 'Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh Maximiliane';

// A request with everything a page can show.
async function askRichly(zone = 'Europe/London'): Promise<AskedLink> {
  const times = [tuesday(site.now(), 3), tuesday(site.now(), 3, 12), tuesday(site.now(), 10, 9)];
  const from = {
    name: longName,
    title: 'Senior analyst',
    department: 'Donaudampfschifffahrtsgesellschaft',
    zone,
  };
  const asked = await site.ask({ from, message: `Hello!\n\n${'coffee '.repeat(80)}${'x'.repeat(120)}`, times });
  const [ada, ben] = await Promise.all(
    [asked.requester, asked.mentor].map((one) => site.cortado.as(one.replace('people/', ''))),
  );
  await ben?.matching.askRequester({ request: asked.request, question: 'What about?', requestId: newRequestId() });
  await ada?.matching.replyWithDetails({ request: asked.request, details: 'About Go.', requestId: newRequestId() });
  return { ...asked, url: await site.newerLink(asked.mentor, asked.url) };
}

async function openDrawers(): Promise<void> {
  const closed = page.locator('details:not([open]) > summary');
  while ((await closed.count()) > 0) {
    await page.evaluate('document.querySelectorAll("details").forEach((one) => { one.name = ""; one.open = true; })');
  }
}

async function expectGood(what: string): Promise<void> {
  const problems: string[] = [];
  for (const look of looks) {
    await turn(page, look);
    const found = [...(await violations(page)), ...((await overflow(page)) > 0 ? ['wider than the window'] : [])];
    problems.push(...found.map((problem) => `${what}, ${look.colorScheme} ${look.width}: ${problem}`));
  }
  // As wide as a desktop’s page at 400 percent (WCAG 1.4.10).
  await page.setViewportSize({ width: 320, height: 700 });
  if ((await overflow(page)) > 0) problems.push(`${what}: wider than 320 pixels`);
  expect(problems).toEqual([]);
}

const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

async function choose(heading: string, fill?: () => Promise<void>): Promise<void> {
  await page.locator('summary', { hasText: heading }).click();
  await fill?.();
  await page.locator('details[open] button').click();
}

describe('axe finds nothing wrong, by day and by night, on a desk and on a phone, with', () => {
  test('the request, its drawers open, in both languages', async () => {
    const { url } = await askRichly('Asia/Tokyo');
    for (const language of ['en', 'de']) {
      await page.goto(`${url}?lang=${language}`);
      await expectGood(`request ${language}`);
      await openDrawers();
      await page.locator('input[value="own"]').check();
      await expectGood(`open request ${language}`);
    }
  });

  test('a request with nothing but a name', async () => {
    await page.goto((await site.ask()).url);
    await expectGood('bare request');
  });

  test('a form to mend', async () => {
    const { url } = await askRichly();
    await page.goto(url);
    await page.locator('input[value="own"]').check();
    await page.locator('button').first().click();
    await expectGood('time to mend');
    await page.goto(url);
    await choose('Tell me more first', () => page.locator('textarea').fill(' '));
    await expectGood('question to mend');
  });

  test('a yes, to confirm, said, and used', async () => {
    const { url, mentor } = await askRichly();
    await page.goto(url);
    await page.locator('button').first().click();
    await expectGood('confirm yes');
    await press('Say yes');
    await expectGood('booked');
    await page.goto(url);
    await expectGood('used');
    const again = await site.askAgain(mentor, { times: [tuesday(site.now(), 3)] });
    await page.goto(again.url);
    await page.locator('button').first().click();
    await press('Say yes');
    expect(await page.textContent('h2')).toBe('These times are free for you both');
    await expectGood('time taken');
  });

  test('a question, to confirm, sent, and waiting', async () => {
    const { url } = await askRichly();
    await page.goto(url);
    await choose('Tell me more first', () => page.locator('textarea').fill(`Why?\n${'w'.repeat(300)}`));
    await expectGood('confirm question');
    await press('Send the question');
    await expectGood('asked');
    await page.goto(url);
    await expectGood('waiting');
  });

  test('“not now”, to confirm, said, and used', async () => {
    const { url } = await askRichly();
    await page.goto(url);
    await choose('Not now', () => page.locator('#until').fill(tuesday(site.now(), 20).toISOString().slice(0, 10)));
    await expectGood('confirm not now');
    await press('Say “not now”');
    await expectGood('not now');
    await page.goto(url);
    await expectGood('postponed');
  });

  test('a no, to confirm, said, and used', async () => {
    const { url } = await askRichly();
    await page.goto(url);
    await choose('No, thank you');
    await expectGood('confirm no');
    await press('Say no');
    await expectGood('declined');
    await page.goto(url);
    await expectGood('closed');
  });

  test('links that are not good, addresses that are none, and forms of strangers', async () => {
    const { url } = await site.ask();
    for (const link of [`${url}x`, `${site.origin}/`, `${site.origin}/answer/${'.'.repeat(40)}`]) {
      await page.goto(link);
      await expectGood(link);
    }
    await page.goto(url);
    await page.context().clearCookies();
    await choose('No, thank you');
    expect(await page.textContent('[role=alert]')).toContain('Please confirm once more');
    await expectGood('confirm again');
  });
});

describe('without script', () => {
  test('in German, on a phone, a time of one’s own is chosen, confirmed and booked', async () => {
    const asked = await site.ask({ times: [tuesday(site.now(), 3)] });
    const context = await browser.newContext({
      javaScriptEnabled: false,
      locale: 'de-DE',
      viewport: { width: 360, height: 700 },
    });
    const phone = await context.newPage();
    const refused: string[] = [];
    phone.on('requestfailed', (request) => refused.push(request.url()));
    await phone.goto(asked.url);
    expect(await phone.textContent('h1')).toBe('Ada Bergström möchte sich mit dir auf einen Kaffee treffen');
    await phone.getByLabel('Eine andere Zeit').check();
    await phone.locator('#day').fill(tuesday(site.now(), 10).toISOString().slice(0, 10));
    await phone.locator('#clock').fill('14:00');
    await phone.getByRole('button', { name: 'Weiter' }).first().click();
    await phone.getByRole('link', { name: 'Etwas ändern' }).click();
    await phone.getByRole('link', { name: 'English' }).click();
    expect(await phone.textContent('h1')).toContain('would like to have a coffee chat with you');
    await phone.getByRole('button', { name: 'Continue' }).first().click();
    await phone.getByRole('button', { name: 'Say yes' }).click();
    expect(await phone.textContent('h1')).toBe('You two are having coffee');
    // A reload sends the form again.
    await phone.reload();
    expect(await phone.textContent('h1')).toBe('You two are having coffee');
    expect(refused).toEqual([]);
    await context.close();
  });
});

test('by keyboard alone one reaches everything, sees where one is, and answers', async () => {
  const asked = await site.ask({ times: [tuesday(site.now(), 3)] });
  await turn(page, { colorScheme: 'light', width: 1280 });
  await page.goto(asked.url);
  const focused = () =>
    page.evaluate<[string, boolean]>(`(() => {
      const one = document.activeElement;
      const shown = one.matches('input[type=radio]') ? one.closest('label') : one;
      return [one.textContent.trim() || one.value, getComputedStyle(shown).outlineStyle !== 'none'];
    })()`);
  const seen: string[] = [];
  for (let i = 0; i < 7; ++i) {
    await page.keyboard.press('Tab');
    const [what, isVisible] = await focused();
    expect([what, isVisible]).toEqual([what, true]);
    seen.push(what);
  }
  const time = String(tuesday(site.now(), 3).getTime() / 1000);
  const drawers = ['Tell me more first', 'Not now', 'No, thank you'];
  expect(seen).toEqual(['Skip to the content', 'Deutsch', time, 'Continue', ...drawers]);
  for (let i = 0; i < 3; ++i) await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await page.waitForURL(/confirm$/);
  for (let i = 0; i < 2; ++i) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => !url.pathname.endsWith('confirm'));
  expect(await page.textContent('h1')).toBe('You two are having coffee');
});

test('nothing is loaded from elsewhere, and nobody learns where a visitor came from', async () => {
  const asked = await site.ask();
  const context = await browser.newContext();
  const fresh = await context.newPage();
  const loaded: { host: string; referer: string }[] = [];
  fresh.on('request', (request) => {
    loaded.push({ host: new URL(request.url()).origin, referer: request.headers()['referer'] ?? '' });
  });
  await fresh.goto(asked.url);
  await fresh.waitForLoadState('networkidle');
  expect(loaded.length).toBeGreaterThan(1);
  expect(loaded).toEqual(loaded.map(() => ({ host: site.origin, referer: '' })));
  await context.close();
});
