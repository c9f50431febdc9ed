// What the two do with a request and a match, each in their own language, wherever the buttons stand.
import { type Client, newRequestId, say, timestampFromMs } from '@cortado/api';
import { Match_Fit, Request_State } from '@cortado/api/gen/cortado/matching/v1/match_pb.js';
import { Channel } from '@cortado/api/gen/cortado/scheduling/v1/notification_pb.js';
import { waitFor } from '@cortado/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Message, Person, View } from '../testing/index.js';
import { optionsOf, startTrial, type Trial } from './site.js';

let trial: Trial;
const en = (code: string, parameters = {}) => say(code, 'en', parameters);
const de = (code: string, parameters = {}) => say(code, 'de', parameters);

beforeAll(async () => {
  trial = await startTrial();
});
afterEach(() => {
  expect(trial.slack.troubles).toEqual([]);
  expect(trial.slack.rates.breaches).toEqual([]);
});
afterAll(() => trial.stop());

interface Pair {
  asker: Person;
  asked: Person;
  message: Message;
  request: string;
  asAsker: Client;
  asAsked: Client;
}

/** An English asker, a German one asked, and the message in which they are asked. */
async function pair(
  asker: string,
  asked: string,
  more: { proposedTimes?: number[]; nextChoices?: string[] } = {},
): Promise<Pair> {
  const [one, other] = [await trial.linked(asker), await trial.linked(asked, { locale: 'de-DE' })];
  const [asAsker, asAsked] = [await trial.site.as(asker), await trial.site.as(asked)];
  const { displayName } = await asAsker.profile.getPerson({ name: `people/${asker}` });
  const { name } = await asAsker.matching.requestMatch({
    mentor: `people/${asked}`,
    message: 'May I ask you something?',
    proposedTimes: (more.proposedTimes ?? []).map((seconds) => timestampFromMs(seconds * 1000)),
    nextChoices: more.nextChoices ?? [],
    requestId: newRequestId(),
  });
  const message = await other.seesMessage(de('notification.request_received', { name: displayName }));
  for (const person of [one, other]) await closeAll(person);
  return { asker: one, asked: other, message, request: name, asAsker, asAsked };
}

async function closeAll(person: Person): Promise<void> {
  for (let modal = person.modal(); modal !== undefined; modal = person.modal()) await person.close(modal);
}

async function homeOf(person: Person, words: string): Promise<View> {
  await person.openHome();
  return person.sees(() => {
    const view = person.home();
    return view !== undefined && person.read(view).includes(words) ? view : undefined;
  });
}

/** Full hours from tomorrow noon on, in seconds. */
const tomorrow = () => Math.ceil(Date.now() / 86_400_000) * 86_400 + 86_400 + 10 * 3600;

describe('the one asked', () => {
  it('asks back, hears more, and says yes without a time', async () => {
    const { asker, asked, message, request, asAsker } = await pair('amara', 'joon');
    await asked.press(message, 'request.ask_more');
    await asked.submit(await asked.seesModal(de('slack.request.ask_more_label')), { words: 'Worüber denn?' });
    await asked.seesModal(/ist unterwegs/);
    const question = await asker.seesMessage('Worüber denn?');
    await asker.press(question, 'request.reply');
    await asker.submit(await asker.seesModal(en('slack.request.reply_label')), { words: 'About coaching.' });
    const answered = await asked.seesMessage('About coaching.');
    await asked.press(answered, 'request.accept_other');
    await asked.submit(await asked.seesModal(de('slack.slot.own')));
    await asked.seesModal(/Du hast zugesagt/);
    const told = await asker.seesMessage(en('slack.chat.book'));
    expect(asker.read(told)).toMatch(/said yes/);
    expect((await asAsker.matching.getRequest({ name: request })).state).toBe(Request_State.ACCEPTED);
    // The older message has no buttons any more.
    expect(asked.read(message)).toContain(de('slack.message.overtaken'));
    await closeAll(asked);
  });

  it('puts it off until a day that has to lie ahead', async () => {
    const { asker, asked, message, request, asAsker } = await pair('bram', 'rosa');
    await asked.press(message, 'request.postpone');
    const form = await asked.seesModal(de('slack.request.postpone_label'));
    for (const [day, code] of [
      ['2020-01-01', 'slack.request.postpone_past'],
      ['2099-01-01', 'slack.request.postpone_far'],
    ] as const) {
      const ack = await asked.submit(form, { day });
      expect(JSON.stringify(ack.body)).toContain(de(code));
    }
    const day = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
    await asked.submit(form, { day });
    await asked.seesModal(/Gerade nicht/);
    await asker.seesMessage(/cannot do it now/);
    expect((await asAsker.matching.getRequest({ name: request })).state).toBe(Request_State.POSTPONED);
    expect(asked.read(message)).toMatch(/Gerade nicht: Du kommst am/);
    await closeAll(asked);
  });

  it('says no without a reason, and the next choice is asked', async () => {
    const { asker, asked, message } = await pair('enno', 'tilo', { nextChoices: ['people/marit'] }).catch(() =>
      pair('enno', 'conor', { nextChoices: ['people/marit'] }),
    );
    const marit = await trial.linked('marit', { locale: 'de-DE' });
    await asked.press(message, 'request.decline');
    await asked.seesMessage(de('slack.request.you_closed'));
    await marit.seesMessage(de('notification.request_received', { name: 'Enno Brackwedde' }));
    const told = await asker.seesMessage(/we asked Marit Solbakke/);
    expect(asker.read(told)).not.toMatch(/declin|reason/i);
  });

  it('keeps the match when the time is gone, and hears what is free', async () => {
    const noon = tomorrow();
    const { asker, asked, message, asAsked } = await pair('zofia', 'selma', { proposedTimes: [noon] });
    const { profile } = await trial.site.as('selma');
    const { etag } = await profile.getTime({ name: 'people/selma/time' });
    const blocks = Array.from({ length: 7 }, (_, day) => ({ weekday: day + 1, startMinute: 0, endMinute: 1439 }));
    await profile.updateTime({
      time: { name: 'people/selma/time', etag, protectedBlocks: blocks },
      updateMask: { paths: ['protected_blocks'] },
      requestId: newRequestId(),
    });
    await trial.settled();
    await asked.press(message, 'request.accept:0');
    const modal = await asked.seesModal(/verbunden/);
    expect(JSON.stringify(modal.blocks)).toContain('chat.book');
    expect((await asAsked.matching.listMatches({})).matches.length).toBeGreaterThan(1);
    await asker.seesMessage(/no longer free|said yes/);
    await closeAll(asked);
  });

  it('answers from the home as well, and the message follows', async () => {
    const { asked, message } = await pair('hanne', 'mirela').catch(() => pair('hanne', 'petra'));
    const home = await homeOf(asked, 'Hanne Kjeldborg');
    await asked.press(home, 'request.decline');
    await asked.sees(() => asked.read(message).includes(de('slack.request.you_closed')));
    await asked.sees(() => !asked.read(asked.home() ?? home).includes('Hanne Kjeldborg'));
  });

  it('acts once however often the button is pressed', async () => {
    const { asked, message, asAsked, request } = await pair('dora', 'piet');
    await Promise.all([1, 2, 3].map(() => asked.press(message, 'request.decline')));
    await asked.seesMessage(de('slack.request.you_closed'));
    expect((await asAsked.matching.getRequest({ name: request })).state).toBe(Request_State.CLOSED);
    expect(asked.modal()).toBeUndefined();
  });
});

describe('the requester', () => {
  it('takes it back; the one asked has nothing left to press, and no second message', async () => {
    const { asker, asked, message } = await pair('farid', 'oskar').catch(() => pair('farid', 'odd'));
    const count = asked.messages().length;
    const home = await homeOf(asker, en('slack.request.withdraw'));
    await asker.press(home, 'request.withdraw');
    await asked.sees(() => /zurückgezogen/.test(asked.read(message)));
    expect(asked.messages()).toHaveLength(count);
    expect(JSON.stringify(message.blocks)).not.toContain('request.');
  });

  it('looks with nothing filled in, in a channel where nobody else sees it', async () => {
    const tamsin = await trial.linked('tamsin');
    const channel = trial.slack.addChannel(trial.team, 'general', [tamsin.user]);
    await tamsin.command('/coffee', '', channel.id);
    await tamsin.submit(await tamsin.seesModal(en('slack.look.skills')));
    await tamsin.seesModal(en('slack.look.again'));
    expect(trial.team.messages.get(channel.id) ?? []).toEqual([]);
  });
});

describe('a match', () => {
  it('is rated and ended in private', async () => {
    const juno = await trial.linked('juno');
    const home = await homeOf(juno, 'Kaya Stormeland');
    await juno.press(home, 'match.manage');
    await juno.submit(await juno.seesModal(en('slack.match.fit')), { fit: String(Match_Fit.NOT), end: ['end'] });
    await juno.seesModal(/has ended/);
    const { matches } = await (await trial.site.as('juno')).matching.listMatches({});
    expect(matches[0]?.fit).toBe(Match_Fit.NOT);
    await juno.sees(() => !juno.read(juno.home() ?? home).includes('Kaya Stormeland'));
  });

  it('says when no time suits both, and lets one name another', async () => {
    const farid = await trial.linked('farid');
    await closeAll(farid);
    await farid.press(await homeOf(farid, 'Selma Norlinder'), 'chat.move');
    const picker = await farid.seesModal(en('slack.slot.own'));
    expect(farid.read(picker)).toContain(en('times.none'));
    expect(optionsOf(picker, 'slot')).toEqual([]);
    await farid.submit(picker, { own: String(tomorrow() + 86_400) });
    await farid.seesModal(/Please choose another|just taken|choose another time|Free instead/);
  });
});

describe('how one hears of things', () => {
  it('is changed in the home', async () => {
    const kenji = await trial.linked('kenji');
    const home = await homeOf(kenji, en('slack.preferences.title'));
    await kenji.select(home, 'preferences.channel', String(Channel.MAIL));
    const { notifications } = await trial.site.as('kenji');
    const read = () => notifications.getNotificationPreferences({ name: 'people/kenji/notificationPreferences' });
    await waitFor(async () => (await read()).channel === Channel.MAIL);
    await kenji.select(kenji.home() ?? home, 'preferences.flags', ['digest']);
    await waitFor(async () => (await read()).digest);
    expect((await read()).anyTime).toBe(false);
  });

  it('ends with the link, and begins anew with it', async () => {
    const mattis = await trial.linked('mattis');
    await mattis.press(await homeOf(mattis, en('slack.home.linked')), 'link.end');
    await mattis.sees(() => mattis.read(mattis.home() ?? homeless()).includes(en('slack.home.unlinked')));
    await closeAll(mattis);
    await mattis.press(mattis.home() ?? homeless(), 'link.start');
    const question = await mattis.seesModal(en('slack.link.question', { name: 'Mattis Eikelund' }));
    await mattis.press(question, 'link.confirm');
    await mattis.seesModal(en('slack.link.done'));
  });
});

function homeless(): never {
  throw new Error('there is no home');
}
