#!/usr/bin/env node
// The main job as the conversation that two people see in Slack, on a terminal: `make demo SLACK=1`.
import { say } from '@cortado/api';
import { type Person, transcript } from '../testing/index.js';
import { optionsOf, startTrial, type Trial } from './site.js';

// Monday, 15:10 in Hamburg and 09:10 in Boston: both are at work.
function nextMonday(now: number): Date {
  const day = new Date(now);
  const days = (8 - day.getUTCDay()) % 7 || 7;
  return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate() + days, 14, 10));
}

async function ask(lotte: Person): Promise<void> {
  const tell = (code: string, parameters = {}) => say(code, 'de', parameters);
  await lotte.command('/coffee');
  await lotte.press(await lotte.seesModal(tell('slack.link.question', { name: 'Lotte Ammerdink' })), 'link.confirm');
  await lotte.submit(await lotte.seesModal(tell('slack.look.skills')), { skills: 'Coaching', kind: '8' });
  await lotte.press(await lotte.seesModal(tell('slack.look.again')), 'ask.open', 'people/rosa');
  const form = await lotte.seesModal(tell('slack.ask.message'));
  const message = 'Ich soll zum ersten Mal jemanden anleiten. Wie hast du angefangen?';
  await lotte.submit(form, { message, next: optionsOf(form, 'next').slice(0, 1) });
  await lotte.seesModal(tell('slack.ask.done', { name: 'Rosa Quintavel' }));
}

async function talk(lotte: Person, rosa: Person): Promise<void> {
  const asked = await rosa.seesMessage(say('notification.request_received', 'en', { name: 'Lotte Ammerdink' }));
  await rosa.press(asked, 'request.ask_more');
  await rosa.submit(await rosa.seesModal(say('slack.request.ask_more_label', 'en')), {
    words: 'Gladly! Whom will you lead, and from when on?',
  });
  const question = await lotte.seesMessage(say('notification.details_asked', 'de', { name: 'Rosa Quintavel' }));
  await lotte.press(question, 'request.reply');
  await lotte.submit(await lotte.seesModal(say('slack.request.reply_label', 'de')), {
    words: 'Zwei Werkstudierende, ab Januar.',
  });
}

async function meet(trial: Trial, lotte: Person, rosa: Person): Promise<void> {
  const answered = await rosa.seesMessage(say('notification.details_given', 'en', { name: 'Lotte Ammerdink' }));
  await rosa.press(answered, 'request.accept_other');
  // Wednesday, 09:30 in Boston.
  const own = String(nextMonday(trial.slack.now() - 86_400_000).getTime() / 1000 + 2 * 86_400 + 20 * 60);
  await rosa.submit(await rosa.seesModal(say('slack.slot.own', 'en')), { own });
  await rosa.seesModal(say('slack.request.accepted_booked', 'en', { name: 'Lotte Ammerdink' }));

  const booked = await lotte.seesMessage(/Dein Chat mit Rosa Quintavel ist gebucht/);
  await lotte.press(booked, 'chat.move');
  const picker = await lotte.seesModal(say('slack.slot.listed', 'de'));
  await lotte.submit(picker, { slot: optionsOf(picker, 'slot').at(-1) ?? '' });
  await lotte.seesModal(say('slack.chat.moved', 'de', { name: 'Rosa Quintavel' }));

  const moved = await rosa.seesMessage(/has a new time/);
  await rosa.press(moved, 'chat.cancel');
  await rosa.seesMessage(say('slack.chat.cancelled', 'en', { name: 'Lotte Ammerdink' }));
  await lotte.seesMessage(/ist abgesagt/);
  const homes = () => trial.slack.entries.filter(({ kind, user }) => kind === 'home' && user === lotte.user.id).length;
  const before = homes();
  await lotte.openHome();
  await lotte.sees(() => homes() > before);
}

async function main(): Promise<void> {
  const trial = await startTrial();
  try {
    await trial.moveTo(nextMonday(trial.slack.now()));
    const lotte = trial.user('lotte', { realName: 'Lotte', locale: 'de-DE', zone: 'Europe/Berlin' });
    const rosa = await trial.linked('rosa', { realName: 'Rosa', locale: 'en-US', zone: 'America/New_York' });
    const before = trial.slack.entries.length;
    await ask(lotte);
    await talk(lotte, rosa);
    await meet(trial, lotte, rosa);
    const clock = ({ zone }: { zone: string }, at: number) =>
      new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit', timeZone: zone }).format(
        at,
      );
    const look = { colour: process.stdout.isTTY, clock };
    process.stdout.write(transcript(trial.slack.entries.slice(before), [lotte.user, rosa.user], look));
    if (trial.slack.troubles.length > 0) throw new Error(JSON.stringify(trial.slack.troubles));
  } finally {
    await trial.stop();
  }
}

await main();
