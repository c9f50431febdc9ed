// Everything that can be refused, as the one who asked for it reads it, in both languages.
import { type Client, newRequestId, say } from '@cortado/api';
import { Match_Fit } from '@cortado/api/gen/cortado/matching/v1/match_pb.js';
import { Booking } from '@cortado/api/gen/cortado/profile/v1/person_pb.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person, View } from '../testing/index.js';
import { optionsOf, startTrial, type Trial } from './site.js';

const languages = [
  { language: 'en', locale: 'en-GB' },
  { language: 'de', locale: 'de-DE' },
] as const;

describe.each(languages)('what $language readers are told', ({ language, locale }) => {
  let trial: Trial;
  const tell = (code: string, parameters?: Parameters<typeof say>[2]) => say(code, language, parameters);

  beforeAll(async () => {
    trial = await startTrial();
  });
  afterAll(async () => {
    expect(trial.slack.troubles).toEqual([]);
    await trial.stop();
  });

  async function closeAll(person: Person): Promise<void> {
    for (let modal = person.modal(); modal !== undefined; modal = person.modal()) await person.close(modal);
  }
  /** Somebody who is about to ask the first person suggested. */
  async function asking(id: string) {
    const who = await trial.linked(id, { locale });
    const api = await trial.site.as(id);
    await closeAll(who);
    await who.command('/coffee');
    await who.submit(await who.seesModal(tell('slack.look.skills')));
    const found = await who.seesModal(tell('slack.look.again'));
    const buttons = found.blocks.flatMap(
      (block) => (block['elements'] ?? []) as { action_id?: string; value?: string }[],
    );
    const target = buttons.find(({ action_id: action }) => action === 'ask.open')?.value ?? '';
    await who.press(found, 'ask.open', target);
    const form = await who.seesModal(tell('slack.ask.message'));
    return { who, api, form, target, other: await trial.site.as(target.slice('people/'.length)) };
  }
  async function offer(
    { profile }: Client,
    person: string,
    change: { mentor?: boolean; booking?: Booking; places?: number },
  ) {
    const { etag } = await profile.getOffer({ name: `${person}/offer` });
    await profile.updateOffer({
      offer: { name: `${person}/offer`, etag, ...change },
      updateMask: { paths: Object.keys(change) },
      requestId: newRequestId(),
    });
    await trial.settled();
  }
  async function give(id: string, weeklyMinutes: number): Promise<void> {
    const { profile } = await trial.site.as(id);
    const { etag } = await profile.getTime({ name: `people/${id}/time` });
    const time = { name: `people/${id}/time`, etag, weeklyMinutes };
    await profile.updateTime({ time, updateMask: { paths: ['weekly_minutes'] }, requestId: newRequestId() });
    await trial.settled();
  }
  async function homeWith(person: Person, action: string): Promise<View> {
    await person.openHome();
    return person.sees(() => {
      const view = person.home();
      return view !== undefined && JSON.stringify(view.blocks).includes(action) ? view : undefined;
    });
  }

  it('names a skill that nobody knows, and keeps what was typed', async () => {
    const lotte = await trial.linked('lotte', { locale });
    await lotte.command('/coffee', 'Xylophonistik');
    await lotte.submit(await lotte.seesModal(tell('slack.look.skills')));
    const again = await lotte.seesModal(
      language === 'de' ? /Diese Fähigkeit kennen wir nicht/ : /We do not know this skill/,
    );
    expect(JSON.stringify(again.blocks)).toContain('Xylophonistik');
  });

  it('says honestly that there is nothing to go by', async () => {
    const quirin = await trial.linked('quirin', { locale });
    await quirin.command('/coffee');
    await quirin.submit(await quirin.seesModal(tell('slack.look.skills')));
    await quirin.seesModal(tell('suggest.nothing_to_go_by'));
  });

  it('offers the next suggestions when somebody is not available', async () => {
    const { who, form, target, other } = await asking('enno');
    await offer(other, target, { booking: Booking.CLOSED });
    await who.submit(form, { message: 'Hello' });
    const next = await who.seesModal(tell('error.not_available'));
    expect(JSON.stringify(next.blocks)).not.toContain(`"${target}"`);
  });

  it('offers others when somebody has no place left', async () => {
    const { who, form, target, other } = await asking('amara');
    await offer(other, target, { places: 0 });
    await who.submit(form);
    const others = await who.seesModal(tell('error.no_place_left'));
    expect(JSON.stringify(others.blocks)).toContain('ask.open');
  });

  it('offers the next suggestions when somebody stopped offering', async () => {
    const { who, form, target, other } = await asking('kenji');
    await offer(other, target, { mentor: false });
    await who.submit(form);
    await who.seesModal(language === 'de' ? /Mentoring an|nicht möglich/ : /does not mentor|not possible/);
  });

  it('asks once more before a request within the own line, and then sends it', async () => {
    const { who, form, target } = await asking('bram');
    const { profile } = await trial.site.operator();
    const { etag } = await profile.getPerson({ name: 'people/bram' });
    await profile.updatePerson({
      person: { name: 'people/bram', etag, manager: target },
      updateMask: { paths: ['manager'] },
      requestId: newRequestId(),
    });
    await trial.settled();
    await who.submit(form, { message: 'May I?' });
    const again = await who.seesModal(tell('error.own_line'));
    expect(JSON.stringify(again.blocks)).toContain('May I?');
    await who.submit(again, { message: 'May I all the same?' });
    await who.seesModal(tell('slack.request.you_write'));
  });

  it('says that somebody was asked already', async () => {
    const { who, api, form, target } = await asking('zofia');
    await api.matching.requestMatch({ mentor: target, requestId: newRequestId() });
    await who.submit(form);
    await who.seesModal(tell('error.request_pending'));
  });

  it('refuses a time that has passed at once, and says that somebody was asked not long ago', async () => {
    const { who, api, form, target } = await asking('dora');
    const ack = await who.submit(form, { time1: '1600000000' });
    expect(JSON.stringify(ack.body)).toContain(tell('error.time_passed'));
    await who.select(form, 'time1', String(Math.floor(Date.now() / 1000) + 86_400));
    const { name } = await api.matching.requestMatch({ mentor: target, requestId: newRequestId() });
    await api.matching.withdrawMatch({ request: name, requestId: newRequestId() });
    await who.submit(form);
    await who.seesModal(language === 'de' ? /vor Kurzem gefragt/ : /not long ago/);
  });

  it('says that two are matched already, and offers to book', async () => {
    const { who, api, form, target, other } = await asking('silvan');
    const { name } = await api.matching.requestMatch({ mentor: target, requestId: newRequestId() });
    await other.matching.acceptMatch({ request: name, requestId: newRequestId() });
    await who.submit(form);
    const said = await who.seesModal(tell('error.already_matched'));
    expect(JSON.stringify(said.blocks)).toContain('chat.book');
  });

  it('says how many requests may be open', async () => {
    const { who, api, form, target } = await asking('lotte');
    // One is open already: to Joon.
    const others = ['imke', 'petra', 'kaya', 'oskar', 'ines', 'conor'].map((id) => `people/${id}`);
    let open = 1;
    for (const mentor of others.filter((person) => person !== target)) {
      if (open === 3) break;
      const asked = api.matching.requestMatch({ mentor, requestId: newRequestId() });
      open += await asked.then(
        () => 1,
        () => 0,
      );
    }
    await who.submit(form);
    await who.seesModal(tell('error.too_many_requests', { limit: 3 }));
  });

  it('says that a request is answered already, and shows it as it is', async () => {
    const rosa = await trial.linked('rosa', { locale });
    const api = await trial.site.as('ylva');
    const { name } = await api.matching.requestMatch({ mentor: 'people/rosa', requestId: newRequestId() });
    const message = await rosa.seesMessage(tell('notification.request_received', { name: 'Ylva Bergstraal' }));
    const { matching } = await trial.site.as('rosa');
    await matching.declineMatch({ request: name, requestId: newRequestId() });
    await rosa.press(message, 'request.decline');
    await rosa.seesModal(tell('error.request_answered'));
    await rosa.seesMessage(tell('slack.request.you_closed'));
  });

  it('says who has to answer first when both ask at once, and that five questions are enough', async () => {
    const joon = await trial.linked('joon', { locale });
    const lotte = await trial.linked('lotte', { locale });
    const [asLotte, asJoon] = [await trial.site.as('lotte'), await trial.site.as('joon')];
    const { requests } = await asJoon.matching.listRequests({});
    const request = requests[0]?.name ?? '';
    const question = () => asJoon.matching.askRequester({ request, question: 'Why?', requestId: newRequestId() });
    const reply = () => asLotte.matching.replyWithDetails({ request, details: 'So.', requestId: newRequestId() });
    await joon.press(await homeWith(joon, 'request.ask_more'), 'request.ask_more');
    const form = await joon.seesModal(tell('slack.request.ask_more_label'));
    await question();
    await joon.submit(form, { words: 'What for?' });
    await joon.seesModal(tell('error.question_pending'));
    await closeAll(joon);

    await closeAll(lotte);
    await lotte.press(await homeWith(lotte, 'request.reply'), 'request.reply');
    const answer = await lotte.seesModal(tell('slack.request.reply_label'));
    await reply();
    await lotte.submit(answer, { words: 'For this.' });
    await lotte.seesModal(tell('error.no_question'));

    for (let more = 0; more < 4; ++more) await question().then(reply);
    await joon.press(await homeWith(joon, 'request.ask_more'), 'request.ask_more');
    const last = await joon.seesModal(tell('slack.request.ask_more_label'));
    await joon.submit(last, { words: 'And?' });
    await joon.seesModal(tell('error.too_many_questions'));
  });

  it('asks for another time when a slot is gone, lies in the night, or the week is full', async () => {
    const farid = await trial.linked('farid', { locale });
    await give('farid', 600);
    await give('selma', 600);
    const home = await homeWith(farid, 'chat.book');
    const pick = async () => {
      await closeAll(farid);
      await farid.press(home, 'chat.book');
      return farid.seesModal(tell('slack.slot.listed'));
    };
    const first = await pick();
    const slot = optionsOf(first, 'slot')[0] ?? '';
    await farid.submit(first, { slot });
    await farid.seesModal(tell('slack.chat.booked', { name: 'Selma Norlinder' }));
    await farid.submit(await pick(), { own: slot });
    const again = await farid.seesModal(language === 'de' ? /wurde gerade vergeben/ : /was just taken/);
    expect(optionsOf(again, 'slot')).toHaveLength(3);
    const midnight = Math.ceil(Number(slot) / 86_400) * 86_400;
    await farid.submit(again, { own: String(midnight) });
    const hours = await farid.seesModal(language === 'de' ? /außerhalb der Arbeitszeit/ : /outside working hours/);
    await give('farid', 0);
    await farid.submit(hours, { slot: optionsOf(hours, 'slot')[0] ?? '' });
    await farid.seesModal(tell('error.weekly_minutes_spent'));
  });

  it('says that a chat was cancelled or moved meanwhile', async () => {
    const selma = await trial.linked('selma', { locale });
    const home = await homeWith(selma, 'chat.cancel');
    const { scheduling } = await trial.site.as('selma');
    const { chats } = await scheduling.listChats({});
    const [first] = chats;
    await scheduling.cancelChat({ name: first?.name ?? '', etag: first?.etag ?? '', requestId: newRequestId() });
    await selma.press(home, 'chat.cancel', `${first?.name}#${first?.etag}`);
    await selma.seesModal(
      language === 'de' ? /inzwischen geändert|schon abgesagt/ : /in the meantime|cancelled already/,
    );
  });

  it('says that a match has ended', async () => {
    const bram = await trial.linked('bram', { locale });
    const home = await homeWith(bram, 'match.manage');
    await bram.press(home, 'match.manage');
    const form = await bram.seesModal(tell('slack.match.fit'));
    const { matching } = await trial.site.as('bram');
    const { matches } = await matching.listMatches({});
    await matching.endMatch({ name: matches[0]?.name ?? '', requestId: newRequestId() });
    await bram.submit(form, { fit: String(Match_Fit.GOOD), end: ['end'] });
    await bram.seesModal(tell('error.match_ended'));
  });

  it('says what to do who cannot be linked', async () => {
    for (const [facts, code] of [
      [{ guest: 'restricted' }, 'slack.link.guest'],
      [{ stranger: true, team: 'T0FOREIGN' }, 'slack.link.foreign'],
      [{ emailConfirmed: false }, 'slack.link.no_email'],
      [{ email: 'nobody@example.org' }, 'slack.link.unknown'],
    ] as const) {
      const somebody = trial.user(code, { ...facts, locale });
      await somebody.command('/coffee');
      await somebody.seesModal(tell(code));
    }
  });

  it('links nobody who says that it is somebody else', async () => {
    const petra = trial.user('petra', { locale });
    await petra.command('/coffee');
    const question = await petra.seesModal(tell('slack.link.question', { name: 'Petra Lindquast' }));
    await petra.press(question, 'link.refuse');
    await petra.seesModal(tell('slack.link.not_me'));
    await closeAll(petra);
    await petra.command('/coffee');
    await petra.seesModal(tell('slack.link.question', { name: 'Petra Lindquast' }));
  });

  it('says that Cortado cannot answer, where the person acted', async () => {
    const lotte = await trial.linked('lotte', { locale });
    await closeAll(lotte);
    const home = await homeWith(lotte, 'look.open');
    await trial.site.kill9();
    await lotte.press(home, 'look.open');
    await lotte.seesModal(tell('error.try_again'), 20_000);
    await trial.site.restart();
  });
});
