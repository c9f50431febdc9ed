// Who could be asked, and why: reasons and words for strength, never a number or a rank.

import type { SuggestRoleModelsResponse } from '@cortado/api/gen/cortado/matching/v1/matching_service_pb.js';
import { Strength, type Suggestion } from '@cortado/api/gen/cortado/matching/v1/suggestion_pb.js';
import type { PersonCard } from '@cortado/api/gen/cortado/type/v1/person_card_pb.js';
import type { ModalView } from '@slack/types';
import { actions, type Block, button, context, divider, header, modal, section } from './blocks.js';
import { aboutOf, nameOf } from './people.js';
import type { Words } from './words.js';

/** So many are shown; the rest is a longer look away. */
export const mostSuggestions = 10;
const mostReasons = 3;

function strengthOf(words: Words, strength: Strength): string {
  switch (strength) {
    case Strength.STRONG:
      return words.say('strength.strong');
    case Strength.SOME:
      return words.say('strength.some');
    case Strength.ONE:
      return words.say('strength.one');
    default:
      return '';
  }
}

/** Why this person: the sentence that counts most, and a few more, each once. */
function reasonsOf(suggestion: Suggestion): string[] {
  const parts = suggestion.parts
    .filter((part) => !part.unknown && part.points > 0n && part.reason !== undefined)
    .sort((one, other) => (other.points > one.points ? 1 : other.points < one.points ? -1 : 0))
    .map((part) => part.reason?.text ?? '');
  const all = [suggestion.reason?.text ?? '', ...parts].filter((text) => text !== '');
  return [...new Set(all)].slice(0, mostReasons);
}

function suggestionBlocks(words: Words, suggestion: Suggestion): Block[] {
  const reasons = reasonsOf(suggestion);
  return [
    header(nameOf(suggestion.person, words)),
    ...context(aboutOf(suggestion.person, words), strengthOf(words, suggestion.strength)),
    ...(reasons.length === 0 ? [] : [section(reasons.join('\n'))]),
    ...askButton(words, suggestion.person),
  ];
}

function askButton(words: Words, card: PersonCard | undefined): Block[] {
  const value = card?.person ?? '';
  return actions(button({ text: words.say('slack.ask.open'), action: 'ask.open', value, style: 'primary' }));
}

/** What a look found. */
export function suggestionsModal(words: Words, found: SuggestRoleModelsResponse, heard?: string): ModalView {
  const people = found.suggestions.slice(0, mostSuggestions).flatMap((one) => suggestionBlocks(words, one));
  const count = Number(found.notJoinedCount);
  const more = count > 0 ? words.say('suggest.more_would_fit', { count }) : undefined;
  // "These come nearest" is said of somebody.
  const note = people.length === 0 && found.note?.code === 'suggest.nobody_matches_well' ? undefined : found.note;
  const nobody = people.length === 0 && note === undefined ? words.say('slack.look.nobody') : undefined;
  return modal(words, {
    title: words.say('slack.look.title'),
    close: words.say('slack.close'),
    blocks: [
      ...context(heard),
      ...(note?.text ? [section(note.text)] : []),
      ...(nobody === undefined ? [] : [section(nobody)]),
      ...people,
      ...(people.length > 0 ? [divider()] : []),
      ...context(more),
      ...actions(button({ text: words.say('slack.look.again'), action: 'look.again' })),
    ],
  });
}

/** Others who could be asked, after somebody cannot be. */
export function othersBlocks(words: Words, cards: readonly PersonCard[]): Block[] {
  return cards.flatMap((card) => [
    section(nameOf(card, words), button({ text: words.say('slack.ask.open'), action: 'ask.open', value: card.person })),
    ...context(aboutOf(card, words)),
  ]);
}
