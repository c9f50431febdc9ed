// A match on its way to the first chat: why these people, and the times that suit them.
import { type MatchCard, timestampMs } from '@cortado/api';
import type { Button } from '@slack/types';
import { actions, type Block, button, context, section } from './blocks.js';
import { instantText, type Timestamp } from './instants.js';
import { aboutOf, nameOf } from './people.js';
import { valueFor } from './values.js';
import type { Words } from './words.js';

const mostTimes = 3;

/** What to call everybody else of a match. */
export function partnersOf(words: Words, { others }: MatchCard): string {
  return others.map((card) => nameOf(card, words)).join(', ') || words.say('notification.somebody');
}

/** A time as the reader has it. */
export function timeOf(words: Words, { mine }: MatchCard, time: Timestamp): string {
  return instantText(time, words, mine?.timeZone ?? '');
}

/** Proposes `time`, or books it where another of them proposed it. Names in a block are told apart by `index`. */
function timeButton(words: Words, card: MatchCard, time: Timestamp, index: number, isTheirs: boolean): Button {
  const text = timeOf(words, card, time);
  return button({
    text: isTheirs ? words.say('slack.pair.confirm', { time: text }) : text,
    action: `match.propose:${index}`,
    value: valueFor({ name: card.match.name, time: timestampMs(time) / 1000 }),
    ...(isTheirs ? { style: 'primary' as const } : {}),
  });
}

// What others proposed comes first, at most one of each person; then what else suits all.
function timeButtons(words: Words, card: MatchCard): Button[] {
  const theirs = card.proposals.slice(0, mostTimes).map(({ start }) => start);
  const further = card.times.slice(0, mostTimes - theirs.length);
  return [...theirs, ...further].map((time, index) => timeButton(words, card, time, index, index < theirs.length));
}

function findButton(words: Words, { match }: MatchCard): Button {
  return button({ text: words.say('slack.chat.book'), action: 'chat.book', value: match.name });
}

// One person's work and clock stand below their name; of a group that would be a wall.
function aboutPartner(words: Words, { others }: MatchCard): Block[] {
  return others.length === 1 ? context(aboutOf(others[0], words)) : [];
}

/** What there is to know and to do about it; only the first where it is over, or a chat is booked. */
export function pairBlocks(words: Words, card: MatchCard): Block[] {
  const about = [
    ...aboutPartner(words, card),
    ...(card.reasons.length === 0 ? [] : [section(card.reasons.join('\n'))]),
  ];
  if (card.match.chat !== '') return [...about, ...context(words.say('slack.pair.has_chat'))];
  if (!card.isOpen) return about;
  const times = timeButtons(words, card);
  const hint = times.length > 0 ? words.say('slack.pair.how', { name: partnersOf(words, card) }) : undefined;
  return [...about, ...context(hint), ...actions(...times, findButton(words, card))];
}

/** After a time was proposed: nothing is left to do but wait, or to book another one at once. */
export function waitBlocks(words: Words, card: MatchCard): Block[] {
  return actions(findButton(words, card));
}
