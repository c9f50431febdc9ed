import { type Timestamp, timestampMs } from '@bufbuild/protobuf/wkt';
import type { Client } from '../connect.js';
import { type Match, Match_State } from '../gen/cortado/matching/v1/match_pb.js';
import type { PersonCard } from '../gen/cortado/type/v1/person_card_pb.js';
import { partOf, valueOr } from './part.js';

/** A time that one of a match would like for the first chat, and that lies ahead. */
export interface TimeProposal {
  /** Who proposed it; undefined: somebody who is gone. */
  person: PersonCard | undefined;
  start: Timestamp;
}

/** A match on its way to the first chat, for one of its people. */
export interface MatchCard {
  match: Match;
  /** Whether there is something to choose: it goes on, and no chat was booked or is being booked. */
  isOpen: boolean;
  /** The caller; undefined where they are not known. */
  mine: PersonCard | undefined;
  /** Everybody else of it. */
  others: PersonCard[];
  /** What speaks for the two, the strongest first, at most two: none in a group, and none that cannot be told. */
  reasons: string[];
  /** What others proposed: whoever proposes the same books it. */
  proposals: TimeProposal[];
  /** What the caller proposed. */
  own: Timestamp | undefined;
  /** Further times that suit all, at most three. */
  times: Timestamp[];
}

const mostReasons = 2;

function peopleOf({ mentee, mentor, others }: Match): PersonCard[] {
  return [mentee, mentor, ...others].filter((card) => card !== undefined);
}

// The server's clock when it answered: ours may differ from it.
function nowOf(people: readonly PersonCard[]): number {
  const told = people.find((card) => card.localTime?.instant !== undefined)?.localTime?.instant;
  return told === undefined ? Date.now() : timestampMs(told);
}

/** `match` as `self` (`people/P`) sees it. */
export function matchCardOf(match: Match, self: string, reasons: string[] = []): MatchCard {
  const people = peopleOf(match);
  const now = nowOf(people);
  const ahead = match.proposals.filter(({ startTime }) => startTime !== undefined && timestampMs(startTime) > now);
  const proposals = ahead
    .filter(({ person }) => person !== self)
    .flatMap(({ person, startTime }) =>
      startTime === undefined ? [] : [{ person: people.find((card) => card.person === person), start: startTime }],
    );
  const taken = new Set(ahead.map(({ startTime }) => startTime?.seconds));
  return {
    match,
    isOpen: match.state === Match_State.ACTIVE && match.chat === '' && match.chosenTime === undefined,
    mine: people.find((card) => card.person === self),
    others: people.filter((card) => card.person !== self),
    reasons,
    proposals,
    own: ahead.find(({ person }) => person === self)?.startTime,
    times: match.freeTimes.filter((time) => !taken.has(time.seconds) && timestampMs(time) > now),
  };
}

async function reasonsOf(client: Client, match: Match, self: string): Promise<string[]> {
  const [mentee, mentor] = [match.mentee?.person ?? '', match.mentor?.person ?? ''];
  if (match.others.length > 0) return [];
  // A draw knows no sides: each hears what the other is to them.
  const isTurned = match.coffee && mentor === self;
  const asked = isTurned ? { person: mentor, mentor: mentee } : { person: mentee, mentor };
  const told = await partOf(client.matching.explainMatch(asked), client.language);
  const parts = valueOr(told, undefined)?.parts ?? [];
  return parts.flatMap(({ reason }) => (reason?.text ? [reason.text] : [])).slice(0, mostReasons);
}

/**
 * A match with the times that suit all, and with reasons where wanted (not with the token of an answer link, which may
 * not ask for them). Throws CortadoError when the match cannot be had: RESOURCE_NOT_FOUND for whoever is not one of it.
 * Times or reasons that cannot be had are left out.
 */
export async function getMatchCard(client: Client, name: string, { withReasons = false } = {}): Promise<MatchCard> {
  const [match, self] = await Promise.all([client.matching.getMatch({ name, withTimes: true }), client.person()]);
  return matchCardOf(match, self, withReasons ? await reasonsOf(client, match, self) : []);
}
