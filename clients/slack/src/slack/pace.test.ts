import { describe, expect, it } from 'vitest';
import { makePace, TooLate } from './pace.js';

const limited = (seconds: number) =>
  Object.assign(new Error('limited'), { code: 'slack_webapi_rate_limited_error', retryAfter: seconds });

/** A pace whose waiting is done by moving a clock. */
function paced() {
  let now = 0;
  const waits: number[] = [];
  const pace = makePace(
    () => now,
    async (ms) => {
      waits.push(ms);
      now += ms;
    },
  );
  const pass = (ms: number) => {
    now += ms;
  };
  return { pace, waits, pass, now: () => now };
}

describe('the pace', () => {
  it('lets a message a second into one conversation, and others pass meanwhile', async () => {
    const { pace, waits, now, pass } = paced();
    pass(2000);
    await pace.run('chat.postMessage', async () => 1, { key: 'U1' });
    await pace.run('chat.postMessage', async () => 1, { key: 'U2' });
    expect(waits).toEqual([]);
    await pace.run('chat.postMessage', async () => 1, { key: 'U1' });
    expect(now()).toBeGreaterThanOrEqual(3000);
  });

  it('posts nothing in its first second: another one before it may have', async () => {
    const { pace, now } = paced();
    await pace.run('chat.postMessage', async () => 1, { key: 'U1' });
    expect(now()).toBeGreaterThanOrEqual(1000);
  });

  it('counts a second from the end of a message that took long', async () => {
    const { pace, now, pass } = paced();
    await pace.run('chat.postMessage', async () => pass(5000), { key: 'U1' });
    await pace.run('chat.postMessage', async () => 1, { key: 'U1' });
    expect(now()).toBeGreaterThanOrEqual(6000);
  });

  it('stays within the calls a minute of a method', async () => {
    const { pace, now } = paced();
    for (let call = 0; call < 100; ++call) await pace.run('chat.update', async () => 1);
    expect(now()).toBeGreaterThanOrEqual(60_000);
  });

  it('makes no call of a method for as long as Slack asked, and calls of others', async () => {
    const { pace, now } = paced();
    await expect(pace.run('chat.update', () => Promise.reject(limited(7)))).rejects.toThrow('limited');
    await pace.run('views.update', async () => 1);
    expect(now()).toBe(0);
    await pace.run('chat.update', async () => 1);
    expect(now()).toBeGreaterThanOrEqual(7000);
  });

  it('rather makes no call than one too late', async () => {
    const { pace } = paced();
    await expect(pace.run('views.open', () => Promise.reject(limited(7)))).rejects.toThrow('limited');
    await expect(pace.run('views.open', async () => 1, { withinMs: 1500 })).rejects.toThrow(TooLate);
  });
});
