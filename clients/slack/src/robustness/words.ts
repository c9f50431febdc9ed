// Words nobody would choose, and resources full of them.
import { existsSync, readFileSync } from 'node:fs';
import { create, matchCardOf, timestampFromMs } from '@cortado/api';
import {
  Match_State,
  MatchSchema,
  Request_State,
  RequestSchema,
} from '@cortado/api/gen/cortado/matching/v1/match_pb.js';
import { SuggestRoleModelsResponseSchema } from '@cortado/api/gen/cortado/matching/v1/matching_service_pb.js';
import { Strength } from '@cortado/api/gen/cortado/matching/v1/suggestion_pb.js';
import { Chat_State, ChatSchema, FreeTimeSchema } from '@cortado/api/gen/cortado/scheduling/v1/chat_pb.js';
import { type NotificationKind, NotificationSchema } from '@cortado/api/gen/cortado/scheduling/v1/notification_pb.js';
import { PersonCardSchema } from '@cortado/api/gen/cortado/type/v1/person_card_pb.js';

/** Of these, each is something that Slack's mark-up, its limits or a careless cut would trip over. */
const own = [
  '<!channel>',
  '<!here|hello>',
  '<!subteam^S0123|all>',
  '<@U0123ABCD>',
  '<#C0123ABCD|general>',
  '<https://evil.example/login|your chats>',
  'https://evil.example',
  '*bold* _italic_ ~gone~ `code`',
  '```\nblock\n```',
  '> quoted',
  'Tom & <b>Jerry</b> &amp; &lt;',
  ':wave: :skin-tone-2:',
  '   ',
  '\u200B\u2060\uFEFF',
  '\u202Etxt.exe\u202C',
  'e\u0301'.repeat(40),
  '👩‍👩‍👧‍👦'.repeat(30),
  'ﷺ'.repeat(200),
  '\uD800 lonely \uDFFF',
  'a'.repeat(200),
  'ẞÄÖÜ-ß'.repeat(30),
  'line\nbreak\r\nand\ttab',
  '\u0000\u0007\u001B[31mred\u001B[0m',
  '{name} {count, plural, one {#} other {#}}',
  "'{'",
  '<!date^0^{date}|x>',
  'مرحبا بالعالم',
  '田中さんにあげて下さい',
];

/**
 * Names and words to fail on: ours, and the big list of naughty strings where it is at hand; of that every fourth, from
 * `from` on, or all with CORTADO_TEST_SCALE=4.
 */
export function naughtyWords(from: number): string[] {
  const step = Math.max(1, Math.round(4 / Number(process.env['CORTADO_TEST_SCALE'] || 1)));
  const path = new URL('../../../../../shared/data/adversarial/blns/blns.json', import.meta.url);
  const list: unknown = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : [];
  const known = Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
  return [...own, ...known.filter((_, index) => index % step === from % step)];
}

/** Repeats `word` until it is `length` units long: words are as long as the services let them be. */
export function long(word: string, length: number): string {
  const unit = word === '' ? '-' : `${word} `;
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
}

export const self = 'people/self';
/** The instant of all screens here. */
export const now = new Date('2026-10-26T09:00:00Z');
const later = (hours: number) => timestampFromMs(now.getTime() + hours * 3_600_000);
const said = (text: string) => ({ code: 'x', parameters: {}, text });

/** A person of that name, title and department. */
export function card(word: string, person = 'people/other') {
  const localTime = { instant: later(0), timeZone: 'Europe/Berlin', text: word };
  const words = { displayName: word, title: long(word, 100), department: long(word, 100) };
  return create(PersonCardSchema, { person, ...words, timeZone: 'Europe/Berlin', localTime });
}

export const requestStates = [
  Request_State.OPEN,
  Request_State.ACCEPTED,
  Request_State.CLOSED,
  Request_State.WITHDRAWN,
  Request_State.POSTPONED,
] as const;

/** A request full of `word`; of `self`, or to them. */
export function request(word: string, index: number, toSelf: boolean) {
  const [mine, theirs] = [card(word, self), card(word)];
  return create(RequestSchema, {
    name: `requests/r${index}`,
    etag: 'e'.repeat(64),
    requester: toSelf ? theirs : mine,
    mentor: toSelf ? mine : theirs,
    message: long(word, 2000),
    proposedTimes: [later(-1), later(1), later(2), later(3), later(4)],
    state: requestStates[index % requestStates.length] ?? Request_State.OPEN,
    match: 'matches/m1',
    expireTime: later(70),
    postponeEndTime: later(700),
    waitsForRequester: index % 2 === 1,
    questions: [{ question: long(word, 2000), details: index % 3 === 0 ? '' : long(word, 2000) }],
  });
}

/** A chat of `attendees` people of that name. */
export function chat(word: string, index: number, attendees = 2) {
  const others = Array.from({ length: attendees - 1 }, (_, number) => card(word, `people/p${number}`));
  return create(ChatSchema, {
    name: `chats/c${index}`,
    etag: 'e'.repeat(64),
    attendees: [card(word, self), ...others].map((person, number) => ({
      person,
      localStart: { instant: later(1), timeZone: 'UTC', text: `${word} ${number}` },
    })),
    startTime: later(index % 4 === 0 ? -1 : index + 1),
    endTime: later(index + 2),
    topic: long(word, 500),
    match: 'matches/m1',
    state: index % 5 === 0 ? Chat_State.CANCELLED : Chat_State.BOOKED,
  });
}

/** A match with somebody of that name. */
export function match(word: string, index: number) {
  const state = index % 2 === 0 ? Match_State.ACTIVE : Match_State.ENDED;
  return create(MatchSchema, {
    name: `matches/m${index}`,
    mentee: card(word, self),
    mentor: card(word),
    state,
    fit: index % 4,
  });
}

/** A match of a programme on its way to the first chat: `count` people in it beside two, who proposed a time each. */
export function pair(word: string, count: number) {
  const others = Array.from({ length: count }, (_, index) => card(word, `people/p${index}`));
  const one = create(MatchSchema, {
    name: `matches/${'m'.repeat(63)}`,
    program: 'programs/p1',
    mentee: card(word, self),
    mentor: card(word),
    others,
    state: Match_State.ACTIVE,
    proposals: others.map(({ person }, index) => ({ person, startTime: later(index + 1) })),
    freeTimes: [later(200), later(201), later(202)],
  });
  return matchCardOf(one, self, count === 0 ? [] : [long(word, 400), word]);
}

/** `count` suggestions, each with reasons. */
export function suggestions(word: string, count: number) {
  return create(SuggestRoleModelsResponseSchema, {
    suggestions: Array.from({ length: count }, (_, index) => ({
      person: card(word, `people/p${index}`),
      reason: said(long(word, 300)),
      parts: Array.from({ length: 8 }, (__, part) => ({ points: BigInt(part), reason: said(`${word} ${part}`) })),
      strength: [Strength.ONE, Strength.SOME, Strength.STRONG][index % 3] ?? Strength.ONE,
    })),
    ...(count % 2 === 0 ? { note: said(long(word, 400)) } : {}),
    notJoinedCount: BigInt(count),
  });
}

/** A free time whose texts are `word`. */
export function freeTime(word: string, index: number) {
  const text = (zone: string) => ({ instant: later(index), timeZone: zone, text: `${word} ${zone}` });
  return create(FreeTimeSchema, {
    startTime: later(index),
    endTime: later(index + 1),
    localStarts: [text('UTC'), text('Asia/Tokyo')],
  });
}

/** A notification that says `word`. */
export function notification(word: string, kind: NotificationKind) {
  return create(NotificationSchema, {
    name: `${self}/notifications/n1`,
    kind,
    subject: 'x',
    text: said(long(word, 400)),
  });
}
