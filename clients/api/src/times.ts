import { type Language, say } from './say.js';

// Months and days as services/scheduling/instants.cc writes them, so that a time reads the same wherever it comes from.
const short = {
  en: {
    days: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
    months: ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
  },
  de: {
    days: ['So', 'Mo', 'Di', 'Mi', 'Do', 'Fr', 'Sa'],
    months: ['Jan', 'Feb', 'März', 'Apr', 'Mai', 'Juni', 'Juli', 'Aug', 'Sept', 'Okt', 'Nov', 'Dez'],
  },
} as const;

const locales = { en: 'en-GB', de: 'de-DE' } as const;

interface Civil {
  year: number;
  /** 0 to 11. */
  month: number;
  day: number;
  /** 0 is Sunday. */
  weekday: number;
  /** `15:00`. */
  clock: string;
  /** `+01:00`. */
  offset: string;
}

// Making a format is slow; zones are few.
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const parts = { year: 'numeric', month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit' } as const;
  const made = new Intl.DateTimeFormat('en-GB', {
    ...parts,
    timeZone: zone,
    timeZoneName: 'longOffset',
    hourCycle: 'h23',
  });
  formats.set(zone, made);
  return made;
}

function civilOf(instant: Date, zone: string): Civil {
  const part: Record<string, string> = {};
  for (const { type, value } of formatOf(zone).formatToParts(instant)) part[type] = value;
  const [year, month, day] = [Number(part['year']), Number(part['month']) - 1, Number(part['day'])];
  return {
    year,
    month,
    day,
    weekday: new Date(Date.UTC(year, month, day)).getUTCDay(),
    clock: `${part['hour']}:${part['minute']}`,
    offset: (part['timeZoneName'] ?? '').replace('GMT', '') || '+00:00',
  };
}

/** Whether `zone` is an IANA zone that times can be shown in. */
export function isZone(zone: string): boolean {
  try {
    return zone !== '' && formatOf(zone) !== undefined;
  } catch {
    return false;
  }
}

/**
 * An instant as it reads in `zone` (IANA): "Tue 27 Oct 2026, 15:00 (UTC+01:00)", "Di 27. Okt 2026, 15:00 (UTC+01:00)".
 * Throws RangeError for a zone that is none.
 */
export function formatTime(instant: Date, zone: string, language: Language): string {
  const civil = civilOf(instant, zone);
  const { days, months } = short[language];
  const day = language === 'de' ? `${civil.day}.` : civil.day;
  return `${days[civil.weekday]} ${day} ${months[civil.month]} ${civil.year}, ${civil.clock} (UTC${civil.offset})`;
}

/** A day as it reads in `zone`: "Tuesday, 4 March 2025", "Dienstag, 4. März 2025". Throws as formatTime. */
export function formatDay(instant: Date, zone: string, language: Language): string {
  const civil = civilOf(instant, zone);
  const noon = new Date(Date.UTC(civil.year, civil.month, civil.day, 12));
  const name = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locales[language], { ...options, timeZone: 'UTC' }).format(noon);
  const day = language === 'de' ? `${civil.day}.` : civil.day;
  return `${name({ weekday: 'long' })}, ${day} ${name({ month: 'long' })} ${civil.year}`;
}

/** A span as a chat's notification tells it: "Tuesday, 4 March 2025, 14:00–14:30 (Europe/Berlin)". Throws as formatTime. */
export function formatTimeSpan(start: Date, end: Date, zone: string, language: Language): string {
  return say('chat.time', language, {
    day: formatDay(start, zone, language),
    start: civilOf(start, zone).clock,
    end: civilOf(end, zone).clock,
    zone,
  });
}
