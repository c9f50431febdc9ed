import { startCortado } from '@cortado/testing';
import { expect, test } from 'vitest';
import { durationFromMs, formatTime, formatTimeSpan, isZone, timestampDate } from './index.js';

test('a span is told in the zone and the language', () => {
  const start = new Date('2025-03-04T13:00:00Z');
  const end = new Date('2025-03-04T13:30:00Z');
  expect(formatTimeSpan(start, end, 'Europe/Berlin', 'en')).toBe('Tuesday, 4 March 2025, 14:00–14:30 (Europe/Berlin)');
  expect(formatTimeSpan(start, end, 'Europe/Berlin', 'de')).toBe(
    'Dienstag, 4. März 2025, 14:00–14:30 Uhr (Europe/Berlin)',
  );
});

test('a zone is one of IANA, and midnight is hour 0', () => {
  expect(formatTime(new Date('2026-06-30T18:30:00Z'), 'Asia/Kolkata', 'en')).toBe('Wed 1 Jul 2026, 00:00 (UTC+05:30)');
  expect(formatTime(new Date('2026-06-30T18:30:00Z'), 'UTC', 'de')).toBe('Di 30. Juni 2026, 18:30 (UTC+00:00)');
  expect(['Europe/Berlin', 'Mars/Base', ''].map(isZone)).toEqual([true, false, false]);
});

test('times read as those of a server, in every month and language', async () => {
  const site = await startCortado({ seed: 'duo' });
  const months = new Set<number>();
  for (let month = 0; month < 12; ++month) {
    for (const language of ['en', 'de'] as const) {
      const { scheduling } = await site.as('ada', { language });
      const people = ['people/ada', 'people/ben'];
      const { times } = await scheduling.findTimes({ people, duration: durationFromMs(30 * 60_000), pageSize: 20 });
      for (const local of times.flatMap((time) => time.localStarts)) {
        if (local.instant === undefined) throw new Error('a time without an instant');
        expect(formatTime(timestampDate(local.instant), local.timeZone, language)).toBe(local.text);
        months.add(timestampDate(local.instant).getUTCMonth());
      }
    }
    await site.advance('30d');
  }
  expect(months.size).toBe(12);
  await site.stop();
});
