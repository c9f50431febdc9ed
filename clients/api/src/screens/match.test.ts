import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { describe, expect, test } from 'vitest';
import { Match_State, MatchSchema } from '../gen/cortado/matching/v1/match_pb.js';
import { matchCardOf } from './match.js';

const noon = Date.UTC(2026, 9, 26, 12);
const at = (hours: number) => timestampFromMs(noon + hours * 3_600_000);
const person = (id: string) => ({ person: `people/${id}`, displayName: id, localTime: { instant: at(0) } });

function matchWith(more: MessageInitShape<typeof MatchSchema>) {
  const people = { mentee: person('ada'), mentor: person('ben'), others: [person('eve')] };
  return create(MatchSchema, { name: 'matches/m', state: Match_State.ACTIVE, ...people, ...(more as object) });
}

describe('a match on its way to the first chat', () => {
  test('tells apart oneself and the others, on either side and in a group', () => {
    const others = (self: string) => matchCardOf(matchWith({}), self).others.map(({ displayName }) => displayName);
    expect([others('people/ada'), others('people/ben'), others('people/eve')]).toEqual([
      ['ben', 'eve'],
      ['ada', 'eve'],
      ['ada', 'ben'],
    ]);
    expect(matchCardOf(matchWith({}), 'people/eve').mine?.displayName).toBe('eve');
  });

  test('has what others proposed, one’s own proposal, and the free times that neither is', () => {
    const proposals = [
      { person: 'people/ada', startTime: at(1) },
      { person: 'people/ben', startTime: at(2) },
      { person: 'people/gone', startTime: at(3) },
    ];
    const freeTimes = [at(1), at(2), at(4), at(5)];
    const card = matchCardOf(matchWith({ proposals, freeTimes }), 'people/ada');
    expect(card.proposals.map((one) => [one.person?.displayName, one.start])).toEqual([
      ['ben', at(2)],
      [undefined, at(3)],
    ]);
    expect([card.own, card.times]).toEqual([at(1), [at(4), at(5)]]);
  });

  test('leaves out what has passed by the clock of the services', () => {
    const proposals = [
      { person: 'people/ada', startTime: at(-1) },
      { person: 'people/ben', startTime: at(0) },
    ];
    const card = matchCardOf(matchWith({ proposals, freeTimes: [at(-2), at(1)] }), 'people/ada');
    expect([card.proposals, card.own, card.times]).toEqual([[], undefined, [at(1)]]);
  });

  test('is open until a chat is booked or being booked, or it has ended', () => {
    const isOpen = (more: MessageInitShape<typeof MatchSchema>) => matchCardOf(matchWith(more), 'people/ada').isOpen;
    expect(isOpen({})).toBe(true);
    expect(isOpen({ chat: 'chats/c' })).toBe(false);
    expect(isOpen({ chosenTime: at(1) })).toBe(false);
    expect(isOpen({ state: Match_State.ENDED })).toBe(false);
  });
});
