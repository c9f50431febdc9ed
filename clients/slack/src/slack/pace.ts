// How fast Slack may be called: so many calls a minute of each method in a workspace, a message a second in each
// conversation, and not at all for as long as Slack asked for (docs.slack.dev/apis/web-api/rate-limits).
import { setTimeout as sleep } from 'node:timers/promises';
import { outcomeOf } from './errors.js';

/** Calls of one workspace, each in its turn. */
export interface Pace {
  /**
   * Makes the call when it is its turn. `key`: the conversation that a message goes to. `withinMs`: rather not at all than
   * later than that; throws TooLate then.
   */
  run<T>(method: string, call: () => Promise<T>, options?: { key?: string; withinMs?: number }): Promise<T>;
}

/** The turn would come too late. */
export class TooLate extends Error {
  override readonly name = 'TooLate';
}

// A tenth below what Slack promises: its clock is not ours.
const perMinute: Readonly<Record<string, number>> = {
  'chat.postMessage': 540,
  'chat.update': 45,
  'conversations.open': 45,
  'conversations.history': 45,
  'users.info': 90,
  'views.open': 90,
  'views.push': 90,
  'views.update': 90,
  'views.publish': 90,
};
const keyPeriodMs = 1050;

interface Bucket {
  size: number;
  periodMs: number;
  tokens: number;
  atMs: number;
  /** Nothing before this. */
  heldUntilMs: number;
}

/** Holds `tokens` turns at `atMs`. */
function makeBucket(size: number, periodMs: number, tokens: number, atMs: number): Bucket {
  return { size, periodMs, tokens, atMs, heldUntilMs: 0 };
}

/** Takes a turn in `bucket`; returns how long to wait for it. Turns are given in the order asked for. */
function turn(bucket: Bucket, nowMs: number): number {
  bucket.tokens = Math.min(bucket.size, bucket.tokens + ((nowMs - bucket.atMs) * bucket.size) / bucket.periodMs);
  bucket.atMs = nowMs;
  bucket.tokens -= 1;
  const missing = bucket.tokens >= 0 ? 0 : (-bucket.tokens * bucket.periodMs) / bucket.size;
  return Math.max(missing, bucket.heldUntilMs - nowMs, 0);
}

const keysMost = 10_000;

/** `clock`: milliseconds, never back. `pause`: waits for so many. */
export function makePace(
  clock: () => number = () => performance.now(),
  pause: (ms: number) => Promise<unknown> = sleep,
): Pace {
  const methods = new Map<string, Bucket>();
  const conversations = new Map<string, Bucket>();
  const beganMs = clock();

  function bucketOf(buckets: Map<string, Bucket>, name: string, make: () => Bucket): Bucket {
    const known = buckets.get(name) ?? make();
    buckets.delete(name);
    buckets.set(name, known);
    // One not used for longest is full again.
    for (const oldest of buckets.keys()) {
      if (buckets.size <= keysMost) break;
      buckets.delete(oldest);
    }
    return known;
  }

  async function wait(method: Bucket, conversation: Bucket | undefined, withinMs: number | undefined): Promise<void> {
    const now = clock();
    const heldMs = () => Math.max(method.heldUntilMs, conversation?.heldUntilMs ?? 0) - clock();
    const ms = Math.max(turn(method, now), conversation === undefined ? 0 : turn(conversation, now));
    if (withinMs !== undefined && ms > withinMs) {
      method.tokens += 1;
      throw new TooLate('Slack may not be called yet');
    }
    if (ms > 0) await pause(ms);
    // Somebody before us was told to wait meanwhile, or took longer.
    for (let held = heldMs(); held > 0; held = heldMs()) await pause(held);
  }

  return {
    async run(name, call, { key, withinMs } = {}) {
      const size = perMinute[name] ?? 45;
      const method = bucketOf(methods, name, () => makeBucket(size, 60_000, size, beganMs));
      // Empty at first: a bot that was started anew may have posted a moment ago.
      const empty = () => makeBucket(1, keyPeriodMs, 0, beganMs);
      const conversation = key === undefined ? undefined : bucketOf(conversations, key, empty);
      await wait(method, conversation, withinMs);
      try {
        return await call();
      } catch (thrown) {
        const outcome = outcomeOf(thrown);
        if (outcome.kind === 'later') method.heldUntilMs = Math.max(method.heldUntilMs, clock() + outcome.afterMs);
        throw thrown;
      } finally {
        // A call that took long may have been counted at its end.
        if (conversation !== undefined) conversation.heldUntilMs = clock() + keyPeriodMs;
      }
    },
  };
}
