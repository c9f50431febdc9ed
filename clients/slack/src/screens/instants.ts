import { formatTime, isZone, timestampDate, type timestampFromMs } from '@cortado/api';
import type { PersonCard } from '@cortado/api/gen/cortado/type/v1/person_card_pb.js';
import type { Words } from './words.js';

/** As the protos carry instants. */
export type Timestamp = ReturnType<typeof timestampFromMs>;

/** The services' clock when they answered, by a card of theirs: ours may differ from it. */
export function nowBy(card: PersonCard | undefined, ours: Date): Date {
  return card?.localTime?.instant === undefined ? ours : timestampDate(card.localTime.instant);
}

// A zone that nobody knows is shown as UTC rather than not at all.
const knownZone = (zone: string) => (isZone(zone) ? zone : 'Etc/UTC');

/** As the services write it: `Tue 27 Oct 2026, 15:00 (UTC+01:00)`. */
export function instantText(instant: Timestamp, words: Words, zone: string): string {
  return formatTime(timestampDate(instant), knownZone(zone), words.language);
}

function civilFormat(zone: string, withTime: boolean): Intl.DateTimeFormat {
  const day = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  const time = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
  return new Intl.DateTimeFormat('sv-SE', { ...day, ...(withTime ? time : {}), timeZone: knownZone(zone) });
}

/** `2026-10-27` of an instant in a zone, as Slack's date pickers want it; `days` later. */
export function dayIn(zone: string, instant: Date, days = 0): string {
  return civilFormat(zone, false).format(new Date(instant.getTime() + days * 86_400_000));
}

/** The instant at which `day` (YYYY-MM-DD) has its `hour` in `zone`. Undefined for what is no day. */
export function instantOf(day: string, hour: number, zone: string): Date | undefined {
  const guess = new Date(`${day}T${String(hour).padStart(2, '0')}:00:00Z`);
  if (Number.isNaN(guess.getTime())) return undefined;
  // The offset at the guess is the one at the instant, but within hours of a change of the clocks: twice is exact then.
  const first = new Date(guess.getTime() - offsetMs(zone, guess));
  return new Date(guess.getTime() - offsetMs(zone, first));
}

function offsetMs(zone: string, at: Date): number {
  const wall = civilFormat(zone, true).format(at);
  return new Date(`${wall.replace(' ', 'T')}Z`).getTime() - Math.floor(at.getTime() / 1000) * 1000;
}
