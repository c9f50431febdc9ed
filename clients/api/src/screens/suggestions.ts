import type { Client } from '../connect.js';
import type { SuggestRoleModelsRequest } from '../gen/cortado/matching/v1/matching_service_pb.js';
import { Strength, type Suggestion } from '../gen/cortado/matching/v1/suggestion_pb.js';
import { Booking } from '../gen/cortado/profile/v1/person_pb.js';
import type { FreeTime } from '../gen/cortado/scheduling/v1/chat_pb.js';
import { say } from '../say.js';
import { type Part, partOf, valueOr } from './part.js';

/** One role model, as a list shows them. */
export interface SuggestionCard {
  suggestion: Suggestion;
  /** "A strong fit": never a number beside a colleague's name. */
  strength: string;
  /** Why this person, in one sentence; empty where nothing may be said. */
  reason: string;
  /** A sentence for every part that has one, the weightiest first. */
  reasons: string[];
  /** Whether colleagues may book without asking first. False also where that cannot be told now. */
  hasOpenDoor: boolean;
  /** The next times with somebody whose door is open; none for others. */
  times: Part<FreeTime[]>;
}

/** Role models for the caller. */
export interface Suggestions {
  /** Best first. */
  cards: SuggestionCard[];
  /** What to fill in when there is nothing to go by, or that nobody fits well; empty otherwise. */
  note: string;
  /** How many more would fit who have not joined, as a sentence; empty when there are none. */
  moreWouldFit: string;
}

/** What is asked for. */
export interface SuggestionsOptions extends Partial<Pick<SuggestRoleModelsRequest, 'distance' | 'includeOwnLine'>> {
  /** How many, 1 to 100. 5. */
  count?: number;
  /** How many times for each open door, 0 to 20. 3; with 0 nobody's times are looked at. */
  times?: number;
}

const strengths = {
  [Strength.UNSPECIFIED]: '',
  [Strength.ONE]: 'strength.one',
  [Strength.SOME]: 'strength.some',
  [Strength.STRONG]: 'strength.strong',
} as const;

async function timesWith(client: Client, me: string, other: string, count: number): Promise<FreeTime[]> {
  return (await client.scheduling.findTimes({ people: [me, other], pageSize: count })).times;
}

async function cardOf(client: Client, me: string, suggestion: Suggestion, times: number): Promise<SuggestionCard> {
  const other = suggestion.person?.person ?? '';
  const offer = await partOf(client.profile.getOffer({ name: `${other}/offer` }), client.language);
  const hasOpenDoor = valueOr(offer, undefined)?.booking === Booking.OPEN_DOOR;
  const looks = hasOpenDoor && times > 0;
  const parts = suggestion.parts.toSorted((a, b) => Number(b.points - a.points));
  const code = strengths[suggestion.strength];
  return {
    suggestion,
    strength: code === '' ? '' : say(code, client.language),
    reason: suggestion.reason?.text ?? '',
    reasons: parts.map(({ reason }) => reason?.text ?? '').filter((text) => text !== ''),
    hasOpenDoor,
    times: looks ? await partOf(timesWith(client, me, other, times), client.language) : { ok: true, value: [] },
  };
}

/**
 * Role models with reasons, and times for those whose door is open, looked at all at once. Throws CortadoError when there
 * are no suggestions to be had (LOADING right after a start); what fails for one person leaves the others.
 */
export async function getSuggestions(client: Client, options: SuggestionsOptions = {}): Promise<Suggestions> {
  const { count = 5, times = 3, ...wish } = options;
  const person = await client.person();
  const found = await client.matching.suggestRoleModels({ ...wish, person, pageSize: count });
  const more = Number(found.notJoinedCount);
  return {
    cards: await Promise.all(found.suggestions.map((suggestion) => cardOf(client, person, suggestion, times))),
    note: found.note?.text ?? '',
    moreWouldFit: more > 0 ? say('suggest.more_would_fit', client.language, { count: more }) : '',
  };
}
