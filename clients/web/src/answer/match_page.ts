/** The page of a match on its way to the first chat: who, what was proposed, and the times that suit them all. */
import { joinList, type MatchCard, timestampDate, timestampMs } from '@cortado/api';
import { type Html, html, type Insert } from '../page/html.js';
import type { Page } from '../page/layout.js';
import { noticePage } from '../page/notice.js';
import { type Behind, type Between, between, sayHere, sayShortly, sayThere, sayZone } from './asked.js';
import { type Statement, timeFact } from './confirm_page.js';
import { bookedFact, close, cup } from './done_page.js';
import { choiceForm } from './forms.js';
import { personCard } from './person.js';

/** A match as the pages need it. `name` are all others, `there` is of the only one. */
export interface Paired extends Between {
  readonly card: MatchCard;
}

/** Looks at a match; `clock` is used where the services do not say what time it is. */
export function lookAtPair(at: Behind, card: MatchCard, clock: () => Date): Paired {
  const [first, ...more] = card.others;
  const two = between(at, card.mine, first, clock);
  if (more.length === 0) return { ...two, card };
  const names = card.others.map(({ displayName }) => displayName || at.words.say('somebody'));
  return { ...two, name: joinList(names, at.words.language), there: undefined, card };
}

/** Whether somebody else proposed `time`: then saying it books it. */
export function isProposed({ card }: Paired, time: Date): boolean {
  return card.proposals.some(({ start }) => timestampMs(start) === time.getTime());
}

function timeButton(pair: Paired, time: Date, isTheirs: boolean): Html {
  const text = sayShortly(pair, time);
  const there = sayThere(pair, time);
  const label = isTheirs ? pair.words.say('book_time', { time: text }) : text;
  return html`<button${!isTheirs && html` class="second"`} name="time" value="${time.getTime() / 1000}">${label}${
    there && html` <span>${there}</span>`
  }</button>`;
}

function timesForm(pair: Paired, proof: string, times: readonly Date[], isTheirs: boolean): Html {
  const buttons = times.map((time) => timeButton(pair, time, isTheirs));
  return choiceForm(pair, proof, 'time', html`<div class="times">${buttons}</div>`);
}

function theirTimes(pair: Paired, proof: string): Html[] {
  const { words, card } = pair;
  return card.proposals.map(({ person, start }) => {
    const heading = words.say('proposed_by', { name: person?.displayName || words.say('somebody') });
    return html`<section class="card">
<h3>${heading}</h3>
${timesForm(pair, proof, [timestampDate(start)], true)}
</section>`;
  });
}

function freeTimes(pair: Paired, proof: string): Insert {
  const { words, card, name } = pair;
  const times = card.times.map(timestampDate);
  if (times.length === 0) {
    return card.proposals.length === 0 && html`<p class="notice">${words.say('no_free_hint', { name })}</p>`;
  }
  return html`<section class="card" aria-labelledby="times">
<h3 id="times">${words.say('accept_when', { zone: sayZone(pair, times[0]) })}</h3>
<p class="quiet">${words.say('times_hint', { name })}</p>
${timesForm(pair, proof, times, false)}
</section>`;
}

function people({ card, ...two }: Paired): Html {
  const cards = card.others.map((other) => personCard({ ...two, name: other.displayName || two.name }, other));
  return html`${cards.map((one, index) => (index === 0 ? one : html`<div class="below">${one}</div>`))}`;
}

/** The page with the times. `problem`: what is said above them. */
export function matchPage(pair: Paired, proof: string, problem?: string): Page {
  const { words, name, card } = pair;
  const own = card.own && sayHere(pair, timestampDate(card.own));
  const main = html`<h1>${words.say('match_title', { name })}</h1>
<p class="lead">${words.say('request_lead')}</p>
${problem !== undefined && html`<p class="notice" role="alert">${problem}</p>`}
<section class="card" aria-label="${words.say('match_people')}">
${people(pair)}
${own && html`<p class="until">${words.say('own_proposal', { time: own, name })}</p>`}
</section>
<div class="answers">
<h2>${words.say('answer_heading')}</h2>
${theirTimes(pair, proof)}
${freeTimes(pair, proof)}
</div>`;
  return { words, title: words.say('match_tab'), main, path: pair.path };
}

/** What one is about to say. */
export function timeStatement(pair: Paired, time: Date): Statement {
  const { words, name, card } = pair;
  const kind = isProposed(pair, time) ? 'book' : 'propose';
  const effects = kind === 'book' ? ['effect_all_booked', 'effect_gone'] : ['effect_proposed', 'effect_waits'];
  return {
    title: words.say(`confirm_${kind}`, { name }),
    card: card.others.length === 1 ? personCard(pair, card.others[0]) : undefined,
    fact: timeFact(pair, time),
    effects: effects.map((effect) => words.say(effect, { name })),
    fields: { answer: 'time', time: String(time.getTime() / 1000) },
    button: words.say(`send_${kind}`),
  };
}

/** The page of a match whose first chat is booked: after booking it, and for whoever comes later. */
export function bookedPage(pair: Paired): Page {
  const { words, name, card } = pair;
  const time = card.match.chosenTime;
  const when = time && html`<dl class="facts">${bookedFact(pair, timestampDate(time))}</dl>`;
  const lead = words.say('chat_booked_lead', { name });
  return noticePage(words, { title: words.say('chat_booked'), lead, mark: cup, rest: html`${when}${close(pair)}` });
}

/** The page after a time was proposed. */
export function proposedPage(pair: Paired): Page {
  const { words, name, card, path } = pair;
  const when = card.own && html`<dl class="facts">${bookedFact(pair, timestampDate(card.own))}</dl>`;
  const again = html`<div class="actions"><a class="button second" href="${path}?lang=${words.language}">${words.say('back')}</a></div>`;
  const lead = words.say('proposed_lead', { name });
  return noticePage(words, {
    title: words.say('proposed'),
    lead,
    mark: cup,
    rest: html`${when}${close(pair)}${again}`,
  });
}

/** The page while a time is being booked; `sentence`: what the services say about it. */
export function bookingPage(pair: Paired, sentence: string): Page {
  const { words } = pair;
  return noticePage(words, { title: words.say('booking'), lead: sentence, mark: cup, rest: close(pair) });
}

/** The page of a match that has ended. */
export function matchOverPage({ words, path }: Behind): Page {
  return noticePage(words, { title: words.say('match_over'), lead: words.say('used_closed'), path });
}
