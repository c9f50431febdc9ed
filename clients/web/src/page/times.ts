/** Days, clocks and zones, as people say them. Pure: what time it is, is an argument. */
import { formatDay, isZone, type Language } from '@cortado/api';

const minute = 60_000;

/** `zone` where this machine knows it, else UTC. */
export function knownZone(zone: string): string {
  return isZone(zone) ? zone : 'UTC';
}

/** The place a zone is named for: `America/New_York` is New York. */
export function placeOf(zone: string): string {
  return (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');
}

/** As `Tuesday, 27 October 2026`. */
export const sayDay = formatDay;

const locales: Readonly<Record<Language, string>> = { en: 'en-GB', de: 'de-DE' };

/** As `Tuesday 27 October`: for days that are near. */
export function sayNearDay(instant: Date, zone: string, language: Language): string {
  const parts = { weekday: 'long', day: 'numeric', month: 'long' } as const;
  return new Intl.DateTimeFormat(locales[language], { ...parts, timeZone: zone }).format(instant);
}

/** As `UTC+01:00`. */
export function sayOffset(instant: Date, zone: string): string {
  const minutes = offsetMinutes(instant, zone);
  const size = Math.abs(minutes);
  const two = (value: number) => String(value).padStart(2, '0');
  return `UTC${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** The day in `zone`, as a form field holds it: `2026-10-27`. */
export function fieldDay(instant: Date, zone: string): string {
  return wallClock(instant, zone).slice(0, 10);
}

/** The clock in `zone`: `15:00`. */
export function sayClock(instant: Date, zone: string): string {
  return wallClock(instant, zone).slice(11, 16);
}

// What clocks show in `zone`, as the ISO text of the instant that has this clock in UTC.
function wallClock(instant: Date, zone: string): string {
  return new Date(instant.getTime() + offsetMinutes(instant, zone) * minute).toISOString();
}

function offsetMinutes(instant: Date, zone: string): number {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(instant);
  const text = parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
  const [, sign, hours, minutes] = /^GMT([+-])(\d\d):(\d\d)/.exec(text) ?? [];
  const size = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  return sign === '-' ? -size : size;
}

/**
 * The instant when clocks in `zone` show `clock` (HH:MM) on `day` (YYYY-MM-DD): the first one where they show it twice.
 * Undefined for what no calendar has, and for a clock that the change to summer time leaves out.
 */
export function instantOf(day: string, clock: string, zone: string): Date | undefined {
  const isWritten = /^\d{4}-\d\d-\d\d$/.test(day) && /^([01]\d|2[0-3]):[0-5]\d$/.test(clock);
  const asUtc = isWritten ? Date.parse(`${day}T${clock}:00Z`) : Number.NaN;
  if (Number.isNaN(asUtc)) return undefined;
  const shown = new Date(asUtc).toISOString().slice(0, 16);
  if (shown !== `${day}T${clock}`) return undefined;
  // An offset is in force within a day of the instant; whichever reads back as what was meant is right.
  const offsets = [-24 * 60, 0, 24 * 60].map((shift) => offsetMinutes(new Date(asUtc + shift * minute), zone));
  const instants = offsets.map((offset) => asUtc - offset * minute).sort((one, other) => one - other);
  return instants.map((time) => new Date(time)).find((time) => wallClock(time, zone).slice(0, 16) === shown);
}

/** The first instant of `day` in `zone`; undefined for what no calendar has. */
export function startOfDay(day: string, zone: string): Date | undefined {
  // In some zones the change to summer time leaves midnight out.
  return instantOf(day, '00:00', zone) ?? instantOf(day, '01:00', zone);
}

/** `days` after the day of `instant` in `zone`, as a form field holds it. */
export function dayAfter(instant: Date, zone: string, days: number): string {
  const start = Date.parse(`${fieldDay(instant, zone)}T00:00:00Z`);
  return new Date(start + days * 24 * 60 * minute).toISOString().slice(0, 10);
}
