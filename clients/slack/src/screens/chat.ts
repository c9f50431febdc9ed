// A chat: when, in the zones of all who come, and what can be done about it.
import { timestampMs } from '@cortado/api';
import { type Chat, Chat_State } from '@cortado/api/gen/cortado/scheduling/v1/chat_pb.js';
import { actions, type Block, button, confirm, context, section } from './blocks.js';
import { nowBy } from './instants.js';
import { nameOf } from './people.js';
import { cut } from './text.js';
import { valueFor } from './values.js';
import type { Words } from './words.js';

/** Those who come, but for `self`. */
export function othersOf(words: Words, chat: Chat, self: string): string {
  const others = chat.attendees.filter(({ person }) => person?.person !== self);
  return others.map(({ person }) => nameOf(person, words)).join(', ') || words.say('notification.somebody');
}

/** "For you: Tue 27 Oct 2026, 15:00 (UTC+01:00)", and a line for everybody whose clock shows something else. */
export function whenOf(words: Words, chat: Chat, self: string): string {
  const mine = chat.attendees.find(({ person }) => person?.person === self)?.localStart?.text ?? '';
  const theirs = chat.attendees.filter(({ localStart }) => localStart !== undefined && localStart.text !== mine);
  if (theirs.length === 0) return mine;
  const lines = theirs.map(({ person, localStart }) =>
    words.say('slack.chat.for_them', { name: nameOf(person, words), time: localStart?.text ?? '' }),
  );
  return [words.say('slack.chat.for_you', { time: mine }), ...lines].join('\n');
}

function minutesOf(chat: Chat): number {
  if (chat.startTime === undefined || chat.endTime === undefined) return 0;
  return Math.round((timestampMs(chat.endTime) - timestampMs(chat.startTime)) / 60_000);
}

/** Whether it can still be moved or cancelled. */
function isAhead(chat: Chat, ours: Date): boolean {
  const now = nowBy(chat.attendees[0]?.person, ours);
  return (
    chat.state === Chat_State.BOOKED && chat.startTime !== undefined && timestampMs(chat.startTime) > now.getTime()
  );
}

/** The buttons of a chat that is ahead. */
function chatButtons(words: Words, chat: Chat): Block[] {
  const value = valueFor({ name: chat.name, etag: chat.etag });
  return actions(
    button({ text: words.say('slack.chat.move'), action: 'chat.move', value }),
    button({
      text: words.say('slack.chat.cancel'),
      action: 'chat.cancel',
      value,
      confirm: confirm({
        title: words.say('slack.chat.cancel_title'),
        text: words.say('slack.chat.cancel_text'),
        yes: words.say('slack.chat.cancel_yes'),
        no: words.say('slack.back'),
        danger: true,
      }),
    }),
  );
}

/** The chat under `sentence` ("Coffee chat with Bo", when left out). */
export function chatCard(words: Words, chat: Chat, self: string, now: Date, sentence?: string): Block[] {
  const isOff = chat.state === Chat_State.CANCELLED;
  const title = words.say(isOff ? 'chat.cancelled_title' : 'chat.title', { name: othersOf(words, chat, self) });
  return [
    section(sentence ?? title),
    section(whenOf(words, chat, self)),
    ...context(
      words.say('slack.chat.minutes', { count: minutesOf(chat) }),
      chat.topic === '' ? '' : words.say('slack.chat.topic', { topic: cut(chat.topic, 500) }),
    ),
    ...(isAhead(chat, now) ? chatButtons(words, chat) : againButton(words, chat, isOff)),
  ];
}

function againButton(words: Words, chat: Chat, isOff: boolean): Block[] {
  if (!isOff || chat.match === '') return [];
  return actions(button({ text: words.say('slack.chat.book_again'), action: 'chat.book', value: chat.match }));
}
