// The main job, as two people live it: link, look, ask, yes with a time, booked, moved, cancelled. Over one process that is
// all of Cortado, and over three servers with their Redis; with a mail server, whose invitations keep calendars true.
import { newRequestId } from '@cortado/api';
import { Booking } from '@cortado/api/gen/cortado/profile/v1/person_pb.js';
import { type MailServer, partOf, startMailServer, waitFor } from '@cortado/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '../testing/index.js';
import { optionsOf, startTrial, type Trial } from './site.js';

interface Facts {
  displayName: string;
  timeZone: string;
  held: string[];
  wanted: string[];
}

/** Somebody who wants something, and offers to mentor with an open door. */
async function plant({ site }: Trial, id: string, { displayName, timeZone, held, wanted }: Facts): Promise<void> {
  const operator = await site.operator();
  const person = { displayName, timeZone, email: `${id}@example.org`, languages: ['en'], active: true, department: id };
  for (const displayName of new Set([...held, ...wanted])) {
    await operator.profile.createSkill({ skill: { displayName }, requestId: newRequestId() }).catch(() => undefined);
  }
  const { name, etag } = await operator.profile.createPerson({ person, personId: id, requestId: newRequestId() });
  const { profile } = await site.as(id);
  await profile.updatePerson({
    person: {
      name,
      etag,
      skillsHeld: held.map((skill) => ({ skill, level: 5 })),
      skillsWanted: wanted.map((skill) => ({ skill, level: 4 })),
    },
    updateMask: { paths: ['skills_held', 'skills_wanted'] },
    requestId: newRequestId(),
  });
  await profile.updateOffer({
    offer: { name: `${name}/offer`, mentor: true, mentee: true, places: 3, booking: Booking.OPEN_DOOR },
    updateMask: { paths: ['mentor', 'mentee', 'places', 'booking'] },
    requestId: newRequestId(),
  });
}

describe.each([
  { topology: 'one process', separate: false },
  { topology: 'three servers', separate: true },
])('the journey over $topology', ({ separate }) => {
  let mail: MailServer;
  let trial: Trial;
  let lotte: Person;
  let marit: Person;

  beforeAll(async () => {
    mail = await startMailServer();
    trial = await startTrial({ cortado: { separate, smtp: mail.address } });
    if (separate) {
      const speaking = ['Public speaking'];
      const [oslo, berlin] = ['Europe/Oslo', 'Europe/Berlin'];
      await plant(trial, 'marit', { displayName: 'Marit Solbakke', timeZone: oslo, held: speaking, wanted: [] });
      await plant(trial, 'lotte', { displayName: 'Lotte Ammerdink', timeZone: berlin, held: ['Go'], wanted: speaking });
      await trial.settled();
    }
    lotte = await trial.linked('lotte');
    marit = await trial.linked('marit', { locale: 'de-DE', zone: 'Europe/Oslo' });
  });
  afterAll(async () => {
    await trial.stop();
    await mail.stop();
  });

  const aboutLotte = () => marit.messages().filter((message) => marit.read(message).includes('Lotte Ammerdink'));
  const invitations = (method: string) =>
    mail.mails().filter(({ parts }) => parts.some((part) => part.type === 'text/calendar' && part.method === method));

  it('goes from a look to a chat that is cancelled, and everybody is told once', async () => {
    await lotte.command('/coffee');
    const form = await lotte.seesModal(/Who could help you along/);
    await lotte.submit(form, { skills: 'Go', kind: '8' });
    const found = await lotte.seesModal(/Ask for a chat/);
    expect(lotte.read(found)).toMatch(/A strong fit|Some things in common|One thing in common/);
    expect(lotte.read(found)).not.toMatch(/score|[0-9]+ ?%/i);

    await lotte.press(found, 'ask.open', 'people/marit');
    const ask = await lotte.seesModal(/You are about to ask Marit Solbakke/);
    const times = optionsOf(ask, 'times');
    expect(times.length).toBeGreaterThan(3);
    await lotte.submit(ask, { message: 'How did you learn to speak on a stage?', times: times.slice(0, 2) });
    await lotte.seesModal(/on its way to Marit Solbakke/);

    const asked = await marit.seesMessage(/Lotte Ammerdink möchte sich mit dir auf einen Kaffee treffen/);
    expect(marit.read(asked)).toContain('How did you learn to speak on a stage?');
    await marit.press(asked, 'request.accept:0');
    await marit.seesMessage(/Du hast zugesagt. Dein Chat mit Lotte Ammerdink ist gebucht/);

    const booked = await lotte.seesMessage(/Your chat with Marit Solbakke is booked/);
    await waitFor(() => invitations('REQUEST').length >= 2, { limitMs: 20_000 });
    expect(aboutLotte()).toHaveLength(1);
    await lotte.press(booked, 'chat.move');
    const picker = await lotte.seesModal(/Times that suit both of you/);
    const slot = optionsOf(picker, 'slot').at(-1) ?? '';
    await lotte.submit(picker, { slot });
    await lotte.seesModal(/has a new time/);
    await lotte.seesMessage(/has a new time/);

    const moved = await marit.seesMessage(/Dein Chat mit Lotte Ammerdink hat eine neue Zeit/);
    await marit.press(moved, 'chat.cancel');
    await marit.seesMessage(/Dein Chat mit Lotte Ammerdink ist abgesagt/);
    await lotte.seesMessage(/Your chat with Marit Solbakke is cancelled/);
    await waitFor(() => invitations('CANCEL').length >= 2, { limitMs: 20_000 });
    expect(partOf(invitations('CANCEL')[0] ?? fail(), 'text/calendar')).toContain('METHOD:CANCEL');
    expect(trial.slack.troubles).toEqual([]);
    expect(trial.slack.rates.breaches).toEqual([]);
  });
});

function fail(): never {
  throw new Error('there is no such mail');
}
