// What a notification is about, and which message that stands can say it: somebody hears of a thing once, so a yes and the
// booking that came with it are one message, and so are a request and its withdrawal.
import { type Client, isReason } from '@cortado/api';
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

async function matterOf({ matching, scheduling }: Client, told: Notification): Promise<Matter> {
  const name = told.subject;
  if (name.startsWith('chats/')) {
    const chat = await scheduling.getChat({ name });
    const match = chat.match === '' ? undefined : await matching.getMatch({ name: chat.match });
    return { subject: { chat }, match: match !== undefined && isOfYes(match, chat) ? match : undefined };
  }
  if (name.startsWith('matches/')) {
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
      if (match === undefined) return undefined;
      return messageAbout(others, match.request, isOwnYes ? undefined : NotificationKind.REQUEST_ACCEPTED);
    case NotificationKind.REQUEST_ACCEPTED:
      return match === undefined ? undefined : messageAbout(others, match.chat, NotificationKind.CHAT_BOOKED);
    default:
      return undefined;
  }
}
