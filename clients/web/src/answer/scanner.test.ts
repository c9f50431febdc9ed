import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AskedLink, type Site, startSite, tuesday } from '../testing/site.js';
import { visitor } from '../testing/visitor.js';

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.stop());

async function requestOf({ requester, request }: AskedLink) {
  const ada = await site.cortado.as(requester.replace('people/', ''));
  return ada.matching.getRequest({ name: request });
}

const prefetches: readonly Record<string, string>[] = [
  {},
  { 'sec-purpose': 'prefetch;prerender' },
  { purpose: 'prefetch' },
  { 'x-moz': 'prefetch' },
  { 'user-agent': 'SafeLinks', accept: '*/*' },
];

// What an over-eager scanner may make of the links and forms of a page.
function guesses(url: string): string[] {
  const queries = [
    '',
    '?answer=accept&time=open&confirmed=yes',
    '?answer=decline',
    '?lang=de',
    '?csrf=x&answer=later&until=2027-01-05',
  ];
  return queries.flatMap((query) => [url + query, `${url}/confirm${query}`]);
}

test('a scanner that opens every link, again and again, changes nothing', async () => {
  const asked = await site.ask({ times: [tuesday(site.now(), 3)] });
  const before = await requestOf(asked);
  const mails = site.mail.mails().length;
  const statuses = new Set<number>();
  for (let round = 0; round < 50; ++round) {
    const scanner = visitor();
    const page = await scanner.get(asked.url, prefetches[round % prefetches.length]);
    statuses.add(page.status);
    statuses.add((await scanner.head(asked.url)).status);
    for (const [, link = ''] of page.body.matchAll(/(?:href|src|action)="([^"]+)"/g)) {
      statuses.add((await scanner.get(new URL(link, asked.url).href)).status);
    }
  }
  for (const link of guesses(asked.url)) statuses.add((await visitor().get(link)).status);
  // 303: the page to confirm leads back to the link.
  expect([...statuses].sort()).toEqual([200, 303]);
  expect(await requestOf(asked)).toEqual({ ...before, requester: expect.anything(), mentor: expect.anything() });
  expect(site.mail.mails()).toHaveLength(mails);
  expect((await visitor().get(asked.url)).text).toContain('Yes, let’s meet');
});

test('HEAD tells what GET would, without its body', async () => {
  const asked = await site.ask();
  const [head, get] = [await visitor().head(asked.url), await visitor().get(asked.url)];
  expect([head.status, head.body]).toEqual([200, '']);
  expect(head.headers['content-length']).toBe(get.headers['content-length']);
});
