import { timestampDate, timestampFromMs } from '@cortado/api';
import type { Words } from './words.js';

/** As the protos carry instants. */
export type Timestamp = ReturnType<typeof timestampFromMs>;

const locales = { en: 'en-GB', de: 'de-DE' } as const;
const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(words: Words, zone: string, withTime: boolean): Intl.DateTimeFormat {
  const key = `${words.language} ${zone} ${withTime}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const options: Intl.DateTimeFormatOptions = {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    ...(withTime ? { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'longOffset' } : {}),
  };
  const format = makeFormat(locales[words.language], zone, options);
  formats.set(key, format);
  return format;
}

// A zone that this machine does not know is shown as UTC rather than not at all.
function makeFormat(locale: string, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(locale, { ...options, timeZone: zone === '' ? 'UTC' : zone });
  } catch {
    return new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
  }
}

function partsOf(instant: Timestamp, words: Words, zone: string, withTime: boolean): Record<string, string> {
  const parts: Record<string, string> = {};
  for (const { type, value } of formatFor(words, zone, withTime).formatToParts(timestampDate(instant))) {
    parts[type] = value.replace(/\.$/, '');
  }
  return parts;
}

/** As the services write it: `Tue 27 Oct 2026, 15:00 (UTC+01:00)`, `Di 27. Okt 2026, 15:00 (UTC+01:00)`. */
export function instantText(instant: Timestamp, words: Words, zone: string): string {
  const at = partsOf(instant, words, zone, true);
  const offset = (at['timeZoneName'] ?? '').replace('GMT', 'UTC');
  const day = words.language === 'de' ? `${at['day']}.` : at['day'];
  const exact = offset === 'UTC' ? 'UTC+00:00' : offset;
  return `${at['weekday']} ${day} ${at['month']} ${at['year']}, ${at['hour']}:${at['minute']} (${exact})`;
}

/** `2026-10-27` of an instant in a zone, as Slack's date pickers want it; `days` later. */
export function dayIn(zone: string, instant: Date, days = 0): string {
  const later = new Date(instant.getTime() + days * 86_400_000);
  return makeFormat('sv-SE', zone, { year: 'numeric', month: '2-digit', day: '2-digit' }).format(later);
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
  const wall = makeFormat('sv-SE', zone, {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).format(at);
  return new Date(`${wall.replace(' ', 'T')}Z`).getTime() - Math.floor(at.getTime() / 1000) * 1000;
}
