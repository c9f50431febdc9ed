// Messages in the DM: what happened, and what can be done now.
import type { MatchCard } from '@cortado/api';
import type { Match, Request } from '@cortado/api/gen/cortado/matching/v1/match_pb.js';
import type { Chat } from '@cortado/api/gen/cortado/scheduling/v1/chat_pb.js';
import { type Notification, NotificationKind } from '@cortado/api/gen/cortado/scheduling/v1/notification_pb.js';
import { actions, type Block, button, fit, limits, section } from './blocks.js';
import { chatCard } from './chat.js';
import { pairBlocks } from './pair.js';
import { programBlocks } from './program.js';
import { type Look, requestCard } from './request.js';
import { harmless } from './text.js';
import type { Words } from './words.js';

/** A message: what notifications show, and the blocks. */
export interface Message {
  text: string;
  blocks: Block[];
}

/** What a notification is about, as its reader may see it now. */
export type Subject = { request: Request } | { chat: Chat } | { match: Match } | { pair: MatchCard } | undefined;

function message(sentence: string, blocks: readonly Block[]): Message {
  return { text: harmless(sentence), blocks: fit(blocks, limits.blocksOfMessage) };
}

/** Says `sentence`, with what can be done about a match. */
function matchBlocks(words: Words, kind: NotificationKind, match: string): Block[] {
  if (kind === NotificationKind.MATCH_UNDONE) {
    return actions(button({ text: words.say('slack.look.open'), action: 'look.open' }));
  }
  const label = kind === NotificationKind.MATCH_ENDED ? undefined : words.say('slack.chat.book');
  if (label === undefined) {
    return actions(
      button({ text: words.say('slack.match.fit'), action: 'match.manage', value: match }),
      button({ text: words.say('slack.look.open'), action: 'look.open' }),
    );
  }
  return actions(button({ text: label, action: 'chat.book', value: match, style: 'primary' }));
}

/** The message that tells a notification. */
export function notificationMessage(words: Words, told: Notification, subject: Subject, look: Look): Message {
  const sentence = told.text?.text || words.say('slack.title');
  if (subject === undefined) {
    return message(sentence, [section(sentence), ...programBlocks(words, told.kind, told.subject)]);
  }
  if ('request' in subject) return message(sentence, requestCard(words, subject.request, look, sentence));
  if ('chat' in subject) return message(sentence, chatCard(words, subject.chat, look.self, look.now, sentence));
  if ('pair' in subject) return pairMessage(words, subject.pair, sentence);
  return message(sentence, [section(sentence), ...matchBlocks(words, told.kind, subject.match.name)]);
}

/** What an earlier message becomes when something newer was said about its subject: the sentence, without buttons. */
export function overtakenMessage(words: Words, sentence: string): Message {
  return message(sentence, [section(sentence), section(words.say('slack.message.overtaken'))]);
}

/** A sentence alone: what could not be shown where the person acted. */
export function plainMessage(sentence: string): Message {
  return message(sentence, [section(sentence)]);
}

/** A sentence, and what can be done now. */
export function saidMessage(sentence: string, blocks: readonly Block[]): Message {
  return message(sentence, [section(sentence), ...blocks]);
}

/** A match on its way to the first chat, under `sentence`. */
export function pairMessage(words: Words, card: MatchCard, sentence: string): Message {
  return message(sentence, [section(sentence), ...pairBlocks(words, card)]);
}

/** The request as it is now, in place of the message it was answered in. */
export function requestMessage(words: Words, request: Request, look: Look, sentence?: string): Message {
  const blocks = requestCard(words, request, look, sentence);
  return message(sentence ?? words.say('slack.title'), blocks);
}

/** The chat as it is now, in place of the message it was changed in. */
export function chatMessage(words: Words, chat: Chat, look: Look, sentence?: string): Message {
  return message(sentence ?? words.say('slack.title'), chatCard(words, chat, look.self, look.now, sentence));
}
