// The answers of the one asked: yes with a time, tell me more, not now, no.
import { isReason, timestampFromDate, timestampFromMs } from '@cortado/api';
import type { Match, Request } from '@cortado/api/gen/cortado/matching/v1/match_pb.js';
import type { Acting } from '../people/people.js';
import { actions, type Block, button } from '../screens/blocks.js';
import { postponeForm, slotForm, timeOption, wordsForm } from '../screens/forms.js';
import { dayIn, instantOf, instantText } from '../screens/instants.js';
import { nameOf } from '../screens/people.js';
import { subjectOf } from '../screens/values.js';
import { showChat, showRequest } from './show.js';
import type { Carried, Visit } from './visit.js';

/** The message that a delivery came from: `channel:ts`; empty elsewhere. */
export function originOf({ delivery }: Visit): string {
  return delivery.place.kind === 'message' ? `${delivery.place.channel}:${delivery.place.ts}` : '';
}

const textIn = (carried: Carried, name: string) => String(carried.metadata[name] ?? '');

async function requestIn({ client }: Acting, name: string): Promise<Request> {
  return client.matching.getRequest({ name });
}

/** What a yes came to, told in place of the request. */
async function showAccepted(
  visit: Visit,
  acting: Acting,
  match: Match,
  request: string,
  origin: string,
): Promise<void> {
  const { words } = visit;
  const name = nameOf(match.mentee, words);
  if (match.chat !== '') {
    const chat = await acting.client.scheduling.getChat({ name: match.chat });
    await showChat(visit, acting, chat, origin, words.say('slack.request.accepted_booked', { name }), request);
    return;
  }
  const said = match.note?.text ?? words.say('slack.request.you_accepted', { name });
  await showRequest(visit, acting, await requestIn(acting, request), origin, said);
}

/** Times that are free although the chosen one was not. */
function freeTimesText(visit: Visit, match: Match): string {
  const times = match.freeTimes.map((time) => instantText(time, visit.words, match.mentor?.timeZone ?? ''));
  return times.length === 0 ? '' : visit.words.say('slack.slot.free', { times: times.join('\n') });
}

function bookBlocks(visit: Visit, match: Match): Block[] {
  return actions(
    button({ text: visit.words.say('slack.chat.book'), action: 'chat.book', value: match.name, style: 'primary' }),
  );
}

async function accept(visit: Visit, acting: Acting, request: string, seconds: number): Promise<Match> {
  return acting.client.matching.acceptMatch({
    request,
    ...(seconds > 0 ? { chosenTime: timestampFromMs(seconds * 1000) } : {}),
    requestId: visit.id('accept'),
  });
}

/** The button of a proposed time. */
export async function acceptAt(visit: Visit, { value }: Carried): Promise<void> {
  const { name, time = 0 } = subjectOf(value);
  const acting = await visit.act();
  const match = await accept(visit, acting, name, time);
  await showAccepted(visit, acting, match, name, originOf(visit));
  if (match.note === undefined || match.chat !== '') return;
  const screen = visit.screen() ?? (await visit.open());
  await screen.tell([match.note.text, freeTimesText(visit, match)].join('\n'), bookBlocks(visit, match));
}

/** "Another time": the times that suit both where they may be looked at, and any other. */
export async function openAccept(visit: Visit, { value }: Carried): Promise<void> {
  const { words } = visit;
  const screen = await visit.open();
  const acting = await visit.act();
  const request = await requestIn(acting, value);
  const other = request.requester?.person ?? '';
  const times = await acting.client.scheduling
    .findTimes({ people: [acting.self, other], pageSize: 20 })
    .then(({ times: found }) => found.map((time) => timeOption(time, 0, 1)).filter((option) => option !== undefined))
    .catch(() => []); // Their times are theirs until the yes.
  await screen.show(
    slotForm(words, {
      title: words.say('slack.request.accept_title'),
      intro: words.say('slack.request.accept_intro', { name: nameOf(request.requester, words) }),
      submit: words.say('slack.request.accept_yes'),
      callback: 'request.accept_other',
      metadata: { request: value, origin: originOf(visit) },
      times,
      mayBeOpen: true,
    }),
  );
}

/** The time of a slot picker, in seconds since 1970; 0: none. */
export function chosenSeconds({ filled }: Carried): number {
  return filled.get('own')?.selected_date_time || Number(filled.get('slot')?.selected_option?.value ?? 0);
}

/** What is wrong with a slot picker: a time that has passed. */
export function checkSlot({ say, now }: { say(code: string): string; now: Date }, carried: Carried) {
  const own = carried.filled.get('own')?.selected_date_time ?? 0;
  const wrong: Record<string, string> = {};
  if (own > 0 && own * 1000 <= now.getTime()) wrong['own'] = say('error.time_passed');
  return wrong;
}

/** The slot picker of a yes was sent. */
export async function submitAccept(visit: Visit, carried: Carried): Promise<void> {
  const request = textIn(carried, 'request');
  const screen = visit.screen() ?? (await visit.open());
  const acting = await visit.act();
  const match = await accept(visit, acting, request, chosenSeconds(carried));
  await showAccepted(visit, acting, match, request, textIn(carried, 'origin'));
  const name = nameOf(match.mentee, visit.words);
  if (match.chat !== '') {
    await screen.tell(visit.words.say('slack.request.accepted_booked', { name }));
    return;
  }
  const said = match.note?.text ?? visit.words.say('slack.request.you_accepted', { name });
  const free = freeTimesText(visit, match);
  await screen.tell(free === '' ? said : `${said}\n${free}`, bookBlocks(visit, match));
}

/** "Tell me more". */
export async function openQuestion(visit: Visit, { value }: Carried): Promise<void> {
  const { words } = visit;
  const screen = await visit.open();
  const request = await requestIn(await visit.act(), value);
  await screen.show(
    wordsForm(words, {
      title: words.say('slack.request.ask_more'),
      intro: words.say('slack.request.ask_more_intro', { name: nameOf(request.requester, words) }),
      label: words.say('slack.request.ask_more_label'),
      submit: words.say('slack.send'),
      callback: 'request.ask_more',
      metadata: { request: value, origin: originOf(visit) },
    }),
  );
}

/** The question was sent. */
export async function submitQuestion(visit: Visit, carried: Carried): Promise<void> {
  const screen = visit.screen() ?? (await visit.open());
  const acting = await visit.act();
  const request = await acting.client.matching.askRequester({
    request: textIn(carried, 'request'),
    question: carried.filled.get('words')?.value ?? '',
    requestId: visit.id('ask_more'),
  });
  await showRequest(visit, acting, request, textIn(carried, 'origin'));
  await screen.tell(visit.words.say('slack.request.asked_more', { name: nameOf(request.requester, visit.words) }));
}

/** "Not now". */
export async function openPostpone(visit: Visit, { value }: Carried): Promise<void> {
  const { words } = visit;
  const screen = await visit.open();
  const request = await requestIn(await visit.act(), value);
  const zone = request.mentor?.timeZone ?? '';
  const metadata = { request: value, origin: originOf(visit), zone };
  await screen.show(postponeForm(words, nameOf(request.requester, words), zone, visit.tools.now(), metadata));
}

// The request comes back when the day's work begins.
const morning = 9;
const mostDays = 364;

/** What is wrong with the day: today or before, or more than a year ahead. */
export function checkPostpone({ say, now }: { say(code: string): string; now: Date }, carried: Carried) {
  const zone = textIn(carried, 'zone');
  const day = carried.filled.get('day')?.selected_date ?? '';
  const wrong: Record<string, string> = {};
  if (day <= dayIn(zone, now)) wrong['day'] = say('slack.request.postpone_past');
  else if (day > dayIn(zone, now, mostDays)) wrong['day'] = say('slack.request.postpone_far');
  return wrong;
}

/** The day was sent. */
export async function submitPostpone(visit: Visit, carried: Carried): Promise<void> {
  const screen = visit.screen() ?? (await visit.open());
  const acting = await visit.act();
  const until = instantOf(carried.filled.get('day')?.selected_date ?? '', morning, textIn(carried, 'zone'));
  const request = await acting.client.matching.postponeMatch({
    request: textIn(carried, 'request'),
    ...(until === undefined ? {} : { postponeEndTime: timestampFromDate(until) }),
    requestId: visit.id('postpone'),
  });
  await showRequest(visit, acting, request, textIn(carried, 'origin'));
  const date = request.postponeEndTime && instantText(request.postponeEndTime, visit.words, textIn(carried, 'zone'));
  const name = nameOf(request.requester, visit.words);
  await screen.tell(visit.words.say('slack.request.you_postponed', { name, date }));
}

/** No, confirmed. */
export async function decline(visit: Visit, { value }: Carried): Promise<void> {
  const acting = await visit.act();
  const request = await acting.client.matching.declineMatch({ request: value, requestId: visit.id('decline') });
  await showRequest(visit, acting, request, originOf(visit));
}

/** A request that was not as the person saw it: shows it as it is. */
export async function showAsItIs(visit: Visit, carried: Carried, thrown: unknown): Promise<void> {
  if (!isReason(thrown, 'REQUEST_ANSWERED', 'QUESTION_PENDING', 'NO_QUESTION', 'TOO_MANY_QUESTIONS')) return;
  const name = textIn(carried, 'request') || subjectOf(carried.value).name;
  if (!name.startsWith('requests/')) return;
  const acting = await visit.act();
  await showRequest(visit, acting, await requestIn(acting, name), textIn(carried, 'origin') || originOf(visit));
}
