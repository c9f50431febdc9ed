// What goes wrong on purpose: the next calls of a method fail, answers get lost, Slack is down, deliveries come twice.

/** One way for a call to fail. */
export type Fault =
  | { status: 429; retryAfter: number }
  | { status: 500 | 502 | 503 | 504 }
  /** Slack's own error in an answer of 200. */
  | { error: string }
  /** No answer ever; the call has had no effect. */
  | 'timeout'
  /** The connection breaks; the call has had no effect. */
  | 'reset'
  /** The connection breaks after the call took effect: the caller cannot know. */
  | 'lost answer'
  /** The call is answered this many milliseconds later. */
  | { delay: number };

interface Planned {
  method: string;
  fault: Fault;
  left: number;
  after: number;
}

/** The plan of what fails. */
export interface Faults {
  /** The next `times` calls of `method` ('*' for any) fail so, after letting `after` of them through. */
  next(method: string, fault: Fault, times?: number, after?: number): void;
  /** What becomes of this call; undefined: nothing bad. */
  take(method: string): Fault | undefined;
  /** How often each event, command or press is delivered from now on; 1 at first. */
  deliveries: number;
  /** Forgets what is planned. */
  clear(): void;
}

/** No faults yet. */
export function newFaults(): Faults {
  let plans: Planned[] = [];
  return {
    deliveries: 1,
    next: (method, fault, times = 1, after = 0) => {
      plans.push({ method, fault, left: times, after });
    },
    take: (method) => {
      const plan = plans.find((planned) => planned.method === '*' || planned.method === method);
      if (!plan) return undefined;
      if (plan.after > 0) {
        plan.after -= 1;
        return undefined;
      }
      plan.left -= 1;
      if (plan.left === 0) plans = plans.filter((planned) => planned !== plan);
      return plan.fault;
    },
    clear() {
      plans = [];
      this.deliveries = 1;
    },
  };
}
