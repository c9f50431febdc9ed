// `/coffee`: what one looks for, and who could be asked.
import { setTimeout as sleep } from 'node:timers/promises';
import { isReason } from '@cortado/api';
import { DestinationKind } from '@cortado/api/gen/cortado/profile/v1/person_pb.js';
import type { Acting } from '../people/people.js';
import { type LookAnswers, lookForm } from '../screens/forms.js';
import { mostSuggestions, suggestionsModal } from '../screens/suggestions.js';
import type { Carried, Screen, Visit } from './visit.js';

async function lastDestination({ client, self }: Acting) {
  const { destinations } = await client.profile.listDestinations({ parent: self, pageSize: 1 });
  return destinations[0];
}

/** Shows the form; `/coffee go, rust` has it filled in already. */
export async function openLook(visit: Visit, { value }: Pick<Carried, 'value'>): Promise<void> {
  const screen = await visit.open();
  await showLook(visit, screen, { skills: value });
}

/** The form on a screen that is open. */
export async function showLook(visit: Visit, screen: Screen, answers: LookAnswers, problem?: string): Promise<void> {
  const last = await lastDestination(await visit.act());
  await screen.show(lookForm(visit.words, last, answers, problem));
}

/** The form again, in place of what was found. */
export async function lookAgain(visit: Visit): Promise<void> {
  const screen = visit.screen() ?? (await visit.open());
  await showLook(visit, screen, {});
}

function answersOf({ filled }: Carried): LookAnswers {
  return {
    skills: filled.get('skills')?.value ?? '',
    kind: Number(filled.get('kind')?.selected_option?.value ?? 0),
    text: filled.get('text')?.value ?? '',
  };
}

const mostNames = 20;
// The matching service hears of what was just said by the profile service's feed, mostly within a tenth of this.
const heardWithinMs = 400;

/** Adds the skills named to those wanted; those wanted already stay as they are. */
async function wantSkills(visit: Visit, { client, self }: Acting, text: string): Promise<boolean> {
  const names = text
    .split(/[,;\n]/)
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .slice(0, mostNames);
  if (names.length === 0) return false;
  const [{ resolved }, person] = await Promise.all([
    client.profile.resolveSkills({ texts: names }),
    client.profile.getPerson({ name: self }),
  ]);
  const wanted = new Set(person.skillsWanted.map(({ skill }) => skill));
  // A name that means nothing, or several things, goes as it is: the service says what is wrong with it.
  const added = [...new Set(resolved.map(({ skill, text: said }) => skill?.name ?? said))].filter(
    (name) => !wanted.has(name),
  );
  if (added.length === 0) return false;
  const skillsWanted = [...person.skillsWanted, ...added.map((skill) => ({ skill }))];
  await client.profile.updatePerson({
    person: { name: self, etag: person.etag, skillsWanted },
    updateMask: { paths: ['skills_wanted'] },
    requestId: visit.id('want', person.etag),
  });
  return true;
}

async function goTo(visit: Visit, { client, self }: Acting, { kind = 0, text = '' }: LookAnswers): Promise<boolean> {
  if (kind === 0 && text.trim() === '') return false;
  const destination = { kind: kind === 0 ? DestinationKind.NOT_SURE_YET : kind, text: text.trim() };
  await client.profile.createDestination({ parent: self, destination, requestId: visit.id('destination') });
  return true;
}

/** Shows who could be asked; `heard` stands on top. */
export async function showSuggestions(visit: Visit, acting: Acting, screen: Screen, heard?: string): Promise<void> {
  const { client, self } = acting;
  const found = await client.matching.suggestRoleModels({ person: self, pageSize: mostSuggestions });
  await screen.show(suggestionsModal(visit.words, found, heard));
}

/** The form was sent. */
export async function submitLook(visit: Visit, carried: Carried): Promise<void> {
  const screen = visit.screen() ?? (await visit.open());
  const acting = await visit.act();
  const answers = answersOf(carried);
  try {
    const wantsMore = await wantSkills(visit, acting, answers.skills ?? '');
    const goesElsewhere = await goTo(visit, acting, answers);
    if (wantsMore || goesElsewhere) await sleep(heardWithinMs);
  } catch (thrown) {
    if (!isReason(thrown, 'SKILL_UNKNOWN', 'SKILL_AMBIGUOUS', 'FIELD_INVALID', 'ETAG_MISMATCH')) throw thrown;
    await screen.show(lookForm(visit.words, await lastDestination(acting), answers, thrown.userMessage));
    return;
  }
  await showSuggestions(visit, acting, screen);
}
