import { expect, test } from 'vitest';
import { stepToWorkingHours } from './working_hours.js';

test.each([
  ['2026-11-22T16:54:00Z', '1086m'], // Sunday evening: to Monday.
  ['2026-11-20T11:00:00Z', '4320m'], // Friday, just too late: to Monday.
  ['2026-11-24T10:59:30Z', '1m'],
  ['2026-11-24T00:00:00Z', '660m'],
])('from %s it is %s', (now, step) => {
  expect(stepToWorkingHours(new Date(now))).toBe(step);
});
