/** Who answers whom, where and when: people, words and times as the pages need them. */
import { timestampDate } from '@cortado/api';
import type { Request } from '@cortado/api/gen/cortado/matching/v1/match_pb.js';
import type { PersonCard } from '@cortado/api/gen/cortado/type/v1/person_card_pb.js';
import { knownZone, placeOf, sayClock, sayDay, sayNearDay, sayOffset } from '../page/times.js';
import type { Words } from '../page/words.js';
import type { Here } from './choice.js';

/** What every page behind a link is made of. */
export interface Behind {
  readonly words: Words;
  /** `/answer/TOKEN`: where the link leads. */
  readonly path: string;
}

/** What a page about two people is made of. */
export interface Between extends Behind {
  /** The other one, as they are called. */
  readonly name: string;
  /** When and where the one who answers is. */
  readonly here: Here;
  /** IANA zone of the other one; undefined when nobody knows it, or when it is the same. */
  readonly there: string | undefined;
}

/** What a page about a request is made of: the other one has asked. */
export interface Asked extends Between {
  readonly request: Request;
}

function nowOf(card: PersonCard | undefined): Date | undefined {
  const instant = card?.localTime?.instant;
  return instant && timestampDate(instant);
}

/** The one who answers is `mine`, the other `theirs`; `clock` is used where the services do not say what time it is. */
export function between(
  { words, path }: Behind,
  mine: PersonCard | undefined,
  theirs: PersonCard | undefined,
  clock: () => Date,
): Between {
  const zone = knownZone(mine?.timeZone ?? '');
  const there = theirs?.timeZone ? knownZone(theirs.timeZone) : undefined;
  const here = { now: nowOf(mine) ?? nowOf(theirs) ?? clock(), zone };
  const name = theirs?.displayName || words.say('somebody');
  return { words, path, name, here, there: there === zone ? undefined : there };
}

/** Looks at `request`; `clock` as above. */
export function look(words: Words, path: string, request: Request, clock: () => Date): Asked {
  return { ...between({ words, path }, request.mentor, request.requester, clock), request };
}

/** The proposed times that can still be chosen, the earliest first. */
export function openTimes({ request, here }: Asked): Date[] {
  const times = request.proposedTimes.map(timestampDate).filter((time) => time > here.now);
  return times.sort((one, other) => one.getTime() - other.getTime());
}

/** As `Tuesday 27 October 2026, 15:00`, where the one who answers is. */
export function sayHere({ words, here }: Between, time: Date): string {
  const day = sayDay(time, here.zone, words.language);
  return words.say('time', { day, clock: sayClock(time, here.zone) });
}

/** As `Tuesday 27 October, 15:00`: the same for a time among others. */
export function sayShortly({ words, here }: Between, time: Date): string {
  const day = sayNearDay(time, here.zone, words.language);
  return words.say('time', { day, clock: sayClock(time, here.zone) });
}

/** What clocks show then where the other one is; undefined where that is no news. */
export function sayThere({ words, here, there, name }: Between, time: Date): string | undefined {
  if (there === undefined || sayOffset(time, there) === sayOffset(time, here.zone)) return undefined;
  const day = sayNearDay(time, there, words.language);
  const parts = { name, clock: sayClock(time, there), place: placeOf(there) };
  const isSameDay = day === sayNearDay(time, here.zone, words.language);
  return isSameDay ? words.say('time_there', parts) : words.say('time_there_day', { ...parts, day });
}

/** As `Berlin, UTC+01:00`: the zone of the one who answers. */
export function sayZone({ here }: Between, at: Date = here.now): string {
  const place = placeOf(here.zone);
  const offset = sayOffset(at, here.zone);
  return place === 'UTC' ? place : `${place}, ${offset}`;
}
