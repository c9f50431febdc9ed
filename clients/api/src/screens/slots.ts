import { durationFromMs, type Timestamp } from '@bufbuild/protobuf/wkt';
import type { Client } from '../connect.js';
import type { FreeTime } from '../gen/cortado/scheduling/v1/chat_pb.js';
import { type Part, partOf } from './part.js';

/** A time to pick. */
export interface Slot {
  time: FreeTime;
  /** The start as the caller sees it. */
  mine: string;
  /** The start as each of the others sees it, in the order asked. */
  theirs: { person: string; text: string }[];
}

/** Times that suit everybody asked for. */
export interface SlotPicker {
  /** Best first. */
  slots: Slot[];
  /** What to drop when nothing fits; empty otherwise. */
  note: string;
  /** `people/P` of those without a calendar: only their hours and chats were looked at. */
  withoutCalendar: string[];
  /** What is left of the caller's minutes for chats this week. */
  minutesLeft: Part<number>;
}

/** What is asked for. */
export interface SlotPickerOptions {
  /** `people/P` of the others, 1 to 7. */
  others: readonly string[];
  /** Length, 10 to 240 minutes. The shortest that they prefer. */
  durationMinutes?: number;
  /** `matches/M` that gives consent where no door is open. */
  match?: string;
  /** From; now. */
  startTime?: Timestamp;
  /** To, at most 4 weeks later; 2 weeks later. */
  endTime?: Timestamp;
  /** How many, 1 to 20. 3. */
  count?: number;
}

function slotOf(time: FreeTime, others: readonly string[]): Slot {
  const [mine, ...theirs] = time.localStarts.map(({ text }) => text);
  return { time, mine: mine ?? '', theirs: others.map((person, index) => ({ person, text: theirs[index] ?? '' })) };
}

/**
 * Times to meet the others. Throws CortadoError when they may not be looked at (NOT_AVAILABLE, CONSENT_REQUIRED,
 * TOO_MANY_LOOKS); nothing that fits is no error.
 */
export async function getSlotPicker(client: Client, options: SlotPickerOptions): Promise<SlotPicker> {
  const { others, durationMinutes, count = 3, ...wish } = options;
  const person = await client.person();
  const duration = durationMinutes === undefined ? {} : { duration: durationFromMs(durationMinutes * 60_000) };
  const [found, minutesLeft] = await Promise.all([
    client.scheduling.findTimes({ ...wish, ...duration, people: [person, ...others], pageSize: count }),
    partOf(
      client.scheduling.getAvailability({ person }).then(({ minutesLeft }) => minutesLeft),
      client.language,
    ),
  ]);
  return {
    slots: found.times.map((time) => slotOf(time, others)),
    note: found.note?.text ?? '',
    withoutCalendar: found.calendarNotConnected,
    minutesLeft,
  };
}
