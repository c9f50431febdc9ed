// Programmes: joining or not now, sitting the next round out or taking part after all.
import { RespondToInvitationRequest_Answer as Answer } from '@cortado/api/gen/cortado/matching/v1/program_pb.js';
import type { Block } from '../screens/blocks.js';
import { saidMessage } from '../screens/message.js';
import { skipBlocks, takePartBlocks } from '../screens/program.js';
import { sayInPlace } from './show.js';
import type { Carried, Visit } from './visit.js';

// Says what came of it in place of the message it was done in.
function say(visit: Visit, code: string, parameters: Record<string, string>, blocks: readonly Block[]): Promise<void> {
  return sayInPlace(visit, saidMessage(visit.words.say(code, parameters), blocks));
}

async function respond(visit: Visit, { value }: Carried, answer: Answer): Promise<void> {
  const { client } = await visit.act();
  const { archived, displayName } = await client.matching.getProgram({ name: value });
  if (archived) return say(visit, 'slack.program.over', { title: displayName }, []);
  await client.matching.respondToInvitation({ program: value, answer, requestId: visit.id('respond') });
  const joined = answer === Answer.JOIN;
  await say(visit, joined ? 'slack.program.joined' : 'slack.program.declined', { title: displayName }, []);
}

/** "Join": as one was invited. */
export async function joinProgram(visit: Visit, carried: Carried): Promise<void> {
  await respond(visit, carried, Answer.JOIN);
}

/** "Not now", which nobody learns. */
export async function declineProgram(visit: Visit, carried: Carried): Promise<void> {
  await respond(visit, carried, Answer.NOT_NOW);
}

async function skip(visit: Visit, { value }: Carried, takePart: boolean): Promise<void> {
  const { client } = await visit.act();
  const { archived, displayName } = await client.matching.getProgram({ name: value });
  if (archived) return say(visit, 'slack.program.over', { title: displayName }, []);
  await client.matching.skipRound({ program: value, takePart, requestId: visit.id('skip') });
  const code = takePart ? 'slack.program.takes_part' : 'slack.program.skipped';
  const blocks = takePart ? skipBlocks(visit.words, value) : takePartBlocks(visit.words, value);
  await say(visit, code, { title: displayName }, blocks);
}

/** Sits the next round out. */
export async function skipRound(visit: Visit, carried: Carried): Promise<void> {
  await skip(visit, carried, false);
}

/** Takes part in it after all. */
export async function takePart(visit: Visit, carried: Carried): Promise<void> {
  await skip(visit, carried, true);
}
