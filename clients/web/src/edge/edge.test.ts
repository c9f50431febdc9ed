import { waitFor } from '@cortado/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { styleSheet } from '../page/assets.js';
import { startWeb, type Web } from '../server.js';
import { type RawAnswer, sendRaw } from '../testing/raw.js';
import { freePort, webOptions } from '../testing/site.js';
import { type Answered, visitor } from '../testing/visitor.js';

// No services stand behind it: nothing here gets that far.
const nowhere = 'unix:/nonexistent/cortado';
let web: Web;
let port: number;
let origin: string;
beforeAll(async () => {
  port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  web = await startWeb(webOptions(nowhere, port, { headTimeoutMs: 400, requestTimeoutMs: 800 }));
});
afterAll(() => web.stop(100));

const scope = { scope: 'answer:requests/r1@1', exp: 4_000_000_000 };
const link = () => `${origin}/answer/aa.${Buffer.from(JSON.stringify(scope)).toString('base64url')}.bb`;

const expectedHeaders: readonly [string, RegExp][] = [
  [
    'content-security-policy',
    /^default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
  ],
  ['referrer-policy', /^no-referrer$/],
  ['x-content-type-options', /^nosniff$/],
  ['x-frame-options', /^DENY$/],
  ['x-robots-tag', /noindex/],
  ['permissions-policy', /camera=\(\)/],
  ['cross-origin-opener-policy', /^same-origin$/],
];

function expectSafe(answer: Answered, cache = /^no-store$/): void {
  for (const [name, value] of [...expectedHeaders, ['cache-control', cache] as const]) {
    expect([name, String(answer.headers[name])]).toEqual([name, expect.stringMatching(value)]);
  }
  expect(answer.headers).not.toHaveProperty('strict-transport-security');
  expect(answer.headers).not.toHaveProperty('x-powered-by');
}

async function expectStillServing(): Promise<void> {
  expect((await visitor().get(`${origin}/robots.txt`)).status).toBe(200);
}

describe('every answer has the headers that keep it safe:', () => {
  test.each([
    ['GET', '/', 404],
    ['GET', '/answer/x', 404],
    ['GET', '/answer/a.b.c', 404],
    ['GET', '/nothing?lang=de', 404],
    ['GET', '/robots.txt', 200],
    ['POST', '/robots.txt', 405],
    ['POST', '/answer/a.b.c', 415],
    ['PUT', '/answer/a.b.c', 405],
    ['DELETE', '/answer/a.b.c/confirm', 405],
    ['OPTIONS', '/answer/a.b.c', 405],
    ['TRACE', '/answer/a.b.c', 405],
  ])('%s %s %i', async (method, path, status) => {
    const answer = await visitor().send(method, origin + path);
    expect(answer.status).toBe(status);
    expectSafe(answer);
    if (status === 405) expect(answer.headers['allow']).toBe(path === '/robots.txt' ? 'GET, HEAD' : 'GET, HEAD, POST');
  });

  test('503 for a link while the services are away', async () => {
    const answer = await visitor().get(link());
    expect(answer.status).toBe(503);
    expectSafe(answer);
  });

  test('200 for the files of pages, which may be kept', async () => {
    const answer = await visitor().get(origin + styleSheet.path);
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/css; charset=utf-8']);
    expectSafe(answer, /^public, max-age=31536000, immutable$/);
  });

  test('over https, a year and more of https alone', async () => {
    const other = await freePort();
    const options = webOptions(nowhere, other, { origin: 'https://cortado.example.com' });
    const secure = await startWeb(options);
    const answer = await visitor().get(`http://127.0.0.1:${other}/`);
    expect(answer.headers['strict-transport-security']).toBe('max-age=63072000');
    await secure.stop(100);
  });
});

describe('languages', () => {
  test.each([
    ['de-AT,de;q=0.9,en;q=0.5', 'Hier ist nichts'],
    ['fr, de;q=0.3', 'Hier ist nichts'],
    ['en;q=0.5, de;q=0.9', 'Hier ist nichts'],
    ['de;q=0', 'There is nothing here'],
    ['de;q=7', 'There is nothing here'],
    ['*', 'There is nothing here'],
    [';;,,=', 'There is nothing here'],
  ])('%s reads %s', async (language, words) => {
    expect((await visitor(language).get(`${origin}/x`)).text).toContain(words);
  });

  test('the address says more than the browser', async () => {
    const page = await visitor('en').get(`${origin}/answer/x?lang=de`);
    expect(page.body).toContain('<html lang="de">');
    expect(page.text).toContain('Dieser Link gilt nicht oder nicht mehr');
  });
});

describe('bodies', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  test.each([
    ['another type', { 'content-type': 'application/json' }, '{}', 415],
    ['a file', { 'content-type': 'multipart/form-data; boundary=x' }, '--x--', 415],
    ['another alphabet', { 'content-type': 'application/x-www-form-urlencoded; charset=utf-16' }, 'a=b', 415],
    ['packed', { ...form, 'content-encoding': 'gzip' }, 'a=b', 415],
    ['64 KB and one byte', form, 'a'.repeat(65_537), 413],
    ['megabytes', form, 'a'.repeat(5_000_000), 413],
    ['garbage', form, '%%%=%zz&\u0000&&&=', 503],
    ['64 KB', form, `answer=decline&x=${'a'.repeat(65_519)}`, 503],
  ])('%s', async (_, headers, body, status) => {
    const answer = await visitor().send('POST', link(), headers, body);
    expect(answer.status).toBe(status);
    await expectStillServing();
  });

  test('of unknown length are cut off where they are too long', async () => {
    const head = `POST ${new URL(link()).pathname} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const chunk = `8000\r\n${'a'.repeat(0x8000)}\r\n`;
    expect((await sendRaw(port, [head, chunk, chunk, chunk, chunk], 5)).status).toBe(413);
    await expectStillServing();
  });
});

describe('what is no request', () => {
  const get = (target: string, more = '') => `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${more}\r\n`;
  const answer = () => new URL(link()).pathname;
  test.each<[string, () => (string | Buffer)[], number]>([
    ['noise', () => [Buffer.from(Array.from({ length: 300 }, (_, i) => (i * 89) % 256))], 400],
    ['TLS', () => [Buffer.from('16030100a5010000a10303', 'hex')], 400],
    ['another protocol', () => ['HELO mail.example\r\n\r\n'], 400],
    ['HTTP/2', () => ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'], 400],
    ['no host', () => ['GET / HTTP/1.1\r\n\r\n'], 400],
    [
      'two lengths',
      () => [`POST ${answer()} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab`],
      400,
    ],
    [
      'length and chunks',
      () => [
        `POST ${answer()} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      ],
      400,
    ],
    ['a header in the target', () => ['GET /\rX-Evil: 1 HTTP/1.1\r\nHost: x\r\n\r\n'], 400],
    ['a folded header', () => [get('/', 'X-A: b\r\n c\r\n')], 400],
    ['a huge header', () => [get('/', `X-A: ${'a'.repeat(17_000)}\r\n`)], 431],
    [
      'a thousand headers',
      () => [get('/', Array.from({ length: 3000 }, (_, i) => `X-${i}: abcdef\r\n`).join(''))],
      431,
    ],
    ['a long target', () => [get(`/answer/${'a'.repeat(9000)}`)], 400],
    ['a whole address', () => [get('http://evil.example/answer/a.b.c')], 400],
    ['a way up', () => [get('/answer/../../etc/passwd')], 404],
    ['a way up, encoded', () => [get('/assets/%2e%2e%2f%2e%2e%2fetc/passwd')], 404],
    ['broken encoding', () => [get('/answer/%zz%c0%ae%00')], 404],
    ['lines in the address', () => [get('/answer/a%0d%0aSet-Cookie:%20evil=1')], 404],
    ['lines in the language', () => [get('/x?lang=de%0d%0aSet-Cookie:%20evil=1')], 404],
    ['two slashes', () => [get('//evil.example/answer/a.b.c')], 404],
    ['an expectation', () => [get('/x', 'Expect: a miracle\r\n')], 404],
    ['an upgrade', () => [get('/x', 'Upgrade: websocket\r\nConnection: Upgrade\r\n')], 404],
  ])('%s', async (_, pieces, status) => {
    const got: RawAnswer = await sendRaw(port, pieces(), 0, 5000);
    expect([got.status, got.text.match(/^set-cookie: evil.*/im)]).toEqual([status, null]);
    expect(got.text.toLowerCase()).toContain("content-security-policy: default-src 'none'");
    await expectStillServing();
  });

  test('a tunnel is not opened', async () => {
    const got = await sendRaw(port, ['CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n'], 0, 3000);
    expect([0, 400, 404, 405]).toContain(got.status);
    await expectStillServing();
  });
});

describe('slowness', () => {
  test('a head that drips is cut off in time, however many drip', async () => {
    const drops = ['GET / HT', 'TP/1.1\r\nHo', 'st: x\r\n', ...Array<string>(100).fill('X-A: b\r\n')];
    const all = await Promise.all(Array.from({ length: 40 }, () => sendRaw(port, drops, 50, 10_000)));
    expect(new Set(all.map((one) => one.status))).toEqual(new Set([408]));
    expect(Math.max(...all.map((one) => one.took))).toBeLessThan(4000);
    await expectStillServing();
  });

  test('a body that drips is cut off in time', async () => {
    const head = `POST ${new URL(link()).pathname} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 500\r\n\r\n`;
    const got = await sendRaw(port, [head, ...Array<string>(100).fill('a')], 50, 10_000);
    expect(got.took).toBeLessThan(4000);
    await expectStillServing();
  });

  test('of ours is not waited for by everybody: who left is counted as gone', async () => {
    await sendRaw(port, [`GET ${new URL(link()).pathname} HTTP/1.1\r\nHost: x\r\n\r\n`], 0, 200);
    const gone = 'cortado_web_requests_total{place="answer",method="GET",status="499"} 1';
    await waitFor(async () =>
      (await visitor().get(`http://127.0.0.1:${web.opsAddress.port}/metrics`)).body.includes(gone),
    );
  });

  test('more connections than allowed are turned away, and the others go on', async () => {
    const few = await freePort();
    const small = await startWeb(webOptions(nowhere, few, { connections: 5, headTimeoutMs: 1000 }));
    const idle = Promise.all(Array.from({ length: 20 }, () => sendRaw(few, ['GET'], 0, 8000)));
    expect((await idle).filter((one) => one.status === 408)).toHaveLength(5);
    expect((await visitor().get(`http://127.0.0.1:${few}/robots.txt`)).status).toBe(200);
    await small.stop(100);
  });
});

describe('too much', () => {
  test('from one address, or with one link, is told when to come back', async () => {
    const own = await freePort();
    const perLink = { burst: 3, perMinute: 1 };
    const limited = await startWeb(webOptions(nowhere, own, { perLink, perAddress: { burst: 8, perMinute: 1 } }));
    const site = `http://127.0.0.1:${own}`;
    const withLink = [];
    for (let i = 0; i < 4; ++i) withLink.push(await visitor().get(link().replace(origin, site)));
    expect(withLink.map((answer) => answer.status)).toEqual([503, 503, 503, 429]);
    expect(Number(withLink[3]?.headers['retry-after'])).toBeGreaterThan(0);
    const others = [];
    for (let i = 0; i < 30; ++i) others.push((await visitor().get(`${site}/x`)).status);
    expect(new Set(others)).toEqual(new Set([404, 429]));
    expect(others.at(-1)).toBe(429);
    await limited.stop(100);
  });
});
