// From a pair of a programme to its first chat, in two languages: over a real Cortado, whose time is moved on.
import { newRequestId, say, timestampFromMs } from '@cortado/api';
import { type Match, Match_State } from '@cortado/api/gen/cortado/matching/v1/match_pb.js';
import { Participant_State, ProgramKind } from '@cortado/api/gen/cortado/matching/v1/program_pb.js';
import { Channel } from '@cortado/api/gen/cortado/scheduling/v1/notification_pb.js';
import { inviteToProgram, publishRound } from '@cortado/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Message, Person } from '../testing/index.js';
import { startTrial, type Trial } from './site.js';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const en = (code: string, parameters = {}) => say(code, 'en', parameters);
const de = (code: string, parameters = {}) => say(code, 'de', parameters);

let trial: Trial;
beforeAll(async () => {
  trial = await startTrial();
});
afterEach(() => {
  expect(trial.slack.troubles).toEqual([]);
});
afterAll(() => trial.stop());

const later = (ms: number) => trial.moveTo(new Date(trial.slack.now() + ms));

interface Button {
  action_id: string;
  value: string;
  text: { text: string };
  style?: string;
}

/** The buttons of a message that propose or book a time, as they stand now. */
function timesOn(message: Message): Button[] {
  const rows = message.blocks.flatMap((block) => (block['elements'] ?? []) as Button[]);
  return rows.filter((one) => one.action_id?.startsWith('match.propose'));
}

async function matchOf(person: string): Promise<Match> {
  const { matching } = await trial.site.as(person);
  const { matches } = await matching.listMatches({});
  const name = matches.find(({ program, state }) => program !== '' && state === Match_State.ACTIVE)?.name ?? '';
  return matching.getMatch({ name });
}

interface Together {
  one: Person;
  other: Person;
  /** What the first one reads, in English. */
  told: Message;
}

/** Two people, the second one German, whom a draw brought together, and told. */
async function bring(one: string, other: string, title: string): Promise<Together> {
  const people = [await trial.linked(one), await trial.linked(other, { locale: 'de-DE', zone: 'Europe/Oslo' })];
  const names = [`people/${one}`, `people/${other}`];
  const program = await inviteToProgram(trial.site, { displayName: title, kind: ProgramKind.COFFEE }, names);
  await publishRound(trial.site, program, names);
  await later(16 * minuteMs);
  const [first, second] = people as [Person, Person];
  const told = await first.seesMessage(new RegExp(`${title}: you and .* are brought together`));
  await second.seesMessage(new RegExp(`${title}: Du und .* seid zusammengebracht`));
  return { one: first, other: second, told };
}

/** The two strongest of what speaks for the two, as the first one may read it. */
async function reasonsFor(person: string, mentor: string): Promise<string[]> {
  const { matching } = await trial.site.as(person);
  const { parts } = await matching.explainMatch({ person: `people/${person}`, mentor: `people/${mentor}` });
  return parts.flatMap(({ reason }) => reason?.text ?? []).slice(0, 2);
}

/** The messages that show somebody a chat with `partner` that can still be moved. */
function chatsIn(person: Person, partner: string): Message[] {
  const isChat = (text: string) => text.includes(partner) && /\b(?:Move|Verschieben)\b/.test(text);
  return person.messages().filter((message) => isChat(person.read(message)));
}

async function readByMail(person: string): Promise<void> {
  const { notifications } = await trial.site.as(person);
  const name = `people/${person}/notificationPreferences`;
  const { etag } = await notifications.getNotificationPreferences({ name });
  const preferences = { name, etag, channel: Channel.MAIL };
  const updateMask = { paths: ['channel'] };
  await notifications.updateNotificationPreferences({ preferences, updateMask, requestId: newRequestId() });
}

/** Keeps the whole weekday of a button's time free of chats for `person`. */
async function protectDayOf(button: Button | undefined, person: string): Promise<void> {
  const { profile } = await trial.site.as(person);
  const name = `people/${person}/time`;
  const { etag } = await profile.getTime({ name });
  const day = new Date(Number(button?.value.split('@')[1]) * 1000).getUTCDay();
  const protectedBlocks = [{ weekday: day === 0 ? 7 : day, startMinute: 0, endMinute: 1439 }];
  const updateMask = { paths: ['protected_blocks'] };
  await profile.updateTime({ time: { name, etag, protectedBlocks }, updateMask, requestId: newRequestId() });
  await trial.settled();
}

describe('two people of a draw', () => {
  it('are told why and when, and the second tap books what the first one proposed', async () => {
    const { one, other, told } = await bring('lotte', 'marit', 'Friday coffee');
    expect(one.read(told)).toContain(en('slack.pair.how', { name: 'Marit Solbakke' }));
    expect(one.read(told)).toContain(en('slack.chat.book'));
    const reasons = await reasonsFor('lotte', 'marit');
    expect(reasons.length).toBeGreaterThan(0);
    for (const reason of reasons) expect(one.read(told)).toContain(reason);
    const [first, ...more] = timesOn(told);
    expect(more.length).toBeGreaterThan(0);
    await one.press(told, first?.action_id ?? '');
    const time = first?.text.text ?? '';
    await one.seesMessage(en('slack.pair.proposed', { name: 'Marit Solbakke', time }));

    const asked = await other.seesMessage(/Lotte Ammerdink schlägt .* vor/);
    const [yes, ...counter] = timesOn(asked);
    expect([yes?.style, yes?.value, counter.length]).toEqual(['primary', first?.value, 2]);
    expect(yes?.text.text).toMatch(/^Ja, buchen: \p{L}{2} \d/u);
    await other.press(asked, yes?.action_id ?? '');
    await other.sees(() => other.read(asked).includes('Dein Chat mit Lotte Ammerdink ist gebucht'));
    const { chat, chosenTime } = await matchOf('lotte');
    expect(chat).toMatch(/^chats\//);
    expect(yes?.value).toMatch(new RegExp(`@${chosenTime?.seconds}$`));

    // One hears of it, and the older message has no buttons any more; the other one has it before their eyes.
    await one.sees(() => chatsIn(one, 'Marit Solbakke').length === 1);
    await one.sees(() => one.read(told).includes(en('slack.message.overtaken')));
    // Whoever booked it is told nothing more.
    expect(chatsIn(other, 'Lotte Ammerdink')).toHaveLength(1);
  });

  it('see new times where one went meanwhile, and nothing is booked', async () => {
    const { one, other, told } = await bring('farid', 'dora', 'Tuesday tea');
    const [first] = timesOn(told);
    await protectDayOf(first, 'dora');
    await one.press(told, first?.action_id ?? '');
    await one.sees(() => one.read(told).includes(en('match.time_taken')));
    const values = timesOn(told).map(({ value }) => value);
    expect(values.length).toBeGreaterThan(0);
    expect(values).not.toContain(first?.value);
    expect((await matchOf('dora')).proposals).toEqual([]);
    expect(other.messages().some((message) => /Farid.* schlägt/.test(other.read(message)))).toBe(false);
  });

  it('get new times once after three days, and again where those have passed', async () => {
    const { one, told } = await bring('enno', 'hanne', 'Monday mocha');
    await later(4 * dayMs);
    const offered = await one.seesMessage(/You and Hanne Kjeldborg have no chat yet/);
    await one.sees(() => timesOn(told).length === 0);
    const [first] = timesOn(offered);
    await later(21 * dayMs);
    await one.press(offered, first?.action_id ?? '');
    await one.sees(() => one.read(offered).includes(en('error.time_passed')));
    const values = timesOn(offered).map(({ value }) => value);
    expect(values.length).toBeGreaterThan(0);
    expect(values).not.toContain(first?.value);
  });
});

describe('a button pressed too late', () => {
  it('shows the chat that was booked elsewhere', async () => {
    const { one, told } = await bring('amara', 'bram', 'Late latte');
    // What comes now reaches them by mail: the message with the buttons stands as it was.
    await readByMail('amara');
    const [late, , chosen] = timesOn(told);
    const { name } = await matchOf('amara');
    const startTime = timestampFromMs(Number(chosen?.value.split('@')[1]) * 1000);
    for (const person of ['bram', 'amara']) {
      const { matching } = await trial.site.as(person);
      await matching.proposeTime({ match: name, startTime, requestId: newRequestId() });
    }
    await one.press(told, late?.action_id ?? '');
    await one.sees(() => /^Your chat with Bram.* is booked already/.test(one.read(told)));
    expect(one.read(told)).toContain(en('slack.chat.move'));
    expect(timesOn(told)).toEqual([]);
  });

  it('says that the match is over', async () => {
    const { one, told } = await bring('conor', 'petra', 'Past pour');
    await readByMail('conor');
    const { matching } = await trial.site.as('petra');
    await matching.endMatch({ name: (await matchOf('petra')).name, requestId: newRequestId() });
    await one.press(told, timesOn(told)[0]?.action_id ?? '');
    await one.sees(() => one.read(told).includes(en('slack.pair.over')));
  });
});

describe('an opt-out draw', () => {
  it('is left with one tap, of which nobody learns', async () => {
    const rosa = await trial.linked('rosa');
    const joon = await trial.linked('joon', { locale: 'de-DE' });
    const wish = { displayName: 'Daily drip', kind: ProgramKind.COFFEE, optOut: true };
    const program = await inviteToProgram(trial.site, wish, ['people/rosa', 'people/joon']);
    const invited = await rosa.seesMessage(/Daily drip: from .* you are in these coffee draws/);
    expect(rosa.read(invited)).toContain(en('slack.program.leave_out'));
    await rosa.press(invited, 'program.not_now');
    await rosa.sees(() => rosa.read(invited).includes(en('slack.program.declined', { title: 'Daily drip' })));
    const asked = await joon.seesMessage(/Daily drip: Ab .* bist du bei diesen Kaffeerunden dabei/);
    expect(joon.read(asked)).toContain(de('slack.program.leave_out'));
    await later(10 * dayMs);
    const { matching } = await trial.site.operator();
    const { participants } = await matching.listParticipants({ program });
    const states = participants.map(({ person, state }) => [person?.person, state]).sort();
    // Whoever says nothing looks like whoever said no: that is told to nobody.
    expect(states).toEqual([
      ['people/joon', Participant_State.INVITED],
      ['people/rosa', Participant_State.INVITED],
    ]);

    const known = await matching.getProgram({ name: program });
    const updateMask = { paths: ['archived'] };
    await matching.updateProgram({ program: { ...known, archived: true }, updateMask, requestId: newRequestId() });
    await joon.press(asked, 'program.not_now');
    await joon.sees(() => joon.read(asked).includes(de('slack.program.over', { title: 'Daily drip' })));
  });
});
