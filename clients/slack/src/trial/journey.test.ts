// The main job, as two people live it: link, look, ask, yes with a time, booked, moved, cancelled.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '../testing/index.js';
import { optionsOf, startTrial, type Trial } from './site.js';

let trial: Trial;
let lotte: Person;
let marit: Person;

beforeAll(async () => {
  trial = await startTrial();
  lotte = await trial.linked('lotte');
  marit = await trial.linked('marit', { locale: 'de-DE', zone: 'Europe/Oslo' });
});
afterAll(() => trial.stop());

describe('the journey', () => {
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
    // Enno’s chat with her, of the seed, may have been told by Slack too.
    expect(marit.messages().filter((message) => marit.read(message).includes('Lotte Ammerdink'))).toHaveLength(1);

    const booked = await lotte.seesMessage(/Your chat with Marit Solbakke is booked/);
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
    expect(trial.slack.troubles).toEqual([]);
    expect(trial.slack.rates.breaches).toEqual([]);
  });
});
