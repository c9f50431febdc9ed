// After something was done: the message it was done in becomes what is true now, and the home too.
import { getHome, isReason, type Part } from '@cortado/api';
import type { Request } from '@cortado/api/gen/cortado/matching/v1/match_pb.js';
import type { Chat } from '@cortado/api/gen/cortado/scheduling/v1/chat_pb.js';
import { Channel, Delivery_State, type Notification } from '@cortado/api/gen/cortado/scheduling/v1/notification_pb.js';
import { problemOf } from '../journal.js';
import type { Acting } from '../people/people.js';
import { homeView, problemHome, unlinkedHome } from '../screens/home.js';
import { chatMessage, type Message, requestMessage } from '../screens/message.js';
import { sentenceOf, type Visit } from './visit.js';

/** The Slack message of a notification that went out: `channel:ts`; empty when none did. */
export function referenceOf(notification: Notification): string {
  const sent = notification.deliveries.find(
    ({ channel, state }) => channel === Channel.SLACK && state === Delivery_State.DELIVERED,
  );
  return sent?.reference.includes(':') ? sent.reference : '';
}

const looksBack = 50;

/** The newest message that told the person of `subject`; empty when there is none. */
async function newestReference({ client, self }: Acting, subject: string): Promise<string> {
  const { notifications } = await client.notifications.listNotifications({ parent: self, pageSize: looksBack });
  return (
    notifications
      .filter((one) => one.subject === subject)
      .map(referenceOf)
      .find((reference) => reference !== '') ?? ''
  );
}

async function replaceNewest(visit: Visit, acting: Acting, subject: string, origin: string, message: Message) {
  try {
    const reference = origin || (await newestReference(acting, subject));
    if (reference !== '') await visit.workspace.slack.replace(reference, message);
  } catch (thrown) {
    // What was done stands; the message says so when it is next looked at.
    visit.tools.journal.warn('message.not_replaced', problemOf(thrown));
  }
}

/** Shows a request as it is now, in the message at `origin` (the newest that told of it, when empty) and in the home. */
export async function showRequest(visit: Visit, acting: Acting, request: Request, origin: string, sentence?: string) {
  const message = requestMessage(visit.words, request, { self: acting.self, now: visit.tools.now() }, sentence);
  await Promise.all([
    replaceNewest(visit, acting, request.name, origin, message),
    origin === '' ? publishHome(visit) : undefined,
  ]);
}

/** Shows a chat as it is now, likewise. `subject`: what the message told of, where that is not the chat. */
export async function showChat(
  visit: Visit,
  acting: Acting,
  chat: Chat,
  origin: string,
  sentence?: string,
  subject = chat.name,
) {
  const message = chatMessage(visit.words, chat, { self: acting.self, now: visit.tools.now() }, sentence);
  await Promise.all([
    replaceNewest(visit, acting, subject, origin, message),
    origin === '' ? publishHome(visit) : undefined,
  ]);
}

/** Shows `message` in place of the one that the person acted in; by itself where they acted elsewhere. */
export async function sayInPlace({ delivery, workspace }: Visit, message: Message): Promise<void> {
  const { place } = delivery;
  if (place.kind === 'message') await workspace.slack.replace(`${place.channel}:${place.ts}`, message);
  else await workspace.slack.post(delivery.user, message);
}

// A link that ended a moment ago is told by the parts.
const isUnlinked = (part: Part<unknown>) => !part.ok && part.error.isReason('SLACK_USER_NOT_LINKED');

async function homeOf(visit: Visit) {
  try {
    const acting = await visit.act();
    const home = await getHome(acting.client);
    if (isUnlinked(home.me)) return unlinkedHome(visit.words);
    return homeView(visit.words, home, { self: acting.self, now: visit.tools.now() });
  } catch (thrown) {
    if (isReason(thrown, 'SLACK_USER_NOT_LINKED')) return unlinkedHome(visit.words);
    return problemHome(sentenceOf(thrown, visit.words));
  }
}

/** Shows the person's home as it is now. */
export async function publishHome(visit: Visit): Promise<void> {
  const view = await homeOf(visit);
  await visit.workspace.slack.publishHome(visit.delivery.user, view);
}
