import type { PersonCard } from '@cortado/api/gen/cortado/type/v1/person_card_pb.js';
import { instantText } from './instants.js';
import type { Words } from './words.js';

/** What to call them; somebody who is gone has no name. */
export function nameOf(card: PersonCard | undefined, words: Words): string {
  return card?.displayName || words.say('notification.somebody');
}

/** "Engineer · Platform · where it is now Tue 27 Oct 2026, 15:00 (UTC+01:00)", as much as is known. */
export function aboutOf(card: PersonCard | undefined, words: Words): string {
  const instant = card?.localTime?.instant;
  const time = instant && instantText(instant, words, card?.timeZone ?? '');
  const parts = [card?.title, card?.department, time && words.say('slack.person.local_time', { time })];
  return parts.filter((part) => part !== undefined && part !== '').join(' · ');
}
