// A coffee draw as people live it in Slack: invited, joined or not now, warned, skipped, brought together, left out, and
// taken back; over a real Cortado, whose time is moved on.
import { newRequestId, timestampFromMs } from '@cortado/api';
import { ProgramKind } from '@cortado/api/gen/cortado/matching/v1/program_pb.js';
import { Round_State } from '@cortado/api/gen/cortado/matching/v1/round_pb.js';
import { waitFor } from '@cortado/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '../testing/index.js';
import { startTrial, type Trial } from './site.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

describe('a programme in Slack', () => {
  let trial: Trial;
  let lotte: Person;
  let marit: Person;
  let program = '';

  beforeAll(async () => {
    trial = await startTrial();
    lotte = await trial.linked('lotte');
    marit = await trial.linked('marit', { locale: 'de-DE', zone: 'Europe/Oslo' });
    const { matching } = await trial.site.operator();
    const made = await matching.createProgram({
      program: {
        displayName: 'Friday coffee',
        kind: ProgramKind.COFFEE,
        everyWeeks: 1,
        nextRoundTime: timestampFromMs(trial.slack.now() + 4 * dayMs),
      },
      requestId: newRequestId(),
    });
    program = made.name;
    const people = ['people/lotte', 'people/marit'];
    await matching.inviteParticipants({ program, people, requestId: newRequestId() });
  });
  afterAll(async () => {
    await trial.stop();
  });

  const later = (ms: number) => trial.moveTo(new Date(trial.slack.now() + ms));
  async function rounds() {
    const { matching } = await trial.site.operator();
    return (await matching.listRounds({ program })).rounds;
  }

  it('asks, warns, lets one sit out, brings two together, and takes it back kindly', async () => {
    const invited = await lotte.seesMessage(/You are invited to Friday coffee/);
    await lotte.press(invited, 'program.not_now');
    await lotte.seesMessage(/Nobody learns of it/);
    const asked = await marit.seesMessage(/Du bist zu Friday coffee eingeladen/);
    await marit.press(asked, 'program.join');
    await marit.seesMessage(/Du bist dabei: Friday coffee/);
    const { matching } = await trial.site.as('lotte');
    await matching.respondToInvitation({ program, answer: 1, requestId: newRequestId() });

    await later(dayMs + hourMs);
    const warned = await lotte.seesMessage(/Friday coffee: you are in the next round/);
    await lotte.press(warned, 'program.skip');
    const skipped = await lotte.seesMessage(/you sit the next round out/);
    await lotte.press(skipped, 'program.take_part');
    await lotte.seesMessage(/Friday coffee: you are in the next round\./);

    await later(3 * dayMs);
    await waitFor(async () => (await rounds())[0]?.state === Round_State.PUBLISHED);
    await later(hourMs);
    const together = await lotte.seesMessage(/Friday coffee: you and Marit Solbakke are brought together/);
    expect(lotte.read(together)).toContain('Find a time');
    await marit.seesMessage(/Du und Lotte Ammerdink seid zusammengebracht/);

    const operator = await trial.site.operator();
    const round = (await rounds())[0]?.name ?? '';
    await operator.matching.undoRound({ name: round, requestId: newRequestId() });
    await lotte.seesMessage(/the match with Marit Solbakke is taken back/);
    await marit.seesMessage(/Die Verbindung mit Lotte Ammerdink ist zurückgenommen/);
    expect(trial.slack.troubles).toEqual([]);
  });
});
