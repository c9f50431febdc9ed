import type { Writable } from 'node:stream';

/** How much is told. */
export type Level = 'debug' | 'info' | 'warn' | 'error';

/** What a line may hold beside its event: names of things, counts, codes; no words or addresses of people, no tokens. */
export type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Structured log: one JSON object a line. Never throws. */
export interface Journal {
  debug(event: string, fields?: Fields): void;
  info(event: string, fields?: Fields): void;
  warn(event: string, fields?: Fields): void;
  error(event: string, fields?: Fields): void;
}

const order: Record<Level, number> = { debug: 0, info: 1, warn: 2, error: 3 };

/** Writes lines of at least `least` to `out`. */
export function openJournal(out: Writable, least: Level): Journal {
  const write =
    (level: Level) =>
    (event: string, fields: Fields = {}) => {
      if (order[level] < order[least]) return;
      out.write(`${JSON.stringify({ time: new Date().toISOString(), level, event, ...fields })}\n`);
    };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

/** What may be said of something that was thrown: its kind and code; its message may hold words of people or a URL. */
export function problemOf(thrown: unknown): Fields {
  if (!(thrown instanceof Error)) return { problem: typeof thrown };
  const { reason, code, data } = thrown as { reason?: unknown; code?: unknown; data?: { error?: unknown } };
  const said = [reason, data?.error, code].find((value) => typeof value === 'string' || typeof value === 'number');
  return { problem: thrown.name, ...(said === undefined ? {} : { code: String(said) }) };
}
