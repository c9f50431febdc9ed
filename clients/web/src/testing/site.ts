/** A real site for tests: Cortado with a clock that can be moved, a mail server, this server, and people who ask. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { newRequestId, timestampFromDate } from '@cortado/api';
import {
  type CortadoOptions,
  type Mail,
  type MailServer,
  partOf,
  startCortado,
  startMailServer,
  type TestCortado,
  waitFor,
} from '@cortado/testing';
import { jsonLog } from '../edge/log.js';
import { startWeb, type Web, type WebOptions } from '../server.js';

/** Who is made for a test. */
export interface Someone {
  name?: string;
  title?: string;
  department?: string;
  zone?: string;
}

/** What is asked. */
export interface Wish {
  from?: Someone;
  to?: Someone;
  message?: string;
  times?: readonly Date[];
}

/** A request that was asked, and the link in the mail about it. */
export interface AskedLink {
  /** The whole link, as it stands in the mail. */
  url: string;
  /** `people/P`. */
  requester: string;
  mentor: string;
  /** `requests/R`. */
  request: string;
}

/** Everything that runs. */
export interface Site {
  readonly cortado: TestCortado;
  readonly mail: MailServer;
  readonly web: Web;
  /** Where people reach the pages. */
  readonly origin: string;
  readonly ops: string;
  /** What was logged, as lines of JSON. */
  readonly log: readonly string[];
  /** Makes two people, lets one ask the other, and waits for the mail with the link. */
  ask(wish?: Wish): Promise<AskedLink>;
  /** The same with one who has been asked before. */
  askAgain(mentor: string, wish?: Omit<Wish, 'to'>): Promise<AskedLink>;
  /** Makes a person who looks for role models. */
  meet(someone?: Someone): Promise<string>;
  /** Waits for the newest mail to `person` that has a link, other than `before`; returns the link. */
  newerLink(person: string, before: string): Promise<string>;
  /** The mails to `person` so far. */
  mailsTo(person: string): Mail[];
  /** What time it is for Cortado. */
  now(): Date;
  /** Moves its time on. */
  advance(step: string, milliseconds: number): Promise<void>;
  stop(): Promise<void>;
}

const day = 24 * 60 * 60 * 1000;

/** A full hour, UTC, on the first Tuesday at least `days` after `now`: working hours in all of Europe. */
export function tuesday(now: Date, days: number, hour = 10): Date {
  const start = new Date(now.getTime() + days * day);
  const ahead = (2 - start.getUTCDay() + 7) % 7;
  return new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate() + ahead, hour));
}

/** A port below those that the system gives out by itself, so that it stays free until it is listened on. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const isFree = await new Promise<boolean>((resolve) => {
      const probe = createServer().once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}

/** What this server is started with, unless a test says otherwise. */
export function webOptions(address: string, port: number, own: Partial<WebOptions> = {}): WebOptions {
  return {
    address,
    origin: `http://127.0.0.1:${port}`,
    listen: { host: '127.0.0.1', port },
    opsListen: { host: '127.0.0.1', port: 0 },
    proxies: 0,
    secret: Buffer.alloc(32, 7),
    perLink: { burst: 1000, perMinute: 1000 },
    perAddress: { burst: 100_000, perMinute: 100_000 },
    headTimeoutMs: 2000,
    requestTimeoutMs: 4000,
    connections: 200,
    log: () => {},
    clock: () => new Date(),
    ...own,
  };
}

async function makePerson(
  cortado: TestCortado,
  someone: Someone,
  isMentor: boolean,
): Promise<{ name: string; email: string }> {
  const hr = await cortado.operator();
  const email = `${randomUUID()}@example.org`;
  const { name } = await hr.profile.createPerson({
    person: {
      displayName: someone.name ?? (isMentor ? 'Ben Okafor' : 'Ada Bergström'),
      email,
      title: someone.title ?? '',
      department: someone.department ?? '',
      timeZone: someone.zone ?? 'Europe/Berlin',
      languages: ['en'],
    },
    requestId: newRequestId(),
  });
  const self = await cortado.as(name.replace('people/', ''));
  const offer = await self.profile.getOffer({ name: `${name}/offer` });
  const paths = isMentor ? ['mentor', 'places'] : ['mentee'];
  await self.profile.updateOffer({
    offer: { ...offer, mentor: isMentor, mentee: !isMentor, places: 5 },
    updateMask: { paths },
    requestId: newRequestId(),
  });
  // Mail goes out at once, whatever the hour of the test.
  const preferences = await waitFor(() =>
    self.notifications.getNotificationPreferences({ name: `${name}/notificationPreferences` }),
  );
  await self.notifications.updateNotificationPreferences({
    preferences: { ...preferences, anyTime: true },
    updateMask: { paths: ['any_time'] },
    requestId: newRequestId(),
  });
  return { name, email };
}

function linkIn(mail: Mail, origin: string): string | undefined {
  const text = partOf(mail, 'text/plain');
  const start = text.indexOf(`${origin}/answer/`);
  return start < 0 ? undefined : text.slice(start).split(/\s/)[0];
}

/** Starts everything. */
export async function startSite(own: Partial<WebOptions> = {}, services: CortadoOptions = {}): Promise<Site> {
  const port = await freePort();
  const origin = `${own.tls ? 'https' : 'http'}://127.0.0.1:${port}`;
  const mail = await startMailServer();
  const cortado = await startCortado({ smtp: mail.address, webUrl: origin, ...services });
  const log: string[] = [];
  let ahead = 0;
  const now = () => new Date(Date.now() + ahead);
  const logged = jsonLog((line) => log.push(line));
  const web = await startWeb(webOptions(cortado.addresses, port, { origin, log: logged, clock: now, ...own }));
  const emails = new Map<string, string>();

  const mailsTo = (person: string) => mail.mails().filter((one) => one.recipients.includes(emails.get(person) ?? ''));
  const newestLink = (person: string) =>
    mailsTo(person)
      .flatMap((one) => linkIn(one, origin) ?? [])
      .at(-1) ?? '';
  const newerLink = (person: string, before: string) =>
    waitFor(() => (newestLink(person) === before ? '' : newestLink(person)), {
      what: 'a mail with a link',
      limitMs: 30_000,
    });
  const meet = async (someone: Someone, isMentor: boolean) => {
    const { name, email } = await makePerson(cortado, someone, isMentor);
    emails.set(name, email);
    return name;
  };
  async function askWhom(mentor: string, { from = {}, message = '', times = [] }: Wish): Promise<AskedLink> {
    const requester = await meet(from, false);
    const before = newestLink(mentor);
    const asker = await cortado.as(requester.replace('people/', ''));
    const proposedTimes = times.map(timestampFromDate);
    const wish = { mentor, message, proposedTimes, requestId: newRequestId() };
    // The matching service hears of new people a moment later.
    const { name: request } = await waitFor(() => asker.matching.requestMatch(wish));
    return { requester, mentor, request, url: await newerLink(mentor, before) };
  }
  return {
    cortado,
    mail,
    web,
    origin,
    ops: `http://127.0.0.1:${web.opsAddress.port}`,
    log,
    mailsTo,
    newerLink,
    now,
    ask: async (wish = {}) => askWhom(await meet(wish.to ?? {}, true), wish),
    askAgain: (mentor, wish = {}) => askWhom(mentor, wish),
    meet: (someone = {}) => meet(someone, false),
    async advance(step, milliseconds) {
      await cortado.advance(step);
      ahead += milliseconds;
    },
    async stop() {
      await web.stop(1000);
      await cortado.stop();
      await mail.stop();
    },
  };
}
