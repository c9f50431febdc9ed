/** How often each of many may come: a token bucket for each, of which the longest unused are forgotten first. */

/** How much is allowed. */
export interface Rate {
  /** At once. */
  readonly burst: number;
  /** In the long run. */
  readonly perMinute: number;
}

interface Bucket {
  left: number;
  at: number;
}

/** Says whether `key` may come at `now` (milliseconds): 0, or the seconds to wait. */
export type Limiter = (key: string, now: number) => number;

/**
 * A limiter that remembers at most `remembered` keys: about 200 bytes each. Who comes with ever new keys makes others’
 * buckets full again, and gains nothing by it.
 */
export function limiter(rate: Rate, remembered: number): Limiter {
  const buckets = new Map<string, Bucket>();
  const perMs = rate.perMinute / 60_000;
  return (key, now) => {
    const bucket = buckets.get(key) ?? { left: rate.burst, at: now };
    const left = Math.min(rate.burst, bucket.left + Math.max(0, now - bucket.at) * perMs);
    const isAllowed = left >= 1;
    buckets.delete(key);
    buckets.set(key, { left: isAllowed ? left - 1 : left, at: now });
    const oldest = buckets.keys().next().value;
    if (buckets.size > remembered && oldest !== undefined) buckets.delete(oldest);
    return isAllowed ? 0 : Math.ceil((1 - left) / perMs / 1000);
  };
}
