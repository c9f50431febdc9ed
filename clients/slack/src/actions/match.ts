// A match: how it fits, and its end.
import { Match_Fit } from '@cortado/api/gen/cortado/matching/v1/match_pb.js';
import type { Acting } from '../people/people.js';
import { matchForm, partnerOf } from '../screens/match.js';
import { nameOf } from '../screens/people.js';
import { originOf } from './answer.js';
import { publishHome } from './show.js';
import type { Carried, Visit } from './visit.js';

/** "How is it going?" */
export async function openManage(visit: Visit, { value }: Carried): Promise<void> {
  const screen = await visit.open();
  const acting = await visit.act();
  const match = await acting.client.matching.getMatch({ name: value });
  await screen.show(matchForm(visit.words, match, acting.self, { match: value, origin: originOf(visit) }));
}

async function save(visit: Visit, { client }: Acting, name: string, fit: Match_Fit, ends: boolean) {
  const endsWithFit = ends && fit === Match_Fit.NOT;
  if (fit !== Match_Fit.UNSPECIFIED) {
    await client.matching.rateFit({ name, fit, endMatch: endsWithFit, requestId: visit.id('fit') });
  }
  if (ends && !endsWithFit) await client.matching.endMatch({ name, requestId: visit.id('end') });
  return client.matching.getMatch({ name });
}

/** The form was sent. */
export async function submitManage(visit: Visit, carried: Carried): Promise<void> {
  const screen = visit.screen() ?? (await visit.open());
  const acting = await visit.act();
  const fit = Number(carried.filled.get('fit')?.selected_option?.value ?? 0);
  const ends = (carried.filled.get('end')?.selected_options ?? []).length > 0;
  const match = await save(visit, acting, String(carried.metadata['match'] ?? ''), fit, ends);
  const name = nameOf(partnerOf(match, acting.self), visit.words);
  await screen.tell(visit.words.say(ends ? 'slack.match.ended' : 'slack.match.saved', { name }));
  await publishHome(visit);
}
