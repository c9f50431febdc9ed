// From a match to its first chat: a tap proposes a time, or books the one that another proposed.
import { getMatchCard, isReason, type MatchCard, matchCardOf, timestampFromMs } from '@cortado/api';
import type { Match } from '@cortado/api/gen/cortado/matching/v1/match_pb.js';
import type { Acting } from '../people/people.js';
import { actions, button } from '../screens/blocks.js';
import { othersOf } from '../screens/chat.js';
import { pairMessage, saidMessage } from '../screens/message.js';
import { partnersOf, timeOf, waitBlocks } from '../screens/pair.js';
import { subjectOf } from '../screens/values.js';
import { originOf } from './answer.js';
import { sayInPlace, showChat } from './show.js';
import type { Carried, Visit } from './visit.js';

/** The chat that there is now, in place of the message: whoever tapped late sees that it was booked before. */
async function showBooked(visit: Visit, acting: Acting, match: Match, seconds: number): Promise<void> {
  const { words } = visit;
  const chat = await acting.client.scheduling.getChat({ name: match.chat });
  const isOwn = match.chosenBy === acting.self && Number(match.chosenTime?.seconds) === seconds;
  const code = isOwn ? 'slack.chat.booked' : 'slack.pair.booked_before';
  const sentence = words.say(code, { name: othersOf(words, chat, acting.self) });
  await showChat(visit, acting, chat, originOf(visit), sentence, match.name);
}

async function showProposed(visit: Visit, card: MatchCard): Promise<void> {
  const { words } = visit;
  const time = card.own === undefined ? '' : timeOf(words, card, card.own);
  const sentence = words.say('slack.pair.proposed', { name: partnersOf(words, card), time });
  await sayInPlace(visit, saidMessage(sentence, waitBlocks(words, card)));
}

async function showOutcome(visit: Visit, acting: Acting, match: Match, seconds: number): Promise<void> {
  if (match.chat !== '') return showBooked(visit, acting, match, seconds);
  const card = matchCardOf(match, acting.self);
  // A note says why nothing was booked; new times come with it where there are any.
  if (match.note !== undefined) return sayInPlace(visit, pairMessage(visit.words, card, match.note.text));
  return showProposed(visit, card);
}

/** The button of a time. */
export async function proposeTime(visit: Visit, { value }: Carried): Promise<void> {
  const { words } = visit;
  const { name, time = 0 } = subjectOf(value);
  const acting = await visit.act();
  const { matching } = acting.client;
  try {
    const startTime = timestampFromMs(time * 1000);
    const match = await matching.proposeTime({ match: name, startTime, requestId: visit.id('propose') });
    await showOutcome(visit, acting, match, time);
  } catch (thrown) {
    // The message has stood for longer than its times.
    if (isReason(thrown, 'FIELD_INVALID')) {
      const card = await getMatchCard(acting.client, name);
      await sayInPlace(visit, pairMessage(words, card, words.say('error.time_passed')));
    } else if (isReason(thrown, 'MATCH_ENDED')) {
      const look = button({ text: words.say('slack.look.open'), action: 'look.open' });
      await sayInPlace(visit, saidMessage(words.say('slack.pair.over'), actions(look)));
    } else {
      throw thrown;
    }
  }
}
