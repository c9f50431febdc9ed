/** People of a programme, and the links that its mails bring them. */
import { ProgramKind } from '@cortado/api/gen/cortado/matching/v1/program_pb.js';
import { inviteToProgram, publishRound } from '@cortado/testing';
import type { Site, Someone } from './site.js';

/** Somebody with a link. */
export interface Linked {
  /** `people/P`. */
  readonly person: string;
  /** The whole link, as it stands in their newest mail. */
  readonly url: string;
}

/** An invitation to a coffee draw. */
export interface Invited {
  readonly program: string;
  readonly people: readonly Linked[];
}

/** Invites people to a new coffee draw, and waits for the mails with their links. */
export async function invite(site: Site, displayName: string, someones: readonly Someone[]): Promise<Invited> {
  const names: string[] = [];
  for (const someone of someones) names.push(await site.meet(someone));
  const description = 'Meet somebody new.\n\nNo <preparation> & no agenda.';
  const wish = { displayName, kind: ProgramKind.COFFEE, description };
  const program = await inviteToProgram(site.cortado, wish, names);
  const people = await Promise.all(names.map(async (person) => ({ person, url: await site.newerLink(person, '') })));
  return { program, people };
}

/** Two people whom a draw brought together, and the links in the mails about it. */
export async function pairUp(site: Site, title: string, one: Someone, other: Someone): Promise<[Linked, Linked]> {
  const { program, people } = await invite(site, title, [one, other]);
  const names = people.map(({ person }) => person);
  await publishRound(site.cortado, program, names);
  await site.advance('16m', 16 * 60_000);
  const links = people.map(async ({ person, url }) => ({ person, url: await site.newerLink(person, url) }));
  return (await Promise.all(links)) as [Linked, Linked];
}
