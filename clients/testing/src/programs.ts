// Programmes for tests, as HR and the people of them make them.
import { newRequestId } from '@cortado/api';
import {
  type ProgramKind,
  RespondToInvitationRequest_Answer,
} from '@cortado/api/gen/cortado/matching/v1/program_pb.js';
import { Round_State } from '@cortado/api/gen/cortado/matching/v1/round_pb.js';
import type { TestCortado } from './cortado.js';
import { waitFor } from './wait.js';

/** A programme to make. */
export interface ProgramWish {
  displayName: string;
  kind: ProgramKind;
  description?: string;
  /** Of a coffee draw: in from a date on unless one says no; makes the organisation allow it. */
  optOut?: boolean;
}

async function allowOptOut(cortado: TestCortado): Promise<void> {
  const { profile } = await cortado.operator();
  const { etag, displayName } = await profile.getOrganization({});
  await profile.updateOrganization({
    organization: { etag, displayName, coffeeOptOut: true },
    updateMask: { paths: ['coffee_opt_out'] },
    requestId: newRequestId(),
  });
}

/** Makes a programme and invites `people` (`people/P`); returns its name. */
export async function inviteToProgram(cortado: TestCortado, program: ProgramWish, people: string[]): Promise<string> {
  if (program.optOut === true) await allowOptOut(cortado);
  const { matching } = await cortado.operator();
  // The matching service hears of a change of the organisation, and of new people, a moment later.
  const { name } = await waitFor(() => matching.createProgram({ program, requestId: newRequestId() }));
  await waitFor(() => matching.inviteParticipants({ program: name, people, requestId: newRequestId() }));
  return name;
}

/** Lets `people` join `program`, and publishes a round of it, which they hear of 15 minutes later; returns its name. */
export async function publishRound(cortado: TestCortado, program: string, people: string[]): Promise<string> {
  for (const person of people) {
    const { matching } = await cortado.as(person.replace('people/', ''));
    const answer = RespondToInvitationRequest_Answer.JOIN;
    await matching.respondToInvitation({ program, answer, requestId: newRequestId() });
  }
  const { matching } = await cortado.operator();
  const { name } = await matching.createRound({ program, requestId: newRequestId() });
  await matching.runRound({ name, requestId: newRequestId() });
  await waitFor(async () => (await matching.getRound({ name })).state === Round_State.SUCCEEDED, { what: 'a round' });
  await matching.publishRound({ name, requestId: newRequestId() });
  return name;
}
