// A request, as the two of it see it: who, what was said, where it stands, and what they can do now.
import { timestampMs } from '@cortado/api';
import { type Request, Request_State } from '@cortado/api/gen/cortado/matching/v1/match_pb.js';
import type { Button } from '@slack/types';
import { actions, type Block, button, confirm, context, section } from './blocks.js';
import { instantText, nowBy } from './instants.js';
import { aboutOf, nameOf } from './people.js';
import { cut } from './text.js';
import { valueFor } from './values.js';
import type { Words } from './words.js';

/** Who looks, and when. */
export interface Look {
  /** `people/P` of who looks. */
  self: string;
  now: Date;
}

const mostTimes = 3;
// A message of all blocks holds 13,000 characters.
const mostOfMessage = 2000;
const mostOfAnswer = 1500;

/** Whether the one who looks was asked. */
function wasAsked(request: Request, self: string): boolean {
  return request.mentor?.person === self;
}

function zoneOf(request: Request, self: string): string {
  return (wasAsked(request, self) ? request.mentor : request.requester)?.timeZone ?? '';
}

const isLive = (request: Request) => request.state === Request_State.OPEN || request.state === Request_State.POSTPONED;

/** The one sentence on top. */
function requestSentence(words: Words, request: Request, self: string): string {
  const name = nameOf(wasAsked(request, self) ? request.requester : request.mentor, words);
  return words.say(wasAsked(request, self) ? 'notification.request_received' : 'slack.request.to', { name });
}

function stateCode(request: Request, asked: boolean): string {
  switch (request.state) {
    case Request_State.OPEN: {
      if (asked) return request.waitsForRequester ? 'slack.request.waits_for_them' : 'slack.request.answer_until';
      return request.waitsForRequester ? 'slack.request.reply_until' : 'slack.request.open';
    }
    case Request_State.POSTPONED:
      return asked ? 'slack.request.you_postponed' : 'slack.request.postponed';
    case Request_State.ACCEPTED:
      return asked ? 'slack.request.you_accepted' : 'slack.request.accepted';
    case Request_State.WITHDRAWN:
      return asked ? 'slack.request.withdrawn' : 'slack.request.you_withdrew';
    default:
      return asked ? 'slack.request.you_closed' : 'slack.request.closed';
  }
}

/** Where it stands, as one sentence. */
function requestState(words: Words, request: Request, look: Look): string {
  const asked = wasAsked(request, look.self);
  const instant = request.state === Request_State.POSTPONED ? request.postponeEndTime : request.expireTime;
  const date = instant && instantText(instant, words, zoneOf(request, look.self));
  const name = nameOf(asked ? request.requester : request.mentor, words);
  return words.say(stateCode(request, asked), { name, date });
}

/** What was said, oldest first: the message, and the last question with its reply. */
function talk(words: Words, request: Request, self: string): Block[] {
  const asked = wasAsked(request, self);
  const blocks: Block[] = [];
  if (request.message !== '') {
    blocks.push(
      ...context(words.say(asked ? 'slack.request.they_write' : 'slack.request.you_write')),
      section(cut(request.message, mostOfMessage)),
    );
  }
  const last = request.questions.at(-1);
  if (last === undefined) return blocks;
  blocks.push(
    ...context(words.say(asked ? 'slack.request.you_asked' : 'slack.request.they_asked')),
    section(cut(last.question, mostOfAnswer)),
  );
  if (last.details === '') return blocks;
  blocks.push(
    ...context(words.say(asked ? 'slack.request.they_replied' : 'slack.request.you_replied')),
    section(cut(last.details, mostOfAnswer)),
  );
  return blocks;
}

function timesProposed(request: Request, now: Date) {
  return request.proposedTimes.filter((time) => timestampMs(time) > now.getTime()).slice(0, mostTimes);
}

/** One button for each time that was proposed and is still to come. */
function timeButtons(words: Words, request: Request, look: Look): Button[] {
  const now = nowBy(request.mentor, look.now);
  return timesProposed(request, now).map((time, index) =>
    button({
      text: words.say('slack.request.accept_at', { time: instantText(time, words, zoneOf(request, look.self)) }),
      action: `request.accept:${index}`,
      value: valueFor({ name: request.name, time: timestampMs(time) / 1000 }),
      style: 'primary',
    }),
  );
}

function answerButtons(words: Words, request: Request, look: Look): Block[] {
  const value = request.name;
  const times = timeButtons(words, request, look);
  const another = times.length > 0 ? 'slack.request.accept_other' : 'slack.request.accept';
  const open = request.state === Request_State.OPEN;
  return actions(
    ...times,
    button({ text: words.say(another), action: 'request.accept_other', value }),
    open && !request.waitsForRequester
      ? button({ text: words.say('slack.request.ask_more'), action: 'request.ask_more', value })
      : undefined,
    open ? button({ text: words.say('slack.request.postpone'), action: 'request.postpone', value }) : undefined,
    button({
      text: words.say('slack.request.decline'),
      action: 'request.decline',
      value,
      confirm: confirm({
        title: words.say('slack.request.decline_title'),
        text: words.say('slack.request.decline_text'),
        yes: words.say('slack.request.decline_yes'),
        no: words.say('slack.back'),
        danger: true,
      }),
    }),
  );
}

function requesterButtons(words: Words, request: Request): Block[] {
  const value = request.name;
  return actions(
    request.waitsForRequester
      ? button({ text: words.say('slack.request.reply'), action: 'request.reply', value, style: 'primary' })
      : undefined,
    button({
      text: words.say('slack.request.withdraw'),
      action: 'request.withdraw',
      value,
      confirm: confirm({
        title: words.say('slack.request.withdraw_title'),
        text: words.say('slack.request.withdraw_text'),
        yes: words.say('slack.request.withdraw_yes'),
        no: words.say('slack.back'),
        danger: true,
      }),
    }),
    button({ text: words.say('slack.look.open'), action: 'look.open' }),
  );
}

function endButtons(words: Words, request: Request, self: string): Block[] {
  if (request.state === Request_State.ACCEPTED && request.match !== '') {
    return actions(button({ text: words.say('slack.chat.book'), action: 'chat.book', value: request.match }));
  }
  if (wasAsked(request, self)) return [];
  return actions(button({ text: words.say('slack.look.open'), action: 'look.open' }));
}

/** The request under `sentence` (its own, when left out). */
export function requestCard(words: Words, request: Request, look: Look, sentence?: string): Block[] {
  const asked = wasAsked(request, look.self);
  const live = isLive(request);
  return [
    section(sentence ?? requestSentence(words, request, look.self)),
    ...context(aboutOf(asked ? request.requester : request.mentor, words)),
    ...(live ? talk(words, request, look.self) : []),
    ...context(requestState(words, request, look)),
    ...(live
      ? asked
        ? answerButtons(words, request, look)
        : requesterButtons(words, request)
      : endButtons(words, request, look.self)),
  ];
}

/** The same on two lines, for lists: what was said is one tap away, behind the buttons. */
export function requestRow(words: Words, request: Request, look: Look): Block[] {
  const asked = wasAsked(request, look.self);
  return [
    section(requestSentence(words, request, look.self)),
    ...context(requestState(words, request, look), cut(request.message, 300)),
    ...(asked ? answerButtons(words, request, look) : requesterButtons(words, request)),
  ];
}
