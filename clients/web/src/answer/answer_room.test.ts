import { isReason, newRequestId } from '@cortado/api';
import { Request_State } from '@cortado/api/gen/cortado/matching/v1/match_pb.js';
import { Chat_State } from '@cortado/api/gen/cortado/scheduling/v1/chat_pb.js';
import { waitFor } from '@cortado/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AskedLink, type Site, startSite, tuesday } from '../testing/site.js';
import { type Answered, visitor } from '../testing/visitor.js';

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.stop());

const personOf = (name: string) => site.cortado.as(name.replace('people/', ''));

async function requestOf({ requester, request }: AskedLink) {
  return (await personOf(requester)).matching.getRequest({ name: request });
}

async function chatsOf(person: string) {
  const { scheduling } = await personOf(person);
  return (await scheduling.listChats({})).chats;
}

const invitationsTo = (person: string) =>
  site
    .mailsTo(person)
    .filter((mail) => mail.parts.some((part) => part.type === 'text/calendar' && part.method === 'REQUEST'));

// What every page must be, whatever it says.
function expectPage(page: Answered, status: number): void {
  expect([page.status, page.text.match(/web\.\w+|undefined|\[object/g)]).toEqual([status, null]);
}

describe('a yes', () => {
  test('with a proposed time books the chat, and both get the invitation by mail', async () => {
    const time = tuesday(site.now(), 3);
    const asked = await site.ask({ from: { zone: 'Europe/London' }, message: 'Shall we talk?', times: [time] });
    const ben = visitor();
    const page = await ben.get(asked.url);
    expectPage(page, 200);
    expect(page.text).toContain('Ada Bergström would like to have a coffee chat with you');
    expect(page.text).toContain('Shall we talk?');
    expect(page.text).toMatch(/Tuesday,? \d+ \w+, 11:00 10:00 for Ada Bergström \(London\)/);
    const confirm = await ben.choose(page, 'accept');
    expectPage(confirm, 200);
    expect(confirm.text).toContain('You say yes to Ada Bergström');
    expect((await requestOf(asked)).state).toBe(Request_State.OPEN);
    const done = await ben.confirm(confirm);
    expectPage(done, 200);
    expect(done.text).toContain('You two are having coffee');
    const [chat] = await chatsOf(asked.mentor);
    expect([chat?.state, Number(chat?.startTime?.seconds)]).toEqual([Chat_State.BOOKED, time.getTime() / 1000]);
    for (const person of [asked.requester, asked.mentor]) {
      await waitFor(() => invitationsTo(person).length === 1, { what: `an invitation to ${person}` });
    }
  });

  test('with a time of one’s own books that time', async () => {
    const asked = await site.ask({ times: [tuesday(site.now(), 3)] });
    const time = tuesday(site.now(), 10, 13);
    const ben = visitor();
    const fields = { time: 'own', day: time.toISOString().slice(0, 10), clock: '14:00' };
    const confirm = await ben.choose(await ben.get(asked.url), 'accept', fields);
    expect(confirm.text).toContain('14:00');
    expect((await ben.confirm(confirm)).text).toContain('You two are having coffee');
    const [chat] = await chatsOf(asked.requester);
    expect(Number(chat?.startTime?.seconds)).toBe(time.getTime() / 1000);
  });

  test('without a time makes the match, and books nothing', async () => {
    const asked = await site.ask();
    const ben = visitor();
    const page = await ben.get(asked.url);
    expect(page.text).toContain('When would it suit you?');
    const done = await ben.confirm(await ben.choose(page, 'accept', { time: 'open' }));
    expect(done.text).toContain('You said yes to Ada Bergström You are matched.');
    expect([(await requestOf(asked)).state, await chatsOf(asked.mentor)]).toEqual([Request_State.ACCEPTED, []]);
  });

  test('with a time that went makes the match, says so, and shows free times', async () => {
    const time = tuesday(site.now(), 3, 12);
    const first = await site.ask({ times: [time] });
    const ben = visitor();
    await ben.confirm(await ben.choose(await ben.get(first.url), 'accept'));
    // Somebody else proposes the same hour to the same person.
    const second = await site.askAgain(first.mentor, { times: [time] });
    const done = await ben.confirm(await ben.choose(await ben.get(second.url), 'accept'));
    expectPage(done, 200);
    expect(done.text).toContain('You are matched, but that time is no longer free.');
    expect(done.text).toContain('These times are free for you both');
    expect((await requestOf(second)).state).toBe(Request_State.ACCEPTED);
  });

  test('with a time that the other one sleeps through says so, and what to do when there is no better one', async () => {
    const far = { from: { zone: 'Pacific/Auckland' }, times: [tuesday(site.now(), 3)] };
    const asked = await site.ask(far);
    const ben = visitor();
    const done = await ben.confirm(await ben.choose(await ben.get(asked.url), 'accept'));
    expectPage(done, 200);
    expect(done.text).toContain('No time in the next weeks is free for you both. Agree on one with Ada Bergström');
    expect(await chatsOf(asked.mentor)).toEqual([]);
  });
});

describe('the other answers', () => {
  test('a question goes to the one who asked, and the reply comes with a link that answers', async () => {
    const asked = await site.ask();
    const ben = visitor();
    const confirm = await ben.choose(await ben.get(asked.url), 'ask', { question: 'Which team?\r\nAnd <b>why</b>?' });
    expectPage(confirm, 200);
    expect(confirm.text).toContain('Which team? And <b>why</b>?');
    expect((await ben.confirm(confirm)).text).toContain('Your question is on its way');
    const { questions } = await requestOf(asked);
    expect(questions.map((one) => one.question)).toEqual(['Which team?\nAnd <b>why</b>?']);
    expect((await ben.get(asked.url)).text).toContain('You asked Ada Bergström to tell more');

    const ada = await personOf(asked.requester);
    await ada.matching.replyWithDetails({ request: asked.request, details: 'Payments', requestId: newRequestId() });
    const old = await ben.get(asked.url);
    expectPage(old, 410);
    expect(old.text).toContain('There is something newer about this request');
    const newer = await ben.get(await site.newerLink(asked.mentor, asked.url));
    expectPage(newer, 200);
    expect(newer.text).toContain('Ada Bergström replied Payments');
    expect((await ben.confirm(await ben.choose(newer, 'decline'))).status).toBe(200);
  });

  test('“not now” is until the day chosen, and the link says so afterwards', async () => {
    const asked = await site.ask();
    const until = tuesday(site.now(), 20).toISOString().slice(0, 10);
    const ben = visitor('de');
    const page = await ben.get(asked.url);
    const confirm = await ben.choose(page, 'later', { until });
    expect(confirm.text).toContain('Du sagst Ada Bergström „gerade nicht“');
    expect((await ben.confirm(confirm)).text).toContain('Dann eben später');
    const request = await requestOf(asked);
    const midnight = new Date(Number(request.postponeEndTime?.seconds) * 1000).toLocaleString('sv', {
      timeZone: 'Europe/Berlin',
    });
    expect([request.state, midnight]).toEqual([Request_State.POSTPONED, `${until} 00:00:00`]);
    expect((await ben.get(asked.url)).text).toContain('Du hast „gerade nicht“ gesagt');
  });

  test('a no closes the request, and needs no reason', async () => {
    const asked = await site.ask();
    const ben = visitor();
    const confirm = await ben.choose(await ben.get(asked.url), 'decline');
    expect(confirm.text).toContain('no reason, and not who decided');
    expect((await ben.confirm(confirm)).text).toContain('Thank you for answering');
    expect((await requestOf(asked)).state).toBe(Request_State.CLOSED);
    const again = await ben.get(asked.url);
    expectPage(again, 410);
    expect(again.text).toContain('This request is closed');
  });
});

describe('an answer sent twice', () => {
  test('one after the other or at once acts once, and shows the same page', async () => {
    const asked = await site.ask({ times: [tuesday(site.now(), 3)] });
    const ben = visitor();
    const confirm = await ben.choose(await ben.get(asked.url), 'accept');
    const pages = await Promise.all([ben.confirm(confirm), ben.confirm(confirm), ben.confirm(confirm)]);
    const late = await ben.confirm(confirm);
    expect(new Set([...pages, late].map((page) => page.text)).size).toBe(1);
    expect(late.text).toContain('You two are having coffee');
    expect(await chatsOf(asked.mentor)).toHaveLength(1);
  });

  test('differently the second time changes nothing, and tells what stands', async () => {
    const asked = await site.ask();
    const ben = visitor();
    const page = await ben.get(asked.url);
    const no = await ben.choose(page, 'decline');
    await ben.confirm(await ben.choose(page, 'accept', { time: 'open' }));
    const second = await ben.confirm(no);
    expectPage(second, 410);
    expect(second.text).toContain('You said yes to Ada Bergström');
    expect((await requestOf(asked)).state).toBe(Request_State.ACCEPTED);
  });
});

test('a yes without a place left says so, and the other answers stay', async () => {
  const first = await site.ask();
  const second = await site.askAgain(first.mentor);
  const { profile } = await personOf(first.mentor);
  const offer = await profile.getOffer({ name: `${first.mentor}/offer` });
  const updateMask = { paths: ['places'] };
  await profile.updateOffer({ offer: { ...offer, places: 1 }, updateMask, requestId: newRequestId() });
  // Who came after that change is known to the matching service after it, too.
  const { matching } = await personOf(await site.meet());
  const late = () => matching.requestMatch({ mentor: first.mentor, requestId: newRequestId() });
  await waitFor(() => late().then(Boolean, (problem) => isReason(problem, 'NO_PLACE_LEFT')));
  const ben = visitor();
  await ben.confirm(await ben.choose(await ben.get(first.url), 'accept', { time: 'open' }));
  const full = await ben.confirm(await ben.choose(await ben.get(second.url), 'accept', { time: 'open' }));
  expectPage(full, 409);
  expect(full.text).toContain('place');
  expect((await ben.confirm(await ben.choose(full, 'decline'))).text).toContain('Thank you for answering');
});

describe('a form that cannot be', () => {
  test.each([
    ['accept', { time: '' }, 'Please choose one of the times'],
    ['accept', { time: '17e9' }, 'Please choose one of the times'],
    ['accept', { time: '1000000020' }, 'This time has passed'],
    ['accept', { time: 'own', day: '2026-02-30', clock: '10:00' }, 'Please fill in both the day'],
    ['accept', { time: 'own', day: '2020-02-03', clock: '10:00' }, 'This time has passed'],
    ['accept', { time: 'own', day: '2027-03-28', clock: '02:30' }, 'skip this time'],
    ['ask', { question: ' \r\n ' }, 'Please write what you would like to know'],
    ['ask', { question: 'é'.repeat(2001) }, 'Please write what you would like to know'],
    ['later', { until: '2020-01-01' }, 'Please choose a day between tomorrow and a year from now'],
    ['later', { until: 'soon' }, 'Please choose a day between tomorrow and a year from now'],
    ['decline', { answer: 'perhaps' }, 'Please choose one of the answers'],
  ])('%s %o is shown again with what to mend, and what was written', async (kind, fields, problem) => {
    const asked = await shared();
    const ben = visitor();
    const page = await ben.choose(await ben.get(asked.url), kind, fields);
    expectPage(page, 422);
    expect(page.text).toContain(problem);
    if ('question' in fields) expect(page.body).toContain(fields.question);
    expect((await requestOf(asked)).state).toBe(Request_State.OPEN);
  });

  let link: Promise<AskedLink> | undefined;
  function shared(): Promise<AskedLink> {
    link ??= site.ask();
    return link;
  }
});

test('words of people are shown as words, whatever they are', async () => {
  const name = '"><script>alert(1)</script> \u202eevil & Co';
  const asked = await site.ask({
    from: { name, title: '<img src=x>' },
    message: "</p><form action=//evil>\u0007{name} '",
  });
  const page = await visitor().get(asked.url);
  expectPage(page, 200);
  expect(page.body).not.toMatch(/<script|<img|evil>/);
  expect(page.text).toContain(name);
});

test('what is logged and counted names no link, no person and nothing that was written', async () => {
  const asked = await site.ask({ from: { name: 'Zebulon Quux' }, message: 'Xylophone' });
  await visitor().get(`${asked.url}?lang=de`);
  const metrics = await visitor().get(`${site.ops}/metrics`);
  const token = asked.url.split('/').at(-1) ?? '';
  const told = site.log.join('') + metrics.body;
  for (const secret of [token, token.slice(-20), 'Zebulon', 'Xylophone', asked.mentor, asked.request, '127.0.0.1']) {
    expect(told).not.toContain(secret);
  }
  expect(metrics.body).toMatch(/cortado_web_requests_total\{place="answer",method="GET",status="200"\} [1-9]/);
});
