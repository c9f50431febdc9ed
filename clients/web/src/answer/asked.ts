/** A request as the pages need it: people, words and times, for the one who was asked. */
import { timestampDate } from '@cortado/api';
import type { Request } from '@cortado/api/gen/cortado/matching/v1/match_pb.js';
import type { PersonCard } from '@cortado/api/gen/cortado/type/v1/person_card_pb.js';
import { knownZone, placeOf, sayClock, sayDay, sayNearDay, sayOffset } from '../page/times.js';
import type { Words } from '../page/words.js';
import type { Here } from './choice.js';

/** What a page about a request is made of. */
export interface Asked {
  readonly words: Words;
  /** `/answer/TOKEN`: where the link leads. */
  readonly path: string;
  readonly request: Request;
  /** Who asked, as they are called. */
  readonly name: string;
  /** When and where the one who was asked is. */
  readonly here: Here;
  /** IANA zone of the one who asked; undefined when nobody knows it, or when it is the same. */
  readonly there: string | undefined;
}

function nowOf(card: PersonCard | undefined): Date | undefined {
  const instant = card?.localTime?.instant;
  return instant && timestampDate(instant);
}

/** Looks at `request`; `clock` is used where the services do not say what time it is. */
export function look(words: Words, path: string, request: Request, clock: () => Date): Asked {
  const { requester, mentor } = request;
  const zone = knownZone(mentor?.timeZone ?? '');
  const there = requester?.timeZone ? knownZone(requester.timeZone) : undefined;
  const here = { now: nowOf(mentor) ?? nowOf(requester) ?? clock(), zone };
  const name = requester?.displayName || words.say('somebody');
  return { words, path, request, name, here, there: there === zone ? undefined : there };
}

/** The proposed times that can still be chosen, the earliest first. */
export function openTimes({ request, here }: Asked): Date[] {
  const times = request.proposedTimes.map(timestampDate).filter((time) => time > here.now);
  return times.sort((one, other) => one.getTime() - other.getTime());
}

/** As `Tuesday 27 October 2026, 15:00`, where the one who was asked is. */
export function sayHere({ words, here }: Asked, time: Date): string {
  const day = sayDay(time, here.zone, words.language);
  return words.say('time', { day, clock: sayClock(time, here.zone) });
}

/** As `Tuesday 27 October, 15:00`: the same for a time among others. */
export function sayShortly({ words, here }: Asked, time: Date): string {
  const day = sayNearDay(time, here.zone, words.language);
  return words.say('time', { day, clock: sayClock(time, here.zone) });
}

/** What clocks show then where the other one is; undefined where that is no news. */
export function sayThere({ words, here, there, name }: Asked, time: Date): string | undefined {
  if (there === undefined || sayOffset(time, there) === sayOffset(time, here.zone)) return undefined;
  const day = sayNearDay(time, there, words.language);
  const parts = { name, clock: sayClock(time, there), place: placeOf(there) };
  const isSameDay = day === sayNearDay(time, here.zone, words.language);
  return isSameDay ? words.say('time_there', parts) : words.say('time_there_day', { ...parts, day });
}

/** As `Berlin, UTC+01:00`: the zone of the one who was asked. */
export function sayZone({ here }: Asked, at: Date = here.now): string {
  const place = placeOf(here.zone);
  const offset = sayOffset(at, here.zone);
  return place === 'UTC' ? place : `${place}, ${offset}`;
}
