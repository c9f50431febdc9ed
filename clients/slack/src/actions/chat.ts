// A chat: booking one with a match, moving it, cancelling it.
import {
  type CortadoError,
  durationFromMs,
  isReason,
  matchCardOf,
  timestampFromDate,
  timestampFromMs,
  timestampMs,
} from '@cortado/api';
import type { Chat } from '@cortado/api/gen/cortado/scheduling/v1/chat_pb.js';
import type { PlainTextOption } from '@slack/types';
import type { Acting } from '../people/people.js';
import { option } from '../screens/blocks.js';
import { othersOf, whenOf } from '../screens/chat.js';
import { slotForm, timeOption } from '../screens/forms.js';
import { instantText, type Timestamp } from '../screens/instants.js';
import { partnersOf } from '../screens/pair.js';
import { subjectOf } from '../screens/values.js';
import { checkSlot, chosenSeconds, originOf } from './answer.js';
import { publishHome, showChat } from './show.js';
import type { Carried, Screen, Visit } from './visit.js';

/** Times as choices, how long they are, and what is said when there are none. */
interface Slots {
  times: PlainTextOption[];
  /** 0: there are none. */
  lengthMs: number;
  note: string;
}

const spanMs = (start: Timestamp | undefined, end: Timestamp | undefined) =>
  start === undefined || end === undefined ? 0 : timestampMs(end) - timestampMs(start);

async function findSlots({ client }: Acting, people: string[], match: string, lengthMs?: number): Promise<Slots> {
  try {
    const { times, note } = await client.scheduling.findTimes({
      people,
      match,
      pageSize: 20,
      ...(lengthMs === undefined ? {} : { duration: durationFromMs(lengthMs) }),
    });
    const [best] = times;
    const isWhole = best?.startTime !== undefined && best.endTime !== undefined;
    return {
      times: times.map((time) => timeOption(time, 0, 1)).filter((one) => one !== undefined),
      lengthMs: isWhole ? spanMs(best.startTime, best.endTime) : 0,
      note: note?.text ?? '',
    };
  } catch (thrown) {
    // Who agreed to a chat may move it without looking at the other's times.
    if (isReason(thrown, 'CONSENT_REQUIRED', 'TOO_MANY_LOOKS')) return { times: [], lengthMs: 0, note: '' };
    throw thrown;
  }
}

/** The three free times of SLOT_TAKEN and OUTSIDE_HOURS. */
function slotsOf(thrown: CortadoError, visit: Visit, zone: string): PlainTextOption[] {
  const instants = (thrown.metadata['times'] ?? '').split(',').map((text) => new Date(text));
  return instants
    .filter((instant) => !Number.isNaN(instant.getTime()))
    .map((instant) =>
      option(instantText(timestampFromDate(instant), visit.words, zone), String(instant.getTime() / 1000)),
    );
}

/** Whether another time is the answer to what went wrong. */
function asksForAnotherTime(thrown: unknown): thrown is CortadoError {
  return isReason(thrown, 'SLOT_TAKEN', 'OUTSIDE_HOURS', 'TIME_PASSED', 'WEEKLY_MINUTES_SPENT');
}

interface Picker {
  kind: 'book' | 'move';
  intro: string;
  slots: PlainTextOption[];
  metadata: Record<string, unknown>;
}

function showPicker(visit: Visit, screen: Screen, { kind, intro, slots, metadata }: Picker): Promise<void> {
  const { words } = visit;
  return screen.show(
    slotForm(words, {
      title: words.say(`slack.chat.${kind}`),
      intro,
      submit: words.say(`slack.chat.${kind}_yes`),
      callback: `chat.${kind}`,
      metadata,
      times: slots,
      mayBeOpen: false,
    }),
  );
}

/** "Find a time" with a match. */
export async function openBook(visit: Visit, { value }: Carried): Promise<void> {
  const { words } = visit;
  const { place } = visit.delivery;
  const isOnTop = place.kind === 'modal' && !place.isRoot;
  const screen = (isOnTop ? visit.screen() : undefined) ?? (await visit.open());
  const acting = await visit.act();
  const card = matchCardOf(await acting.client.matching.getMatch({ name: value }), acting.self);
  const partners = card.others.map(({ person }) => person);
  const { times, lengthMs, note } = await findSlots(acting, [acting.self, ...partners], value);
  const between = { match: value, partners: partners.join(','), zone: card.mine?.timeZone ?? '' };
  const metadata = { ...between, lengthMs, origin: originOf(visit) };
  const intro = words.say('slack.chat.book_intro', { name: partnersOf(words, card) });
  await showPicker(visit, screen, {
    kind: 'book',
    intro: note === '' ? intro : `${intro}\n${note}`,
    slots: times,
    metadata,
  });
}

/** How long one's own chats are, where no time that suits both said how long. */
async function ownLengthMs({ client, self }: Acting): Promise<number> {
  const { chatMinutes } = await client.profile.getTime({ name: `${self}/time` });
  return (chatMinutes || 30) * 60_000;
}

/** What is wrong with a time to book or to move to: none, or one that has passed. */
export function checkTime(with_: { say(code: string): string; now: Date }, carried: Carried): Record<string, string> {
  return chosenSeconds(carried) > 0 ? checkSlot(with_, carried) : { own: with_.say('slack.slot.hint') };
}

/** The time to book was chosen. */
export async function submitBook(visit: Visit, carried: Carried): Promise<void> {
  const screen = visit.screen() ?? (await visit.open());
  const acting = await visit.act();
  const { match, partners, zone, origin } = carried.metadata as Record<string, string | undefined>;
  try {
    const chat = await acting.client.scheduling.bookChat({
      attendees: (partners ?? '').split(','),
      startTime: timestampFromMs(chosenSeconds(carried) * 1000),
      duration: durationFromMs(Number(carried.metadata['lengthMs']) || (await ownLengthMs(acting))),
      match: match ?? '',
      requestId: visit.id('book'),
    });
    const name = othersOf(visit.words, chat, acting.self);
    await showChat(visit, acting, chat, origin ?? '', visit.words.say('slack.chat.booked', { name }), match);
    await screen.tell(`${visit.words.say('slack.chat.booked', { name })}\n${whenOf(visit.words, chat, acting.self)}`);
  } catch (thrown) {
    if (!asksForAnotherTime(thrown)) throw thrown;
    const slots = slotsOf(thrown, visit, zone ?? '');
    await showPicker(visit, screen, { kind: 'book', intro: thrown.userMessage, slots, metadata: carried.metadata });
  }
}

function zoneIn(chat: Chat, self: string): string {
  return chat.attendees.find(({ person }) => person?.person === self)?.localStart?.timeZone ?? '';
}

/** "Another time" for a chat. */
export async function openMove(visit: Visit, { value }: Carried): Promise<void> {
  const { words } = visit;
  const screen = await visit.open();
  const acting = await visit.act();
  const chat = await acting.client.scheduling.getChat({ name: subjectOf(value).name });
  const others = chat.attendees.map(({ person }) => person?.person ?? '').filter((person) => person !== acting.self);
  const length = spanMs(chat.startTime, chat.endTime);
  const { times, note } = await findSlots(acting, [acting.self, ...others], chat.match, length);
  const name = othersOf(words, chat, acting.self);
  const intro = words.say('slack.chat.move_intro', { name, when: whenOf(words, chat, acting.self) });
  const metadata = { chat: chat.name, etag: chat.etag, zone: zoneIn(chat, acting.self), origin: originOf(visit) };
  await showPicker(visit, screen, {
    kind: 'move',
    intro: note === '' ? intro : `${intro}\n${note}`,
    slots: times,
    metadata,
  });
}

/** The new time was chosen. */
export async function submitMove(visit: Visit, carried: Carried): Promise<void> {
  const screen = visit.screen() ?? (await visit.open());
  const acting = await visit.act();
  const { chat: name, etag, zone, origin } = carried.metadata as Record<string, string | undefined>;
  try {
    const chat = await acting.client.scheduling.rescheduleChat({
      name: name ?? '',
      etag: etag ?? '',
      startTime: timestampFromMs(chosenSeconds(carried) * 1000),
      requestId: visit.id('move'),
    });
    const said = visit.words.say('slack.chat.moved', { name: othersOf(visit.words, chat, acting.self) });
    await showChat(visit, acting, chat, origin ?? '', said);
    await screen.tell(`${said}\n${whenOf(visit.words, chat, acting.self)}`);
  } catch (thrown) {
    if (!asksForAnotherTime(thrown)) throw await refreshed(visit, acting, name ?? '', origin ?? '', thrown);
    const slots = slotsOf(thrown, visit, zone ?? '');
    await showPicker(visit, screen, { kind: 'move', intro: thrown.userMessage, slots, metadata: carried.metadata });
  }
}

/** Shows the chat as it is now, when what the person saw was not; returns what was thrown. */
async function refreshed(
  visit: Visit,
  acting: Acting,
  name: string,
  origin: string,
  thrown: unknown,
): Promise<unknown> {
  if (isReason(thrown, 'ETAG_MISMATCH', 'CHAT_CANCELLED')) {
    const chat = await acting.client.scheduling.getChat({ name });
    await showChat(visit, acting, chat, origin);
  }
  return thrown;
}

/** Cancels it, confirmed. */
export async function cancelChat(visit: Visit, { value }: Carried): Promise<void> {
  const acting = await visit.act();
  const { name, etag = '' } = subjectOf(value);
  try {
    const chat = await acting.client.scheduling.cancelChat({ name, etag, requestId: visit.id('cancel') });
    const said = visit.words.say('slack.chat.cancelled', { name: othersOf(visit.words, chat, acting.self) });
    await showChat(visit, acting, chat, originOf(visit), said);
    await publishHome(visit);
  } catch (thrown) {
    throw await refreshed(visit, acting, name, originOf(visit), thrown);
  }
}
