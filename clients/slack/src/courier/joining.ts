// What a notification is about, and which message that stands can say it: somebody hears of a thing once, so a yes and the
// booking that came with it are one message, and so are a request and its withdrawal.
import { type Client, getMatchCard, isReason } from '@cortado/api';
import type { Match } from '@cortado/api/gen/cortado/matching/v1/match_pb.js';
import type { Chat } from '@cortado/api/gen/cortado/scheduling/v1/chat_pb.js';
import { type Notification, NotificationKind } from '@cortado/api/gen/cortado/scheduling/v1/notification_pb.js';
import { referenceOf } from '../actions/show.js';
import type { Acting } from '../people/people.js';
import type { Subject } from '../screens/message.js';

/** What is told, and of what. */
export interface Matter {
  subject: Subject;
  /** The match of a yes, or of a chat that was booked with a yes. */
  match: Match | undefined;
}

// The match learns of its chat a moment after the chat is booked.
function isOfYes(match: Match, chat: Chat): boolean {
  if (match.chat !== '') return match.chat === chat.name;
  return match.chosenTime !== undefined && match.chosenTime.seconds === chat.startTime?.seconds;
}

/** What a notification tells that asks for a time: with times to choose from, and why these people where that is news. */
function asksForTime(kind: NotificationKind): boolean {
  switch (kind) {
    case NotificationKind.PAIR_MATCHED:
    case NotificationKind.TIME_PROPOSED:
    case NotificationKind.TIMES_OFFERED:
    case NotificationKind.CHAT_AWAITED:
    case NotificationKind.TIME_TAKEN:
      return true;
    default:
      return false;
  }
}

async function pairOf(client: Client, { kind, subject: name }: Notification): Promise<Matter> {
  const isAnswer = kind === NotificationKind.TIME_PROPOSED || kind === NotificationKind.TIME_TAKEN;
  const pair = await getMatchCard(client, name, { withReasons: !isAnswer });
  return { subject: { pair }, match: pair.match };
}

async function matterOf(client: Client, told: Notification): Promise<Matter> {
  const { matching, scheduling } = client;
  const name = told.subject;
  if (name.startsWith('chats/')) {
    const chat = await scheduling.getChat({ name });
    const match = chat.match === '' ? undefined : await matching.getMatch({ name: chat.match });
    return { subject: { chat }, match: match !== undefined && isOfYes(match, chat) ? match : undefined };
  }
  if (name.startsWith('matches/')) {
    if (asksForTime(told.kind)) return pairOf(client, told);
    const match = await matching.getMatch({ name });
    return { subject: { match }, match };
  }
  if (!name.startsWith('requests/')) return { subject: undefined, match: undefined };
  const request = await matching.getRequest({ name });
  if (told.kind !== NotificationKind.REQUEST_ACCEPTED || request.match === '') {
    return { subject: { request }, match: undefined };
  }
  // A yes with a time is told as the chat that it booked.
  const match = await matching.getMatch({ name: request.match });
  if (match.chat === '') return { subject: { request }, match };
  return { subject: { chat: await scheduling.getChat({ name: match.chat }) }, match };
}

/** What a notification is about, as its reader may see it now; nothing where it is gone. Throws CortadoError. */
export async function readMatter(client: Client, told: Notification): Promise<Matter> {
  try {
    return await matterOf(client, told);
  } catch (thrown) {
    if (isReason(thrown, 'RESOURCE_NOT_FOUND')) return { subject: undefined, match: undefined };
    throw thrown;
  }
}

/** The newest message about `subject`, of this kind where one is given. */
export function messageAbout(inbox: readonly Notification[], subject: string, kind?: NotificationKind) {
  return inbox.find(
    (one) => one.subject === subject && referenceOf(one) !== '' && (kind === undefined || one.kind === kind),
  );
}

/** The message that a new one makes out of date: about the same, or the pair's with times when the first chat is booked. */
export function overtakenBy(told: Notification, matter: Matter | undefined, others: readonly Notification[]) {
  const match = told.kind === NotificationKind.CHAT_BOOKED ? matter?.match : undefined;
  const pair = match === undefined || match.program === '' ? undefined : messageAbout(others, match.name);
  return messageAbout(others, told.subject) ?? pair;
}

/**
 * The message that says it instead of a new one; undefined: there is none, or the reader would not notice. `others`: the
 * reader's other notifications, the newest first.
 */
export function standingMessage(
  { self }: Acting,
  told: Notification,
  { match }: Matter,
  others: readonly Notification[],
): Notification | undefined {
  const isOwnYes = match?.mentor?.person === self;
  switch (told.kind) {
    case NotificationKind.REQUEST_WITHDRAWN:
      return messageAbout(others, told.subject); // Nothing is left to do.
    case NotificationKind.TIME_TAKEN:
      return match !== undefined && isOwnYes ? messageAbout(others, match.request) : undefined;
    case NotificationKind.CHAT_BOOKED:
      // Of a programme: whoever confirmed the time has it before their eyes and is not told, the others would not notice.
      if (match === undefined || match.program !== '') return undefined;
      return messageAbout(others, match.request, isOwnYes ? undefined : NotificationKind.REQUEST_ACCEPTED);
    case NotificationKind.REQUEST_ACCEPTED:
      return match === undefined ? undefined : messageAbout(others, match.chat, NotificationKind.CHAT_BOOKED);
    default:
      return undefined;
  }
}
