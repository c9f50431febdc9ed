import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ready, root, start, temporaryFolder } from './processes.js';
import { waitFor } from './wait.js';

/** A part of a mail, as its reader gets it. */
export interface MailPart {
  /** As `text/plain`, `text/html`, `text/calendar`. */
  type: string;
  /** Of a calendar part: `REQUEST` or `CANCEL`. */
  method: string;
  filename: string;
  text: string;
}

/** A mail that arrived, read by Python's own email package. */
export interface Mail {
  sender: string;
  recipients: string[];
  /** The message as it came. */
  raw: string;
  headers: Record<string, string>;
  from_name: string;
  to_name: string;
  parts: MailPart[];
  /** What is wrong with its form; empty for a good one. */
  defects: string[];
}

/** A real mail server on loopback, which keeps what arrives. */
export interface MailServer {
  /** `127.0.0.1:port`, for `startCortado({smtp})`. */
  readonly address: string;
  /** What arrived so far, the oldest first. */
  mails(): Mail[];
  /** Waits until at least `count` mails are there, and returns all. Rejects after `limitMs` (10,000). */
  waitForMails(count: number, limitMs?: number): Promise<Mail[]>;
  /** Ends it; its mails are gone. */
  stop(): Promise<void>;
}

/** The text of the first part of that type; empty without one. */
export function partOf(mail: Mail, type: string): string {
  return mail.parts.find((part) => part.type === type)?.text ?? '';
}

/** Starts common/testing/mail_server.py. `args`: its switches, as `--fail-rate 0.5`. */
export async function startMailServer(args: readonly string[] = []): Promise<MailServer> {
  const folder = temporaryFolder();
  const portFile = join(folder.path, 'port');
  const mailFile = join(folder.path, 'mail');
  const script = join(root, 'common/testing/mail_server.py');
  const files = ['--port-file', portFile, '--mail-file', mailFile];
  const server = start('/usr/bin/python3', [script, ...files, ...args], join(folder.path, 'log'));
  await ready(server, 'the mail server', () => existsSync(portFile));
  const mails = (): Mail[] => {
    if (!existsSync(mailFile)) return [];
    // A last line without its end is being written.
    const lines = readFileSync(mailFile, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line));
  };
  return {
    address: `127.0.0.1:${readFileSync(portFile, 'utf8').trim()}`,
    mails,
    waitForMails: (count, limitMs = 10_000) =>
      waitFor(() => (mails().length >= count ? mails() : undefined), { limitMs, what: `mail number ${count}` }),
    async stop() {
      await server.stop();
      folder.remove();
    },
  };
}
