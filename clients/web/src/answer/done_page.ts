/** After an answer: what came of it. The same page for the same answer, however often it is sent. */
import { timestampDate } from '@cortado/api';
import type { Match } from '@cortado/api/gen/cortado/matching/v1/match_pb.js';
import { type Html, html, type Insert } from '../page/html.js';
import type { Page } from '../page/layout.js';
import { noticePage } from '../page/notice.js';
import { sayDay } from '../page/times.js';
import { type Asked, type Behind, type Between, sayHere, sayShortly, sayThere } from './asked.js';
import type { Outcome } from './backend.js';
import type { Choice } from './choice.js';

/** The sign above what worked out. */
export const cup = html`<svg class="mark" viewBox="0 0 64 64" aria-hidden="true" focusable="false"><path class="milk" d="M10 22h34v8h-34z"/><path
 class="coffee" d="M10 29h34v9q0 12-12 12h-10q-12 0-12-12z"/><path class="glass" d="M10 20h34v18q0 12-12 12h-10q-12 0-12-12zM44
 25h4q7 0 7 7t-7 7h-4M8 56h38M20 6q-4 4 0 8M30 6q-4 4 0 8"/></svg>`;

// Of the note of a match whose chosen time was gone; the other one is that the booking still goes on.
const timeTaken = 'match.time_taken';

/** When it is, on the clocks of the two. */
export function bookedFact(asked: Between, time: Date): Html {
  const there = sayThere(asked, time);
  return html`<div><dt>${asked.words.say('fact_when')}</dt><dd>${sayHere(asked, time)}${
    there && html` <span class="quiet">${there}</span>`
  }</dd></div>`;
}

function freeTimes(asked: Asked, match: Match): Insert {
  const { words, name } = asked;
  if (match.note?.code !== timeTaken) return undefined;
  if (match.freeTimes.length === 0) return html`<p class="below">${words.say('no_free_hint', { name })}</p>`;
  const times = match.freeTimes.map(timestampDate).map((time) => {
    const there = sayThere(asked, time);
    return html`<li>${sayShortly(asked, time)}${there && html` <span class="quiet">${there}</span>`}</li>`;
  });
  return html`<div class="below"><h2>${words.say('free_heading')}</h2><ul class="steps" role="list">${times}</ul>
<p class="quiet">${words.say('free_hint', { name })}</p></div>`;
}

/** That nothing is left to do. */
export function close({ words }: Behind): Html {
  return html`<p class="until">${words.say('close_page')}</p>`;
}

// After a yes: booked; or matched, and why no chat is booked.
function acceptedPage(asked: Asked, match: Match): Page {
  const { words, name } = asked;
  const isBooked = match.chat !== '' && match.chosenTime !== undefined;
  const title = isBooked ? words.say('booked_title') : words.say('matched_title', { name });
  const lead = isBooked ? words.say('booked_lead', { name }) : match.note?.text || words.say('matched_lead');
  const when =
    isBooked && match.chosenTime && html`<dl class="facts">${bookedFact(asked, timestampDate(match.chosenTime))}</dl>`;
  return noticePage(words, { title, lead, mark: cup, rest: html`${when}${freeTimes(asked, match)}${close(asked)}` });
}

// After any other answer.
function answeredPage(asked: Asked, choice: Exclude<Choice, { kind: 'accept' }>): Page {
  const { words, name, here } = asked;
  const codes = { ask: 'asked', later: 'later', decline: 'declined' } as const;
  const code = codes[choice.kind];
  const date = choice.kind === 'later' ? sayDay(choice.until, here.zone, words.language) : '';
  const lead = words.say(`${code}_lead`, { name, date });
  return noticePage(words, { title: words.say(`${code}_title`), lead, mark: cup, rest: close(asked) });
}

/** The page that tells what came of an answer. */
export function outcomePage(asked: Asked, outcome: Outcome): Page {
  return outcome.kind === 'accept' ? acceptedPage(asked, outcome.match) : answeredPage(asked, outcome.choice);
}
