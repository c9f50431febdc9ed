// Asking somebody, from a suggestion on.
import { isReason, timestampFromMs } from '@cortado/api';
import type { PersonCard } from '@cortado/api/gen/cortado/type/v1/person_card_pb.js';
import type { Acting } from '../people/people.js';
import { actions, button } from '../screens/blocks.js';
import { type AskForm, askForm, type Choice, timeOption } from '../screens/forms.js';
import { nameOf } from '../screens/people.js';
import { requestCard } from '../screens/request.js';
import { othersBlocks } from '../screens/suggestions.js';
import { showSuggestions } from './look.js';
import { publishHome } from './show.js';
import type { Carried, Screen, Visit } from './visit.js';

const mostChoices = 8;

/** Times that suit both, where the other one's door is open; else none: they decide first. */
async function freeTimes({ client, self }: Acting, person: string) {
  try {
    const { times } = await client.scheduling.findTimes({ people: [self, person], pageSize: 20 });
    return times.map((time) => timeOption(time, 0, 1)).filter((option) => option !== undefined);
  } catch {
    return []; // Whatever keeps us from looking keeps nobody from asking.
  }
}

async function otherChoices(visit: Visit, { client, self }: Acting, person: string): Promise<Choice[]> {
  try {
    const { suggestions } = await client.matching.suggestRoleModels({ person: self, pageSize: mostChoices + 1 });
    const others = suggestions.filter((one) => one.person !== undefined && one.person.person !== person);
    return others
      .slice(0, mostChoices)
      .map(({ person: card }) => ({ person: card?.person ?? '', name: nameOf(card, visit.words) }));
  } catch {
    return [];
  }
}

async function formFor(visit: Visit, acting: Acting, person: string): Promise<AskForm> {
  const [found, times, next] = await Promise.all([
    acting.client.profile.getPerson({ name: person }),
    freeTimes(acting, person),
    otherChoices(visit, acting, person),
  ]);
  const about = [found.title, found.department].filter((text) => text !== '').join(' · ');
  return { person, name: found.displayName, about, times, next };
}

/** The button "ask" of a suggestion. */
export async function openAsk(visit: Visit, { value }: Carried): Promise<void> {
  const { place } = visit.delivery;
  // A modal takes two more on top of it: the first is for the form, and the form is shown again in its own place.
  const isOnTop = place.kind === 'modal' && !place.isRoot;
  const screen = (isOnTop ? visit.screen() : undefined) ?? (await visit.open());
  await screen.show(askForm(visit.words, await formFor(visit, await visit.act(), value)));
}

function secondsOf({ filled }: Carried): number[] {
  const listed = (filled.get('times')?.selected_options ?? []).map(({ value }) => Number(value));
  const own = ['time1', 'time2', 'time3'].map((name) => filled.get(name)?.selected_date_time ?? 0);
  return [...new Set([...listed, ...own])].filter((seconds) => seconds > 0).sort((one, other) => one - other);
}

/** What is wrong with the form, before anything is sent: a time that has passed. */
export function checkAsk(visit: { say(code: string): string; now: Date }, { filled }: Carried): Record<string, string> {
  const wrong: Record<string, string> = {};
  for (const name of ['time1', 'time2', 'time3']) {
    const seconds = filled.get(name)?.selected_date_time;
    if (seconds && seconds * 1000 <= visit.now.getTime()) wrong[name] = visit.say('error.time_passed');
  }
  return wrong;
}

async function cardsOf({ client }: Acting, names: string[]): Promise<PersonCard[]> {
  if (names.length === 0) return [];
  const { people } = await client.profile.batchGetPeople({ names });
  return people.map((one) => ({
    $typeName: 'cortado.type.v1.PersonCard',
    person: one.name,
    displayName: one.displayName,
    title: one.title,
    department: one.department,
    timeZone: one.timeZone,
    slackUser: one.slackUser,
  }));
}

/** It could not be asked: what to do instead. */
async function askElse(visit: Visit, acting: Acting, screen: Screen, carried: Carried, thrown: unknown): Promise<void> {
  const { words } = visit;
  const person = String(carried.metadata['person'] ?? '');
  const message = carried.filled.get('message')?.value ?? '';
  if (isReason(thrown, 'OWN_LINE', 'TIME_PASSED', 'FIELD_INVALID')) {
    const form = await formFor(visit, acting, person);
    const ownLine = thrown.isReason('OWN_LINE') || carried.metadata['ownLine'] === true;
    await screen.show(askForm(words, { ...form, message, problem: thrown.userMessage, ownLine }));
    return;
  }
  if (isReason(thrown, 'NO_PLACE_LEFT')) {
    const others = await cardsOf(
      acting,
      (thrown.metadata['people'] ?? '').split(',').filter((name) => name !== ''),
    );
    await screen.tell(thrown.userMessage, othersBlocks(words, others));
    return;
  }
  if (isReason(thrown, 'NOT_AVAILABLE', 'NOT_OFFERED', 'ASKED_RECENTLY', 'RESOURCE_NOT_FOUND')) {
    await showSuggestions(visit, acting, screen, thrown.userMessage);
    return;
  }
  if (isReason(thrown, 'ALREADY_MATCHED') && thrown.metadata['match']) {
    const book = button({ text: words.say('slack.chat.book'), action: 'chat.book', value: thrown.metadata['match'] });
    await screen.tell(thrown.userMessage, actions(book));
    return;
  }
  throw thrown;
}

/** The form was sent. */
export async function submitAsk(visit: Visit, carried: Carried): Promise<void> {
  const screen = visit.screen() ?? (await visit.open());
  const acting = await visit.act();
  try {
    const request = await acting.client.matching.requestMatch({
      mentor: String(carried.metadata['person'] ?? ''),
      message: carried.filled.get('message')?.value ?? '',
      proposedTimes: secondsOf(carried)
        .slice(0, 3)
        .map((seconds) => timestampFromMs(seconds * 1000)),
      includeOwnLine: carried.metadata['ownLine'] === true,
      nextChoices: (carried.filled.get('next')?.selected_options ?? []).map(({ value }) => value ?? ''),
      requestId: visit.id('ask'),
    });
    const look = { self: acting.self, now: visit.tools.now() };
    const done = visit.words.say('slack.ask.done', { name: nameOf(request.mentor, visit.words) });
    await screen.tell(done, requestCard(visit.words, request, look).slice(1));
    await publishHome(visit);
  } catch (thrown) {
    await askElse(visit, acting, screen, carried, thrown);
  }
}
