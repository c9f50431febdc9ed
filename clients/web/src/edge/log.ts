/** One JSON object a line. What is logged names no person, no address and no link. */

/** What a line may hold. */
export type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Writes a line. */
export type Log = (level: 'info' | 'warning' | 'error', event: string, fields?: Fields) => void;

/** A log that writes through `write`, one line at a time. */
export function jsonLog(write: (line: string) => void): Log {
  return (level, event, fields = {}) => {
    write(`${JSON.stringify({ time: new Date().toISOString(), level, event, ...fields })}\n`);
  };
}
