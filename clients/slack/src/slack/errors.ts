// What became of a call that failed, and which calls may be made again.
import { setTimeout as sleep } from 'node:timers/promises';
import { ErrorCode } from '@slack/web-api';

/** What became of a call that threw. */
export type Outcome =
  /** Slack did not do it and said why, for good. */
  | { kind: 'refused'; error: string }
  /** Slack did not do it, and may when asked again after so many milliseconds. */
  | { kind: 'later'; afterMs: number }
  /** Nobody knows whether Slack did it. */
  | { kind: 'unknown' };

// Slack's own trouble, told as an error of the method: it was not done, and may be the next time.
const passing = new Set(['internal_error', 'fatal_error', 'service_unavailable', 'team_added_to_org', 'ratelimited']);

/** Reads what a call of WebClient threw. Whatever else was thrown is unknown. */
export function outcomeOf(thrown: unknown): Outcome {
  const { code, retryAfter, statusCode, data } = thrown as {
    code?: string;
    retryAfter?: number;
    statusCode?: number;
    data?: { error?: string };
  };
  if (code === ErrorCode.RateLimitedError) return { kind: 'later', afterMs: (retryAfter ?? 1) * 1000 };
  if (code === ErrorCode.PlatformError) {
    const error = data?.error ?? 'unknown_error';
    // These two may come after the work was done.
    if (error === 'internal_error' || error === 'fatal_error') return { kind: 'unknown' };
    return passing.has(error) ? { kind: 'later', afterMs: 1000 } : { kind: 'refused', error };
  }
  if (code === ErrorCode.HTTPError && statusCode !== undefined && statusCode < 500) {
    return { kind: 'refused', error: `http_${statusCode}` };
  }
  return { kind: 'unknown' };
}

/** Whether Slack says that the token is good no more. */
export function isTokenOver(outcome: Outcome): boolean {
  return (
    outcome.kind === 'refused' &&
    ['invalid_auth', 'account_inactive', 'token_revoked', 'token_expired', 'not_authed'].includes(outcome.error)
  );
}

const tries = 4;
const longestWaitMs = 30_000;

/**
 * Makes a call that may be made twice (an update, a look): again after what Slack asks for, and after trouble on the way.
 * Throws what the last try threw.
 */
export async function repeatedly<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let attempt = 1; ; ++attempt) {
    try {
      return await call();
    } catch (thrown) {
      const outcome = outcomeOf(thrown);
      const pause = outcome.kind === 'later' ? outcome.afterMs : outcome.kind === 'unknown' ? 250 * 2 ** attempt : -1;
      if (pause < 0 || pause > longestWaitMs || attempt === tries) throw thrown;
      await sleep(pause, undefined, signal && { signal });
    }
  }
}
