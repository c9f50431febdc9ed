// Slack's rate limits (docs.slack.dev/apis/web-api/rate-limits): per method and workspace by tier, and one message a
// second to each conversation. Bursts that Slack allows without promising them are not allowed here.
import type { Clock } from './clock.js';

/** Calls a minute of each tier. */
export const tiers = { tier1: 1, tier2: 20, tier3: 50, tier4: 100, special: 600 } as const;
/** The tier of each method. */
export type Tier = keyof typeof tiers;

/** A breach of a limit: which, when, and whether the app had been told to wait. */
export interface Breach {
  at: number;
  limit: string;
  told: boolean;
}

/** Keeps count. */
export interface Rates {
  /** 'enforce' answers 429; 'record' only keeps the breach. */
  mode: 'enforce' | 'record';
  breaches: Breach[];
  /** Counts a call of `method` in `team`, to `channel` for a post. Seconds to wait when it is one too many. */
  count(method: string, tier: Tier, team: string, channel?: string): number | undefined;
  /** Notes that the app was told to wait: calling sooner is a breach. */
  toldToWait(method: string, team: string, seconds: number): void;
}

/** How much sooner than a second the next post may come: two clocks are never quite the same. */
const tolerance = 50;

interface Bucket {
  tokens: number;
  at: number;
}

/** A bucket that holds `size` calls and fills in `period` ms; the wait in ms when it is empty. */
function draw(bucket: Bucket, now: number, size: number, period: number): number {
  bucket.tokens = Math.min(size, bucket.tokens + ((now - bucket.at) * size) / period);
  bucket.at = now;
  if (bucket.tokens < 1) return ((1 - bucket.tokens) * period) / size;
  bucket.tokens -= 1;
  return 0;
}

/** Nothing counted yet. */
export function newRates(clock: Clock, mode: Rates['mode']): Rates {
  const buckets = new Map<string, Bucket>();
  const notBefore = new Map<string, number>();
  const breaches: Breach[] = [];
  const drawFrom = (limit: string, size: number, period: number): number => {
    const bucket = buckets.get(limit) ?? { tokens: size, at: clock.now() };
    buckets.set(limit, bucket);
    return draw(bucket, clock.now(), size, period);
  };
  return {
    mode,
    breaches,
    toldToWait: (method, team, seconds) => {
      notBefore.set(`${method} ${team}`, clock.now() + seconds * 1000 - tolerance);
    },
    count(method, tier, team, channel) {
      const waiting = clock.now() < (notBefore.get(`${method} ${team}`) ?? 0);
      const limit = `${method} ${team}`;
      let wait = drawFrom(limit, tiers[tier], 60_000);
      if (channel !== undefined) wait = Math.max(wait, drawFrom(`post to ${channel}`, 1, 1000 - tolerance));
      if (waiting) breaches.push({ at: clock.now(), limit, told: true });
      else if (wait > 0) {
        breaches.push({ at: clock.now(), limit: channel === undefined ? limit : `post to ${channel}`, told: false });
      }
      return wait > 0 && this.mode === 'enforce' ? Math.ceil(wait / 1000) : undefined;
    },
  };
}
