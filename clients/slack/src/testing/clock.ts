// The stand-in's time: the machine's, moved on by tests that cannot wait.

/** Milliseconds since 1970, and a way to let time pass. */
export interface Clock {
  now(): number;
  advance(milliseconds: number): void;
}

/** A clock that runs with `base` and can be moved on. */
export function movableClock(base: () => number = Date.now): Clock {
  let moved = 0;
  return {
    now: () => base() + moved,
    advance: (milliseconds) => {
      moved += milliseconds;
    },
  };
}
