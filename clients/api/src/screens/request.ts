import { type Timestamp, timestampDate, timestampMs } from '@bufbuild/protobuf/wkt';
import type { Client } from '../connect.js';
import type { Request } from '../gen/cortado/matching/v1/match_pb.js';
import type { Interval } from '../gen/cortado/scheduling/v1/chat_pb.js';
import type { PersonCard } from '../gen/cortado/type/v1/person_card_pb.js';
import { formatTime, isZone } from '../times.js';
import { type Part, partOf, valueOr } from './part.js';

/** A time that the requester offered and that has not passed. */
export interface ProposedTime {
  start: Timestamp;
  /** As it reads in the caller's zone. */
  text: string;
  /** Whether the caller is free then, for as long as they like their chats; undefined: cannot be told. */
  suits: boolean | undefined;
}

/** One request, for one of the two. */
export interface RequestCard {
  request: Request;
  /** Which of the two the caller is. */
  side: 'requester' | 'mentor';
  /** Who the other one is. */
  other: PersonCard | undefined;
  /** Whether it is the caller who has to do something. */
  isMyTurn: boolean;
  /** Proposed times that lie ahead, in the order proposed. */
  times: ProposedTime[];
  /** The caller's own free time while the proposed times are on; why not, where the caller may not know (answer links). */
  free: Part<Interval[]>;
}

const dayMs = 24 * 60 * 60 * 1000;
const defaultChatMinutes = 30;

// The server's clock when it answered: ours may differ from it.
function nowOf(request: Request): number {
  const told = request.mentor?.localTime?.instant ?? request.requester?.localTime?.instant;
  return told === undefined ? Date.now() : timestampMs(told);
}

interface Freedom {
  free: Interval[];
  chatMs: number;
}

async function freedomAt(client: Client, person: string, times: Timestamp[]): Promise<Freedom> {
  const chosen = times.map(timestampMs);
  if (chosen.length === 0) return { free: [], chatMs: 0 };
  const at = (ms: number): Pick<Timestamp, 'seconds' | 'nanos'> => ({
    seconds: BigInt(Math.floor(ms / 1000)),
    nanos: 0,
  });
  const startTime = at(Math.min(...chosen));
  const endTime = at(Math.max(...chosen) + dayMs);
  const [{ free }, own] = await Promise.all([
    client.scheduling.getAvailability({ person, startTime, endTime }),
    client.profile.getTime({ name: `${person}/time` }),
  ]);
  return { free, chatMs: (own.chatMinutes || defaultChatMinutes) * 60_000 };
}

function isFree({ free, chatMs }: Freedom, start: Timestamp): boolean {
  const ms = timestampMs(start);
  return free.some(
    ({ startTime, endTime }) =>
      startTime !== undefined &&
      endTime !== undefined &&
      timestampMs(startTime) <= ms &&
      ms + chatMs <= timestampMs(endTime),
  );
}

/**
 * A request and which of its times still suit the caller. Throws CortadoError when the request cannot be had
 * (RESOURCE_NOT_FOUND for who is neither of the two); what else fails is told by its part. Good with the token of an
 * answer link too, which knows no calendar: `suits` is undefined then.
 */
export async function getRequestCard(client: Client, name: string): Promise<RequestCard> {
  const [request, caller] = await Promise.all([client.matching.getRequest({ name }), client.person()]);
  const side = request.requester?.person === caller ? 'requester' : 'mentor';
  const [mine, other] = side === 'mentor' ? [request.mentor, request.requester] : [request.requester, request.mentor];
  const now = nowOf(request);
  const ahead = request.proposedTimes.filter((time) => timestampMs(time) > now);
  const freedom = await partOf(freedomAt(client, caller, ahead), client.language);
  const known = valueOr(freedom, undefined);
  const zone = isZone(mine?.timeZone ?? '') ? (mine?.timeZone ?? 'UTC') : 'UTC';
  return {
    request,
    side,
    other,
    isMyTurn: (side === 'requester') === request.waitsForRequester,
    times: ahead.map((start) => ({
      start,
      text: formatTime(timestampDate(start), zone, client.language),
      suits: known === undefined ? undefined : isFree(known, start),
    })),
    free: freedom.ok ? { ok: true, value: freedom.value.free } : freedom,
  };
}
