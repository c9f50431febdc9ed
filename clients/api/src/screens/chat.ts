import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { Client } from '../connect.js';
import type { Match } from '../gen/cortado/matching/v1/match_pb.js';
import { type Attendee, type Chat, Chat_State } from '../gen/cortado/scheduling/v1/chat_pb.js';
import { type Part, partOf } from './part.js';

/** One chat, for one who comes. */
export interface ChatCard {
  chat: Chat;
  /** The caller, and when it starts for them. */
  me: Attendee | undefined;
  /** The others, and when it starts for each. */
  others: Attendee[];
  /** Whether it can be moved or cancelled: it is booked, and has not begun. */
  canChange: boolean;
  /** The match it came from; undefined for a chat that came from none. */
  match: Part<Match | undefined>;
}

// The server's clock when it answered: ours may differ from it.
function nowOf({ attendees }: Chat): number {
  const told = attendees.map(({ person }) => person?.localTime?.instant).find((instant) => instant !== undefined);
  return told === undefined ? Date.now() : timestampMs(told);
}

/** A chat. Throws CortadoError when it cannot be had: RESOURCE_NOT_FOUND for who does not come. */
export async function getChatCard(client: Client, name: string): Promise<ChatCard> {
  const [chat, caller] = await Promise.all([client.scheduling.getChat({ name }), client.person()]);
  const isMe = ({ person }: Attendee) => person?.person === caller;
  const starts = chat.startTime === undefined ? 0 : timestampMs(chat.startTime);
  const match = chat.match === '' ? Promise.resolve(undefined) : client.matching.getMatch({ name: chat.match });
  return {
    chat,
    me: chat.attendees.find(isMe),
    others: chat.attendees.filter((attendee) => !isMe(attendee)),
    canChange: chat.state === Chat_State.BOOKED && starts > nowOf(chat),
    match: await partOf(match, client.language),
  };
}
