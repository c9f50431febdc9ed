/** Matches behind links: a time is proposed for the first chat, or the one that another proposed is booked. */
import { getMatchCard, type MatchCard, matchCardOf, timestampFromDate } from '@cortado/api';
import { Match_State } from '@cortado/api/gen/cortado/matching/v1/match_pb.js';
import { clientFor } from './backend.js';
import type { Here } from './choice.js';
import type { LinkVisit } from './link_visit.js';
import {
  bookedPage,
  bookingPage,
  isProposed,
  lookAtPair,
  matchOverPage,
  matchPage,
  type Paired,
  proposedPage,
  timeStatement,
} from './match_page.js';
import { answersTo, type Elsewhere, type Offered } from './offered.js';

const quarterHour = 15 * 60;

function readTime(form: URLSearchParams, { now }: Here): Date | string {
  const time = form.get('time') ?? '';
  if (!/^[1-9]\d{0,10}$/.test(time) || Number(time) % quarterHour !== 0) return 'wrong_shown_time';
  const instant = new Date(Number(time) * 1000);
  return instant > now ? instant : 'wrong_past';
}

function elsewhere(pair: Paired): Elsewhere | undefined {
  const { match, isOpen } = pair.card;
  if (match.chat !== '') return { status: 200, page: bookedPage(pair) };
  if (match.state !== Match_State.ACTIVE) return { status: 410, page: matchOverPage(pair) };
  return isOpen ? undefined : { status: 200, page: bookingPage(pair, pair.words.say('booking_lead')) };
}

function offer({ parts, link, words, home: path }: LinkVisit): Offered<Paired> {
  const client = clientFor(parts.cortado, link, words.language);
  const look = (card: MatchCard) => lookAtPair({ words, path }, card, parts.clock);

  return {
    find: async () => look(await getMatchCard(client, link.name)),
    elsewhere,
    show: matchPage,
    read(pair, form) {
      const time = readTime(form, pair.here);
      if (typeof time === 'string') return { problem: time };
      return { kind: isProposed(pair, time) ? 'book' : 'propose', statement: timeStatement(pair, time) };
    },
    async send({ here }, form, requestId) {
      const time = readTime(form, here);
      const startTime = timestampFromDate(typeof time === 'string' ? here.now : time);
      const match = await client.matching.proposeTime({ match: link.name, startTime, requestId });
      const pair = look(matchCardOf(match, await client.person()));
      const instead = elsewhere(pair);
      if (instead !== undefined) return instead.page;
      return match.note === undefined ? proposedPage(pair) : { thing: pair, problem: match.note.text };
    },
  };
}

/** How a link for a match is answered. */
export const matchAnswers = answersTo(offer);
