import type { Client } from '../connect.js';
import { Side } from '../gen/cortado/matching/v1/asking_pb.js';
import { type Match, Match_State, type Request, Request_State } from '../gen/cortado/matching/v1/match_pb.js';
import type { Person } from '../gen/cortado/profile/v1/person_pb.js';
import type { Chat } from '../gen/cortado/scheduling/v1/chat_pb.js';
import type { NotificationPreferences } from '../gen/cortado/scheduling/v1/notification_pb.js';
import { type Part, partOf } from './part.js';

/** What somebody sees first. */
export interface Home {
  me: Part<Person>;
  /** The next chats that are booked, the soonest first. */
  chats: Part<Chat[]>;
  /** Requests to me that wait, for me or for details I asked for, and those I put off; the newest first. */
  requestsToMe: Part<Request[]>;
  /** Requests of mine that wait for an answer or are put off; the newest first. */
  requestsFromMe: Part<Request[]>;
  /** Those I am matched with; the newest first. */
  matches: Part<Match[]>;
  /** How I want to hear of things. */
  preferences: Part<NotificationPreferences>;
}

// As many of each as a screen holds.
const most = 20;
// Matches that ended are passed over; nobody has this many pages of them.
const mostPages = 5;

async function waiting({ matching }: Client, side: Side): Promise<Request[]> {
  const of = (state: Request_State) => matching.listRequests({ side, state, pageSize: most });
  const [open, postponed] = await Promise.all([of(Request_State.OPEN), of(Request_State.POSTPONED)]);
  return [...open.requests, ...postponed.requests];
}

async function activeMatches({ matching }: Client): Promise<Match[]> {
  const active: Match[] = [];
  let pageToken = '';
  for (let page = 0; page < mostPages && active.length < most; ++page) {
    const { matches, nextPageToken } = await matching.listMatches({ pageSize: 100, pageToken });
    active.push(...matches.filter((match) => match.state === Match_State.ACTIVE));
    if (nextPageToken === '') break;
    pageToken = nextPageToken;
  }
  return active.slice(0, most);
}

/**
 * The home screen of the caller, all parts asked for at once; at most 20 of each kind. A part that fails leaves the
 * others. Throws CortadoError only when it cannot be told who calls.
 */
export async function getHome(client: Client): Promise<Home> {
  const person = await client.person();
  const part = <T>(value: Promise<T>) => partOf(value, client.language);
  const preferences = client.notifications.getNotificationPreferences({ name: `${person}/notificationPreferences` });
  const [me, chats, requestsToMe, requestsFromMe, matches, told] = await Promise.all([
    part(client.profile.getPerson({ name: person })),
    part(client.scheduling.listChats({ pageSize: most }).then(({ chats }) => chats)),
    part(waiting(client, Side.MENTOR)),
    part(waiting(client, Side.MENTEE)),
    part(activeMatches(client)),
    part(preferences),
  ]);
  return { me, chats, requestsToMe, requestsFromMe, matches, preferences: told };
}
