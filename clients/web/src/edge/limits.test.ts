import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { clientAddress } from './client_address.js';
import { limiter } from './rate_limit.js';

describe('a limiter', () => {
  test('lets a burst in, then as many as come by and by', () => {
    const limit = limiter({ burst: 3, perMinute: 60 }, 10);
    expect([0, 0, 0, 0].map(() => limit('a', 1000))).toEqual([0, 0, 0, 1]);
    expect([limit('a', 1500), limit('a', 2000), limit('a', 2000)]).toEqual([1, 0, 1]);
    expect(limit('a', 600_000)).toBe(0);
  });

  test('counts each for itself, and says how long to wait', () => {
    const limit = limiter({ burst: 1, perMinute: 2 }, 10);
    expect([limit('a', 0), limit('a', 0), limit('b', 0), limit('a', 29_000), limit('a', 30_000)]).toEqual([
      0, 30, 0, 1, 0,
    ]);
  });

  test('remembers no more than it may, the newest', () => {
    const limit = limiter({ burst: 1, perMinute: 1 }, 100);
    for (let i = 0; i < 100_000; ++i) limit(`key ${i}`, 0);
    expect([limit('key 99999', 0) > 0, limit('key 99950', 0) > 0, limit('key 0', 0)]).toEqual([true, true, 0]);
  });

  test('does not mind a clock that goes back', () => {
    const limit = limiter({ burst: 1, perMinute: 60 }, 10);
    expect([limit('a', 10_000), limit('a', 0), limit('a', 500)]).toEqual([0, 1, 1]);
  });
});

describe('the address of a caller', () => {
  const from = (remoteAddress: string, forwarded?: string) =>
    ({
      socket: { remoteAddress },
      headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
    }) as unknown as IncomingMessage;

  test.each([
    ['192.0.2.1', undefined, 0, '192.0.2.1'],
    ['192.0.2.1', '198.51.100.7', 0, '192.0.2.1'],
    ['192.0.2.1', '198.51.100.7', 1, '198.51.100.7'],
    ['192.0.2.1', '203.0.113.9, 198.51.100.7', 1, '198.51.100.7'],
    ['192.0.2.1', '203.0.113.9, 198.51.100.7', 2, '203.0.113.9'],
    ['192.0.2.1', '198.51.100.7', 2, '192.0.2.1'],
    ['192.0.2.1', 'nonsense', 1, '192.0.2.1'],
    ['192.0.2.1', '', 1, '192.0.2.1'],
    ['::ffff:192.0.2.1', undefined, 0, '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', undefined, 0, '2001:db8:1:2'],
    ['2001:db8::5', undefined, 0, '2001:db8:0:0'],
    ['fe80::1%eth0', undefined, 0, 'fe80:0:0:0'],
  ])('%s, told %o by %i proxies, is %s', (peer, forwarded, proxies, address) => {
    expect(clientAddress(from(peer, forwarded), proxies)).toBe(address);
  });
});
