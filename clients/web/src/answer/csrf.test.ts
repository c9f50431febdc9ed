import { Request_State } from '@cortado/api/gen/cortado/matching/v1/match_pb.js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AskedLink, type Site, startSite } from '../testing/site.js';
import { type Answered, type Visitor, visitor } from '../testing/visitor.js';
import { type CsrfParts, isForeign, isProven, makeProof } from './csrf.js';

describe('a form', () => {
  let site: Site;
  let asked: AskedLink;
  let ben: Visitor;
  let confirm: Answered;
  beforeAll(async () => {
    site = await startSite();
    asked = await site.ask();
  });
  afterAll(() => site.stop());
  beforeEach(async () => {
    ben = visitor();
    confirm = await ben.choose(await ben.get(asked.url), 'decline');
  });

  async function expectNothingHappened(page: Answered): Promise<void> {
    expect(page.status).toBe(403);
    const ada = await site.cortado.as(asked.requester.replace('people/', ''));
    expect((await ada.matching.getRequest({ name: asked.request })).state).toBe(Request_State.OPEN);
  }

  const fields = () => confirm.forms[0]?.fields ?? {};

  test('without the proof of its page does nothing, and is shown to confirm anew', async () => {
    for (const csrf of ['', 'x', 'A'.repeat(43)]) {
      const page = await ben.post(asked.url, { ...fields(), csrf });
      await expectNothingHappened(page);
      expect(page.text).toContain('Please confirm once more; nothing has happened yet.');
    }
    const { csrf: _, ...without } = fields();
    await expectNothingHappened(await ben.post(asked.url, without));
  });

  test('with the proof of another browser, or of another link, does nothing', async () => {
    const eve = visitor();
    await eve.get(asked.url);
    await expectNothingHappened(await eve.post(asked.url, fields()));
    await expectNothingHappened(await visitor().post(asked.url, fields()));
    const other = await site.ask();
    const page = await ben.choose(await ben.get(other.url), 'decline');
    await expectNothingHappened(await ben.post(asked.url, page.forms[0]?.fields ?? {}));
  });

  test('that another site sent, as the browser says, does nothing', async () => {
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
    ]) {
      const page = await ben.post(asked.url, fields(), headers);
      await expectNothingHappened(page);
      expect(page.text).toContain('That came from another page');
    }
  });

  test('is good still after a second tab', async () => {
    await ben.get(asked.url);
    const other = await site.ask();
    await ben.get(other.url);
    expect((await ben.confirm(confirm)).status).toBe(200);
  });
});

const parts: CsrfParts = { secret: Buffer.alloc(32, 1), isHttps: true, origin: 'https://cortado.example.com' };

test('over https the cookie can come from this host alone', () => {
  const { cookie } = makeProof(parts, {}, 'token');
  expect(cookie).toMatch(/^__Host-cortado=[\w-]{22}; Path=\/; HttpOnly; SameSite=Strict; Secure$/);
});

test('a proof is good for its secret, its cookie and its link', () => {
  const { field, cookie } = makeProof(parts, {}, 'token');
  const headers = { cookie: `a=b; ${cookie.split(';')[0]}; c=d` };
  expect(makeProof(parts, headers, 'token').field).toBe(field);
  expect(isProven(parts, headers, 'token', field)).toBe(true);
  expect(isProven(parts, headers, 'tokem', field)).toBe(false);
  expect(isProven(parts, {}, 'token', field)).toBe(false);
  expect(isProven(parts, headers, 'token', null)).toBe(false);
  expect(isProven({ ...parts, secret: Buffer.alloc(32, 2) }, headers, 'token', field)).toBe(false);
});

test('browsers that say nothing, and our own pages, are not foreign', () => {
  const ours = [
    {},
    { origin: 'null' },
    { origin: parts.origin },
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
  ];
  expect(ours.map((headers) => isForeign(parts, headers))).toEqual(ours.map(() => false));
});
