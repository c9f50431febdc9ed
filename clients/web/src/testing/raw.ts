/** A connection that sends what it likes. */
import { connect } from 'node:net';

/** What came back over one connection. */
export interface RawAnswer {
  /** Of the first answer; 0 when there was none. */
  readonly status: number;
  /** All that came. */
  readonly text: string;
  /** From the connection to its end, in milliseconds. */
  readonly took: number;
}

/**
 * Connects, sends `pieces` one after the other, `pauseMs` apart, and reads until the server closes, for `limitMs` at most.
 * A connection that the server resets is an answer too.
 */
export function sendRaw(
  port: number,
  pieces: readonly (string | Buffer)[],
  pauseMs = 0,
  limitMs = 20_000,
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const began = performance.now();
    const parts: Buffer[] = [];
    const socket = connect(port, '127.0.0.1');
    const timers: NodeJS.Timeout[] = [setTimeout(() => socket.destroy(), limitMs)];
    pieces.forEach((piece, index) => {
      timers.push(setTimeout(() => socket.writable && socket.write(piece), index * pauseMs));
    });
    socket.on('data', (part) => parts.push(part));
    socket.on('error', () => {});
    socket.on('close', () => {
      for (const timer of timers) clearTimeout(timer);
      const text = Buffer.concat(parts).toString('latin1');
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text, took: performance.now() - began });
    });
  });
}
