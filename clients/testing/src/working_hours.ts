/**
 * The step for `advance` from `now` to the next 11:00 UTC of a working day: within working hours all over Europe,
 * whatever the season.
 */
export function stepToWorkingHours(now: Date): string {
  const noon = new Date(now);
  noon.setUTCHours(11, 0, 0, 0);
  while (noon <= now || noon.getUTCDay() === 0 || noon.getUTCDay() === 6) noon.setUTCDate(noon.getUTCDate() + 1);
  return `${Math.ceil((noon.getTime() - now.getTime()) / 60_000)}m`;
}
