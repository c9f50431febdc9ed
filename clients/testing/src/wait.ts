import { setTimeout as sleep } from 'node:timers/promises';

const everyMs = 20;

/**
 * Looks again and again until `condition` gives something truthy, and returns that. A condition that throws is looked at
 * again too. Rejects after `limitMs` (10,000), with `what` was waited for and what was thrown last.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { limitMs = 10_000, what = 'the condition' }: { limitMs?: number; what?: string } = {},
): Promise<NonNullable<T>> {
  const end = performance.now() + limitMs;
  let problem: unknown;
  do {
    try {
      const found = await condition();
      if (found) return found;
      problem = undefined;
    } catch (thrown) {
      problem = thrown;
    }
    await sleep(everyMs);
  } while (performance.now() < end);
  throw new Error(`${what} did not come about within ${limitMs} ms`, { cause: problem });
}
