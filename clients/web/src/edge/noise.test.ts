import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWeb, type Web } from '../server.js';
import { sendRaw } from '../testing/raw.js';
import { freePort, webOptions } from '../testing/site.js';
import { visitor } from '../testing/visitor.js';

const seed = Number(process.env['CORTADO_TEST_SEED'] ?? Date.now() % 1_000_000);
const trials = Math.round(400 * Number(process.env['CORTADO_TEST_SCALE'] ?? 1));

const atOnce = 130;

let web: Web;
let port: number;
beforeAll(async () => {
  port = await freePort();
  const nowhere = 'unix:/nonexistent/cortado';
  web = await startWeb(webOptions(nowhere, port, { headTimeoutMs: 300, requestTimeoutMs: 600 }));
});
afterAll(() => web.stop(100));

// Numbers from 0 to 1, always the same ones for a seed (mulberry32, by Tommy Ettinger).
function random(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const claims = Buffer.from(JSON.stringify({ scope: 'answer:requests/r1@1', exp: 1 })).toString('base64url');
const form = 'answer=accept&time=own&day=2027-01-05&clock=10%3A00&csrf=x&lang=de';
const good = [
  `GET /answer/aa.${claims}.bb?lang=de HTTP/1.1\r\nHost: x\r\nAccept-Language: de\r\nConnection: close\r\n\r\n`,
  `POST /answer/aa.b.bb/confirm HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${form.length}\r\n\r\n${form}`,
  'HEAD /robots.txt HTTP/1.1\r\nHost: x\r\nCookie: cortado=AAAAAAAAAAAAAAAAAAAAAA\r\nConnection: close\r\n\r\n',
];

// A good request with some bytes changed, left out, or there twice.
function spoil(next: () => number): Buffer {
  const bytes = [...Buffer.from(good[Math.floor(next() * good.length)] ?? '')];
  for (let times = 1 + Math.floor(next() * 8); times > 0; --times) {
    const at = Math.floor(next() * bytes.length);
    const length = Math.floor(next() * 20);
    const kind = Math.floor(next() * 4);
    if (kind < 2) bytes[at] = Math.floor(next() * 256);
    else if (kind === 2) bytes.splice(at, length);
    else bytes.splice(at, 0, ...bytes.slice(at, at + length));
  }
  return Buffer.from(bytes);
}

// Some wait for the rest of what they announce, until they are hung up on.
const limitMs = Math.max(30_000, 100 * trials);

test(`spoilt requests are refused, never by a failure of ours (CORTADO_TEST_SEED=${seed})`, {
  timeout: limitMs,
}, async () => {
  const next = random(seed);
  // 503: it was good all the same, and no services stand behind it. 0: nothing was left to answer.
  const allowed = [0, 100, 200, 303, 400, 404, 405, 408, 410, 413, 415, 417, 431, 503];
  for (let done = 0; done < trials; done += atOnce) {
    const sent = Array.from({ length: atOnce }, () => spoil(next));
    const got = await Promise.all(sent.map((bytes) => sendRaw(port, [bytes], 0, 3500)));
    got.forEach(({ status }, index) => {
      expect([status, sent[index]?.toString('latin1')]).toEqual([
        expect.toSatisfy((one: number) => allowed.includes(one)),
        expect.anything(),
      ]);
    });
  }
  expect((await visitor().get(`http://127.0.0.1:${port}/robots.txt`)).status).toBe(200);
});
