// The worker that tells notifications: follows what is due, one line of them for each person, in order.
import { setTimeout as sleep } from 'node:timers/promises';
import { isReason, timestampMs } from '@cortado/api';
import type { Notification } from '@cortado/api/gen/cortado/scheduling/v1/notification_pb.js';
import { remember } from '../deliveries/once.js';
import type { Organization } from '../installations/installations.js';
import { type Journal, problemOf } from '../journal.js';
import type { Metrics } from '../web/metrics.js';
import { readerOf, type Tellers, type Told, tell } from './telling.js';

export interface CourierOptions extends Tellers {
  journal: Journal;
  metrics: Metrics;
}

/** A worker that runs. */
export interface Courier {
  /** Lets what is on its way end, begins nothing. */
  stop(): Promise<void>;
}

const pageSize = 1000;
const waitSeconds = 4;
const longestPauseMs = 15_000;
const doneKept = 50_000;
const doneKeptMs = 24 * 3_600_000;

/** Longer and longer pauses, up to a limit; a quarter by chance, so that not everything comes back at once. */
function pauseMs(failures: number): number {
  return Math.min(250 * 2 ** failures, longestPauseMs) * (0.75 + Math.random() / 4);
}

async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}

/** The lines of one organisation. */
function makeLines(options: CourierOptions, organization: Organization, signal: AbortSignal) {
  const lines = new Map<string, Promise<void>>();
  const under = new Set<string>();
  const done = remember(doneKeptMs, doneKept);

  async function tryOnce(told: Notification, isUncertain: boolean): Promise<Told> {
    try {
      return await tell(options, { organization, told, isUncertain });
    } catch (thrown) {
      options.journal.warn('notification.waits', { organization: organization.label, ...problemOf(thrown) });
      // What threw may have done so after the message stood.
      return { result: 'later', afterMs: 0, isUncertain: true };
    }
  }

  async function tellInTheEnd(told: Notification, wasThere: boolean): Promise<void> {
    let isUncertain = wasThere;
    for (let failures = 0; !signal.aborted; ++failures) {
      const came = await tryOnce(told, isUncertain);
      if (came.result !== 'later') {
        options.metrics.notifications.inc({ result: came.result });
        options.journal.info('notification', {
          organization: organization.label,
          kind: told.kind,
          result: came.result,
        });
        return;
      }
      isUncertain = came.isUncertain;
      await rest(Math.max(came.afterMs, pauseMs(failures)), signal);
    }
  }

  return {
    /** Puts one at the end of its reader's line. `wasThere`: it waited before we did, and may have been posted. */
    add(told: Notification, wasThere: boolean): void {
      if (under.has(told.name) || !done.isNew(told.name)) return;
      under.add(told.name);
      options.metrics.waiting.inc();
      const person = readerOf(told);
      const line: Promise<void> = (lines.get(person) ?? Promise.resolve())
        .then(() => tellInTheEnd(told, wasThere))
        .finally(() => {
          under.delete(told.name);
          options.metrics.waiting.dec();
          if (lines.get(person) === line) lines.delete(person);
        });
      lines.set(person, line);
    },
    async idle(): Promise<void> {
      await Promise.allSettled(lines.values());
    },
  };
}

/** What became due in the same instant comes in no order of its own. */
function asHappened(notifications: readonly Notification[]): Notification[] {
  const at = ({ createTime }: Notification) => (createTime === undefined ? 0 : timestampMs(createTime));
  return [...notifications].sort((one, other) => at(one) - at(other));
}

async function follow(options: CourierOptions, organization: Organization, signal: AbortSignal): Promise<void> {
  const lines = makeLines(options, organization, signal);
  const { notifications: service } = organization.client;
  let resumeToken = '';
  let failures = 0;
  while (!signal.aborted) {
    try {
      const wait = { seconds: BigInt(resumeToken === '' ? 0 : waitSeconds), nanos: 0 };
      const page = await service.listNotificationChanges({ resumeToken, pageSize, wait }, { signal });
      for (const told of asHappened(page.notifications)) lines.add(told, resumeToken === '');
      failures = 0;
      if (resumeToken === '' && page.notifications.length === pageSize) {
        await lines.idle(); // More wait than one answer holds.
        continue;
      }
      resumeToken = page.resumeToken;
    } catch (thrown) {
      if (signal.aborted) break;
      // Too old: whatever waits is listed anew, and what we know of it is passed over.
      if (isReason(thrown, 'RESYNC_REQUIRED')) resumeToken = '';
      else options.journal.warn('courier.waits', { organization: organization.label, ...problemOf(thrown) });
      failures += 1;
      await rest(pauseMs(failures), signal);
    }
  }
  await lines.idle();
}

/** Starts a worker for every organisation that there is a key of. */
export function startCourier(options: CourierOptions): Courier {
  const stopping = new AbortController();
  const workers = options.installations.organizations.map((one) => follow(options, one, stopping.signal));
  return {
    async stop() {
      stopping.abort();
      await Promise.allSettled(workers);
    },
  };
}
