// What came before: ids and signatures, each remembered for a while, never more than so many.

export interface Memory {
  /** Whether `key` is new; it is not, the next time. */
  isNew(key: string): boolean;
  readonly size: number;
}

/** Remembers each key for `keepMs`, at most `most` of them: then the oldest goes. `clock`: milliseconds, never back. */
export function remember(keepMs: number, most: number, clock: () => number = () => performance.now()): Memory {
  const seen = new Map<string, number>();
  return {
    isNew(key) {
      const now = clock();
      // A Map keeps the order of insertion: the oldest come first.
      for (const [oldest, at] of seen) {
        if (seen.size < most && now - at < keepMs) break;
        seen.delete(oldest);
      }
      if (seen.has(key)) return false;
      seen.set(key, now);
      return true;
    },
    get size() {
      return seen.size;
    },
  };
}
