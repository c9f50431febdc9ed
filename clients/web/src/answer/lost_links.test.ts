import { startCortado } from '@cortado/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWeb, type Web } from '../server.js';
import { freePort, type Site, startSite, webOptions } from '../testing/site.js';
import { type Answered, visitor } from '../testing/visitor.js';

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.stop());

function expectPage(page: Answered, status: number, words: string): void {
  expect([page.status, page.text.match(/web\.\w+|undefined|\[object/g)]).toEqual([status, null]);
  expect(page.text).toContain(words);
}

const tokenOf = (url: string) => url.split('/answer/')[1] ?? '';

// The token with one character of one of its parts changed.
function altered(url: string, part: number): string {
  const [, origin = '', token = ''] = /^(.*\/answer\/)(.*)$/.exec(url) ?? [];
  const parts = token.split('.');
  const old = parts[part] ?? '';
  parts[part] = `${old.slice(0, 9)}${old[9] === 'A' ? 'B' : 'A'}${old.slice(10)}`;
  return origin + parts.join('.');
}

// A token that says `claims`, signed by nobody.
function unsigned(url: string, claims: object): string {
  const [head = '', , signature = ''] = tokenOf(url).split('.');
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return `${url.split('/answer/')[0]}/answer/${head}.${payload}.${signature}`;
}

describe('a link that is not good', () => {
  test('because it was altered is answered alike, whatever was altered', async () => {
    const { url } = await site.ask();
    for (const link of [altered(url, 0), altered(url, 1), altered(url, 2), url.slice(0, -1), `${url}x`, `${url}.x`]) {
      const page = await visitor().get(link);
      expectPage(page, 404, 'This link is not good, or not any more');
      expect(page.text).toContain('Open the newest mail from Cortado');
      expect(page.forms).toEqual([]);
    }
  });

  test('does not tell whether the request exists that it names', async () => {
    const { url, request } = await site.ask();
    const claims = JSON.parse(Buffer.from(tokenOf(url).split('.')[1] ?? '', 'base64url').toString());
    const texts = [];
    for (const name of [request, 'requests/nobody-asked-this']) {
      const page = await visitor().get(unsigned(url, { ...claims, scope: `answer:${name}@1` }));
      expect(page.status).toBe(404);
      texts.push(page.text);
    }
    expect(texts[0]).toBe(texts[1]);
  });

  test('cannot be answered with either', async () => {
    const { url } = await site.ask();
    const ben = visitor();
    const page = await ben.get(url);
    const fields = { ...page.forms[0]?.fields, answer: 'decline' };
    for (const link of [altered(url, 2), `${altered(url, 2)}/confirm`]) {
      expectPage(await ben.post(link, fields), 404, 'This link is not good');
    }
    expect((await ben.get(url)).status).toBe(200);
  });

  test('because it ended with its request says so', async () => {
    const { url } = await site.ask();
    expect((await visitor().get(url)).status).toBe(200);
    await site.advance('8d', 8 * 24 * 60 * 60 * 1000);
    expectPage(await visitor().get(url), 410, 'This link has ended');
    expectPage(await visitor('de').get(url), 410, 'Dieser Link ist abgelaufen');
  });

  test('because its person left is not good for anything', async () => {
    const { url, mentor } = await site.ask();
    const hr = await site.cortado.operator();
    const person = await hr.profile.getPerson({ name: mentor });
    await hr.profile.updatePerson({
      person: { ...person, active: false },
      updateMask: { paths: ['active'] },
      requestId: 'leaves-0001',
    });
    expectPage(await visitor().get(url), 404, 'This link is not good, or not any more');
  });
});

describe('a link of another organisation', () => {
  let other: Awaited<ReturnType<typeof startCortado>>;
  let web: Web;
  let origin: string;
  beforeAll(async () => {
    const port = await freePort();
    origin = `http://127.0.0.1:${port}`;
    other = await startCortado();
    web = await startWeb(webOptions(other.addresses, port));
  });
  afterAll(async () => {
    await web.stop(1000);
    await other.stop();
  });

  test('looks like an altered one', async () => {
    const { url } = await site.ask();
    expectPage(await visitor().get(url.replace(site.origin, origin)), 404, 'This link is not good, or not any more');
  });
});

describe('while the services do not answer', () => {
  test('a link says to come back, and is good again afterwards; what was sent is kept', async () => {
    const { url } = await site.ask();
    const ben = visitor();
    const page = await ben.get(url);
    const confirm = await ben.choose(page, 'ask', { question: 'Why me?' });
    await site.cortado.kill9();
    const away = await ben.get(url);
    expectPage(away, 503, 'Cortado cannot answer right now');
    expect(Number(away.headers['retry-after'])).toBeGreaterThan(0);
    const kept = await ben.confirm(confirm);
    expectPage(kept, 503, 'nothing is done twice');
    expect(kept.forms[0]?.fields).toMatchObject({ answer: 'ask', question: 'Why me?' });
    expect((await ben.get(`${site.ops}/readyz`)).body).toBe('not serving: profile, matching, scheduling\n');
    expect((await ben.get(`${site.ops}/healthz`)).status).toBe(200);

    await site.cortado.restart();
    expect((await ben.get(`${site.ops}/readyz`)).body).toBe('ready\n');
    expectPage(await ben.confirm(kept), 200, 'Your question is on its way');
  });

  test('a frozen service keeps nobody waiting for long', async () => {
    const { url } = await site.ask();
    site.cortado.freeze();
    const began = performance.now();
    const page = await visitor().get(url);
    site.cortado.thaw();
    expectPage(page, 503, 'Cortado cannot answer right now');
    expect(performance.now() - began).toBeLessThan(9000);
    expectPage(await visitor().get(url), 200, 'would like to have a coffee chat');
  });
});
