// Whatever breaks, on our side or on Slack's: every notification arrives once, in order, no faster than Slack allows, and
// nobody who asks or books waits for Slack.
import { newRequestId } from '@cortado/api';
import { Channel, Delivery_State, type Notification } from '@cortado/api/gen/cortado/scheduling/v1/notification_pb.js';
import { type MailServer, startMailServer, waitFor } from '@cortado/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Person } from '../testing/index.js';
import { type House, startHouse } from './house.js';

const mentors = ['marit', 'joon', 'odd', 'rosa'] as const;
type Mentor = (typeof mentors)[number];

let mail: MailServer;
let house: House;
const people = new Map<string, Person>();
/** What everybody had been told before the test began. */
const atFirst = new Map<string, number>();

beforeAll(async () => {
  mail = await startMailServer();
  house = await startHouse({ cortado: { smtp: mail.address }, slack: { rateLimits: 'enforce' } });
  await house.toMonday();
  for (const id of mentors) {
    await hearAnyTime(id);
    people.set(id, await house.person(id));
    atFirst.set(id, (await toldTo(id)).length);
  }
});
afterAll(async () => {
  await house?.stop();
  await mail?.stop();
});
afterEach(() => house.slack.faults.clear());

function personOf(id: string): Person {
  const person = people.get(id);
  if (!person) throw new Error(`${id} is not linked`);
  return person;
}

/** Lets somebody be told whatever the time is where they live. */
async function hearAnyTime(id: string): Promise<void> {
  const { notifications } = await house.site.as(id);
  const name = `people/${id}/notificationPreferences`;
  const { etag } = await notifications.getNotificationPreferences({ name });
  const preferences = { name, etag, anyTime: true };
  await notifications.updateNotificationPreferences({
    preferences,
    updateMask: { paths: ['any_time'] },
    requestId: newRequestId(),
  });
}

async function ask(asker: string, mentor: Mentor): Promise<string> {
  const { matching } = await house.site.as(asker);
  const message = `A question of ${asker}`;
  const request = { mentor: `people/${mentor}`, message, requestId: newRequestId() };
  return (await matching.requestMatch(request)).name;
}

/** The one asked wants to know more, and the asker says it: two notifications of one request. */
async function discuss(request: string, asker: string, mentor: Mentor): Promise<void> {
  const [one, other] = [await house.site.as(mentor), await house.site.as(asker)];
  await one.matching.askRequester({ request, question: 'What for?', requestId: newRequestId() });
  await other.matching.replyWithDetails({ request, details: 'For this.', requestId: newRequestId() });
}

/** What somebody was told, the oldest first. */
async function toldTo(id: string): Promise<Notification[]> {
  const { notifications } = await house.site.as(id);
  return (await notifications.listNotifications({ parent: `people/${id}` })).notifications.reverse();
}

function stateBy(notification: Notification, by: Channel): Delivery_State | undefined {
  return notification.deliveries.find(({ channel }) => channel === by)?.state;
}

/** The notifications that stand in Slack, in the order of their messages. */
function standing(person: Person): string[] {
  return person.messages().flatMap(({ metadata }) => {
    const payload = metadata?.['event_payload'] as { notification?: string } | undefined;
    return payload?.notification === undefined ? [] : [payload.notification];
  });
}

/** Waits until `id` was told of `count` things more than at first, and checks that each arrived once and in order. */
async function expectOnceInOrder(id: Mentor, count: number): Promise<void> {
  const waits = ({ deliveries }: Notification) => deliveries.some(({ state }) => state === Delivery_State.WAITING);
  const told = await waitFor(
    async () => {
      const list = await toldTo(id);
      return list.length >= count + (atFirst.get(id) ?? 0) && !list.some(waits) ? list : undefined;
    },
    { limitMs: 60_000, what: `all that ${id} is told` },
  );
  expect(told).toHaveLength(count + (atFirst.get(id) ?? 0));
  const bySlack = told.filter((one) => stateBy(one, Channel.SLACK) === Delivery_State.DELIVERED);
  expect(standing(personOf(id))).toEqual(bySlack.map(({ name }) => name));
}

function mailsTo(id: string): number {
  return mail.mails().filter(({ recipients }) => recipients.some((address) => address.startsWith(id))).length;
}

async function posts(count: number): Promise<void> {
  const sent = () => house.slack.calls.filter(({ method }) => method === 'chat.postMessage').length;
  const before = sent();
  await waitFor(() => sent() >= before + count, { limitMs: 20_000, what: 'a post' });
}

describe('Every notification arrives once and in order', { timeout: 90_000 }, () => {
  test('when Slack says to wait, and never sooner than it says', async () => {
    house.slack.faults.next('chat.postMessage', { status: 429, retryAfter: 2 }, 2);
    for (const asker of ['suna', 'hanne', 'bram']) await ask(asker, 'marit');
    await expectOnceInOrder('marit', 3);
    expect(house.slack.calls.filter(({ outcome }) => outcome === 'ratelimited')).toHaveLength(2);
    expect(house.slack.rates.breaches).toEqual([]);
  });

  test('when answers are lost, connections break, and Slack has trouble of its own', async () => {
    house.slack.faults.next('chat.postMessage', 'lost answer');
    house.slack.faults.next('chat.postMessage', { status: 503 });
    house.slack.faults.next('chat.postMessage', 'reset');
    house.slack.faults.next('chat.postMessage', { error: 'internal_error' });
    for (const asker of ['suna', 'enno']) await discuss(await ask(asker, 'joon'), asker, 'joon');
    await expectOnceInOrder('joon', 4);
  });

  test('over kill -9 of the bot after Slack took a message that nobody noted', async () => {
    house.slack.faults.next('chat.postMessage', 'lost answer');
    const posted = posts(1);
    const requests = [await ask('lotte', 'odd'), await ask('suna', 'odd')];
    await posted;
    await house.bot.kill9();
    await discuss(requests[0] ?? '', 'lotte', 'odd');
    await house.bot.restart();
    await expectOnceInOrder('odd', 3);
  });

  test('over kill -9 of the services before they could note it', async () => {
    house.slack.faults.next('chat.postMessage', { delay: 300 });
    const posted = posts(1);
    await ask('hanne', 'rosa');
    await posted;
    await house.site.kill9();
    await house.site.restart();
    await ask('bram', 'rosa');
    await expectOnceInOrder('rosa', 2);
  });
});

test('An hour without Slack holds up nobody, and what Slack did not take comes by mail, once', {
  timeout: 120_000,
}, async () => {
  const mailsBefore = mailsTo('marit');
  house.slack.outage(true);
  const started = performance.now();
  const request = await ask('farid', 'rosa');
  await discuss(request, 'farid', 'rosa');
  const { matching } = await house.site.as('rosa');
  const match = await matching.acceptMatch({ request, requestId: newRequestId() });
  expect(match.name).toMatch(/^matches\//);
  expect(performance.now() - started).toBeLessThan(5000);
  const late = await ask('dora', 'marit');
  const handedOn = ({ subject, deliveries }: Notification) =>
    subject === late && deliveries.some(({ attempts }) => attempts > 0);
  await waitFor(async () => (await toldTo('marit')).some(handedOn));
  await house.site.advance('1h');
  const told = await waitFor(
    async () => {
      const found = (await toldTo('marit')).find(({ subject }) => subject === late);
      return found && stateBy(found, Channel.MAIL) === Delivery_State.DELIVERED ? found : undefined;
    },
    { limitMs: 30_000, what: 'the mail' },
  );
  house.slack.outage(false);
  await ask('zofia', 'odd');
  await expectOnceInOrder('marit', 4);
  await expectOnceInOrder('rosa', 4);
  await expectOnceInOrder('odd', 4);
  expect(standing(personOf('marit'))).not.toContain(told.name);
  expect(mailsTo('marit')).toBe(mailsBefore + 1);
});

test('No limit of Slack was broken meanwhile', () => {
  expect(house.slack.rates.breaches).toEqual([]);
  expect(house.slack.troubles).toEqual([]);
});
