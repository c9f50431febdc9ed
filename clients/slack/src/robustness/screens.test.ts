// Every screen of the bot, with words nobody would choose and with 0 to 100 of everything, in both languages: Slack takes
// it, and no word does more than be read.

import { Code, CortadoError, codes, create, type Home } from '@cortado/api';
import { Match_Fit } from '@cortado/api/gen/cortado/matching/v1/match_pb.js';
import { SuggestRoleModelsResponseSchema } from '@cortado/api/gen/cortado/matching/v1/matching_service_pb.js';
import { PersonSchema } from '@cortado/api/gen/cortado/profile/v1/person_pb.js';
import {
  Channel,
  NotificationKind,
  NotificationPreferencesSchema,
} from '@cortado/api/gen/cortado/scheduling/v1/notification_pb.js';
import { describe, expect, test } from 'vitest';
import { askForm, lookForm, postponeForm, slotForm, timeOption, wordsForm } from '../screens/forms.js';
import { homeView, problemHome, unlinkedHome } from '../screens/home.js';
import { linkModal } from '../screens/link.js';
import { matchForm } from '../screens/match.js';
import {
  chatMessage,
  notificationMessage,
  overtakenMessage,
  plainMessage,
  requestMessage,
} from '../screens/message.js';
import { loadingModal, tellingModal } from '../screens/modals.js';
import { othersBlocks, suggestionsModal } from '../screens/suggestions.js';
import { type Words, wordsIn } from '../screens/words.js';
import { checkMessage, checkView, dressedWords, mrkdwnIn, problemsOf } from '../testing/index.js';
import { eachObject } from '../testing/json.js';
import {
  card,
  chat,
  freeTime,
  long,
  match,
  naughtyWords,
  notification,
  now,
  pair,
  request,
  self,
  suggestions,
} from './words.js';

const look = { self, now };
const metadata = {
  request: `requests/${'r'.repeat(60)}`,
  etag: 'e'.repeat(64),
  origin: { message: 'D0123456789:1700000000.000100' },
};
const allKinds = Object.values(NotificationKind).filter((kind): kind is NotificationKind => typeof kind === 'number');
// What a message shows depends on the kind in few places: the end of a match, and what a programme asks.
const kinds = [
  NotificationKind.REQUEST_RECEIVED,
  NotificationKind.MATCH_ENDED,
  NotificationKind.PROGRAM_ENROLLING,
  NotificationKind.ANSWER_AWAITED,
];

type Many = <Item>(make: (word: string, index: number) => Item) => Item[];
type Sent = Record<string, unknown>;

/** All there is to show, when every word is `word` and there are `count` of everything. */
interface Case {
  words: Words;
  word: string;
  count: number;
  many: Many;
}

const part = <Value>(value: Value) => ({ ok: true as const, value });

function home({ words, word, many }: Case): Sent[] {
  const value: Home = {
    me: part(create(PersonSchema, { name: self })),
    chats: part(many((said, index) => chat(said, index, 2 + (index % 9)))),
    requestsToMe: part(many((said, index) => request(said, index, true))),
    requestsFromMe: part(many((said, index) => request(said, index, false))),
    matches: part(many(match)),
    preferences: part(create(NotificationPreferencesSchema, { channel: Channel.MAIL, digest: true, anyTime: true })),
  };
  const error = new CortadoError({ code: Code.Unavailable, reason: 'UNAVAILABLE', message: word, userMessage: word });
  const bad = { ok: false as const, error };
  const broken: Home = { me: bad, chats: bad, requestsToMe: bad, requestsFromMe: bad, matches: bad, preferences: bad };
  return [homeView(words, value, look), homeView(words, broken, look), problemHome(word), unlinkedHome(words)] as never;
}

function modals({ words, word, count, many }: Case): Sent[] {
  const times = many(freeTime)
    .map((time) => timeOption(time, 0, 1))
    .filter((option) => option !== undefined);
  const next = many((name, index) => ({ person: `people/p${index}`, name }));
  const slot = { title: word, intro: word, submit: words.say('slack.save'), callback: 'x', metadata, times };
  const answers = { skills: long(word, 600), text: long(word, 600), kind: 2 };
  const form = { person: 'people/p', name: word, about: word, times, next, message: long(word, 2000) };
  return [
    loadingModal(words),
    tellingModal(words, word, othersBlocks(words, many((name) => card(name)).slice(0, 20))),
    suggestionsModal(words, suggestions(word, count), word),
    lookForm(words, undefined, answers, word),
    askForm(words, form),
    askForm(words, { ...form, times: [], problem: word, ownLine: true }),
    slotForm(words, { ...slot, mayBeOpen: true }),
    slotForm(words, { ...slot, mayBeOpen: false }),
    wordsForm(words, { ...slot, label: word }),
    postponeForm(words, word, 'Europe/Berlin', now, metadata),
    linkModal(words, word, 'c'.repeat(200), 'look'),
    matchForm(words, match(word, Match_Fit.GOOD), self, metadata),
  ] as never;
}

function messages({ words, word, count }: Case): Sent[] {
  const subjects = [
    undefined,
    { request: request(word, count, true) },
    { request: request(word, count, false) },
    { chat: chat(word, count, Math.max(2, count)) },
    { match: match(word, count) },
    { pair: pair(word, count) },
  ];
  return [
    ...kinds.flatMap((kind) =>
      subjects.map((subject) => notificationMessage(words, notification(word, kind), subject, look)),
    ),
    requestMessage(words, request(word, count, true), look, word),
    requestMessage(words, request(word, count, false), look),
    chatMessage(words, chat(word, count, Math.max(2, count)), look),
    overtakenMessage(words, word),
    plainMessage(word),
  ] as never;
}

function problemsIn(sent: Sent, isView: boolean, word: string): string[] {
  const limits = (isView ? checkView(sent) : checkMessage(sent)).map(({ pointer, problem }) => `${pointer} ${problem}`);
  const nothing = { user: () => false, link: () => false };
  const marks = mrkdwnIn(sent).flatMap(({ text }) => problemsOf(text, nothing));
  const text = isView || String(sent['text']).trim() !== '' ? [] : ['no text'];
  return [...limits, ...marks, ...text, ...dressedWords(sent, [word.trim()])];
}

/** The texts of what was sent that are codes of sentences that nobody wrote. */
function codesIn(sent: Sent): string[] {
  const found: string[] = [];
  eachObject(sent, ({ text }) => {
    if (typeof text === 'string' && /^[a-z]+(\.[a-z_]+)+$/.test(text)) found.push(text);
  });
  return found;
}

function problemsOfAll(at: Case): string[] {
  const views = [...home(at), ...modals(at)].flatMap((view) => problemsIn(view, true, at.word));
  const said = messages(at).flatMap((message) => problemsIn(message, false, at.word));
  return [...views, ...said].map((problem) => `${problem} with ${at.count} × ${JSON.stringify(at.word.slice(0, 60))}`);
}

function caseOf(words: Words, word: string, count: number): Case {
  const many: Many = (make) => Array.from({ length: count }, (_, index) => make(word, index));
  return { words, word, count, many };
}

describe.each(['en', 'de'] as const)('What the bot shows in %s', (language) => {
  const words = wordsIn(language);

  test('is taken by Slack whatever people are called', () => {
    const problems = naughtyWords(language === 'en' ? 0 : 1).flatMap((word) => problemsOfAll(caseOf(words, word, 3)));
    expect(problems).toEqual([]);
  }, 120_000);

  test('is taken by Slack with nothing and with a hundred of everything', () => {
    const counts = [0, 1, 2, 4, 5, 7, 10, 25, 26, 49, 50, 51, 99, 100];
    const names = ['Ann Archer', 'X'.repeat(200), '<!channel> *Bo* & Co'];
    const problems = counts.flatMap((count) => names.flatMap((word) => problemsOfAll(caseOf(words, word, count))));
    expect(problems).toEqual([]);
  });

  test('is said in sentences, none missing', () => {
    const at = caseOf(words, 'Ann', 5);
    const kindly = allKinds.map((kind) => notificationMessage(words, notification('', kind), undefined, look) as never);
    const sent: Sent[] = [...home(at), ...modals(at), ...messages(at), ...kindly];
    expect([...new Set(sent.flatMap(codesIn))]).toEqual([]);
  });

  test('is said in full where no name is long', () => {
    const at = caseOf(words, 'Ann', 5);
    const whole = new Set(codes().map((code) => words.say(code)));
    const cut: string[] = [];
    eachObject([...home(at), ...modals(at), ...messages(at)], ({ text }) => {
      const isSaid = typeof text === 'string' && !/Ann.*Ann/s.test(text);
      if (isSaid && text.endsWith('…') && !whole.has(text)) cut.push(text);
    });
    expect(cut).toEqual([]);
  });

  test('does not speak of those who come nearest where nobody does', () => {
    const note = { code: 'suggest.nobody_matches_well', text: words.say('suggest.nobody_matches_well') };
    const shown = JSON.stringify(suggestionsModal(words, create(SuggestRoleModelsResponseSchema, { note })));
    expect(shown).toContain(words.say('slack.look.nobody'));
    expect(shown).not.toContain(note.text);
  });
});
