import { timestampFromDate } from '@cortado/api';
import { describe, expect, it } from 'vitest';
import { dayIn, instantOf, instantText } from './instants.js';
import { wordsIn } from './words.js';

const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Chatham', 'Etc/UTC'];

describe('an instant', () => {
  it('is the hour of its day in every zone, on days when clocks change too', () => {
    for (const zone of zones) {
      for (const day of ['2026-03-29', '2026-10-25', '2026-03-08', '2026-11-01', '2026-06-15']) {
        const instant = instantOf(day, 9, zone);
        expect(instant && dayIn(zone, instant), `${day} ${zone}`).toBe(day);
        const text = instant && instantText(timestampFromDate(instant), wordsIn('en'), zone);
        expect(text, `${day} ${zone}`).toContain(', 09:00');
      }
    }
  });

  it('is none for what is no day', () => {
    expect(instantOf('', 9, 'Europe/Berlin')).toBeUndefined();
  });

  it('is shown in UTC where nobody knows the zone', () => {
    const instant = timestampFromDate(new Date('2026-10-27T14:00:00Z'));
    expect(instantText(instant, wordsIn('en'), 'Mars/Olympus')).toBe('Tue 27 Oct 2026, 14:00 (UTC+00:00)');
    expect(instantText(instant, wordsIn('de'), 'Europe/Berlin')).toBe('Di 27. Okt 2026, 15:00 (UTC+01:00)');
  });
});
