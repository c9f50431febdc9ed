// After something was done: the message it was done in becomes what is true now, and the home too.
import { type Client, isReason, timestampMs } from '@cortado/api';
import { type Match, Match_State, type Request, Request_State } from '@cortado/api/gen/cortado/matching/v1/match_pb.js';
import { Side } from '@cortado/api/gen/cortado/matching/v1/matching_service_pb.js';
import { type Chat, Chat_State } from '@cortado/api/gen/cortado/scheduling/v1/chat_pb.js';
import { Channel, Delivery_State, type Notification } from '@cortado/api/gen/cortado/scheduling/v1/notification_pb.js';
import { repeatedly } from '../installations/slack_client.js';
import { problemOf } from '../journal.js';
import type { Acting } from '../people/people.js';
import { type Home, homeView, type Part, problemHome, unlinkedHome } from '../screens/home.js';
import { chatMessage, type Message, requestMessage } from '../screens/message.js';
import { replace, sentenceOf, type Visit } from './visit.js';

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
  return notifications.filter((one) => one.subject === subject).map(referenceOf).find((reference) => reference !== '') ?? '';
}

async function replaceNewest(visit: Visit, acting: Acting, subject: string, origin: string, message: Message) {
  try {
    const reference = origin || (await newestReference(acting, subject));
    if (reference !== '') await replace(visit.workspace, reference, message);
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
export async function showChat(visit: Visit, acting: Acting, chat: Chat, origin: string, sentence?: string, subject = chat.name) {
  const message = chatMessage(visit.words, chat, { self: acting.self, now: visit.tools.now() }, sentence);
  await Promise.all([
    replaceNewest(visit, acting, subject, origin, message),
    origin === '' ? publishHome(visit) : undefined,
  ]);
}

async function part<T>(visit: Visit, read: Promise<T>): Promise<Part<T>> {
  try {
    return { value: await read };
  } catch (thrown) {
    if (isReason(thrown, 'SLACK_USER_NOT_LINKED')) throw thrown;
    return { problem: sentenceOf(thrown, visit.words) };
  }
}

const isLive = ({ state }: Request) => state === Request_State.OPEN || state === Request_State.POSTPONED;
const soonest = (one: Chat, other: Chat) => startMs(one) - startMs(other);
const startMs = ({ startTime }: Chat) => (startTime === undefined ? 0 : timestampMs(startTime));

async function readHome(visit: Visit, { client, self }: Acting): Promise<Home> {
  const requests = (side: Side) =>
    client.matching.listRequests({ side, pageSize: 100 }).then((page) => page.requests.filter(isLive));
  const [chats, toMe, fromMe, matches, preferences] = await Promise.all([
    part(visit, listChats(client)),
    part(visit, requests(Side.MENTOR)),
    part(visit, requests(Side.MENTEE)),
    part(visit, listMatches(client)),
    part(visit, client.notifications.getNotificationPreferences({ name: `${self}/notificationPreferences` })),
  ]);
  return { chats, toMe, fromMe, matches, preferences };
}

async function listChats(client: Client): Promise<Chat[]> {
  const { chats } = await client.scheduling.listChats({ pageSize: 50 });
  return chats.filter(({ state }) => state === Chat_State.BOOKED).sort(soonest);
}

async function listMatches(client: Client): Promise<Match[]> {
  const { matches } = await client.matching.listMatches({ pageSize: 100 });
  return matches.filter(({ state }) => state === Match_State.ACTIVE);
}

async function homeOf(visit: Visit) {
  try {
    const acting = await visit.act();
    const home = await readHome(visit, acting);
    return homeView(visit.words, home, { self: acting.self, now: visit.tools.now() });
  } catch (thrown) {
    if (isReason(thrown, 'SLACK_USER_NOT_LINKED')) return unlinkedHome(visit.words);
    return problemHome(sentenceOf(thrown, visit.words));
  }
}

/** Shows the person's home as it is now. */
export async function publishHome(visit: Visit): Promise<void> {
  const view = await homeOf(visit);
  await repeatedly(() => visit.workspace.slack.views.publish({ user_id: visit.delivery.user, view }));
}
