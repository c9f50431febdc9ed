import { newRequestId } from '@cortado/api';
import { Participant_State } from '@cortado/api/gen/cortado/matching/v1/program_pb.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invite, type Linked } from '../testing/pairs.js';
import { type Site, startSite } from '../testing/site.js';
import { type Answered, visitor } from '../testing/visitor.js';

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.stop());

function expectPage(page: Answered, status: number, words: string): void {
  expect([page.status, page.text.match(/web\.\w+|undefined|\[object/g)]).toEqual([status, null]);
  expect(page.text).toContain(words);
}

async function participantOf(program: string, { person }: Linked) {
  const { matching } = await site.cortado.operator();
  const { participants } = await matching.listParticipants({ program });
  return participants.find((one) => one.person?.person === person);
}

async function inviteOne(title: string): Promise<{ program: string; ada: Linked }> {
  const { program, people } = await invite(site, title, [{ name: 'Ada Bergström' }]);
  const [ada] = people as [Linked];
  return { program, ada };
}

describe('the link of an invitation to a programme', () => {
  test('says what it is, and lets one join, and say otherwise later', async () => {
    const { program, ada } = await inviteOne('Friday <coffee>');
    const browser = visitor();
    const page = await browser.get(ada.url);
    expectPage(page, 200, 'Friday <coffee>');
    expect(page.text).toContain('Meet somebody new. No <preparation> & no agenda.');
    const confirm = await browser.choose(page, 'join');
    expectPage(confirm, 200, 'You take part in Friday <coffee>');
    expect((await participantOf(program, ada))?.state).toBe(Participant_State.INVITED);
    const done = await browser.confirm(confirm);
    expectPage(done, 200, 'You are in: Friday <coffee>');
    expect((await participantOf(program, ada))?.state).toBe(Participant_State.ENROLLED);

    const leaves = await browser.choose(await browser.get(ada.url), 'not_now');
    expectPage(await browser.confirm(leaves), 200, 'Not now, then');
    // "Not now" is told to nobody.
    expect((await participantOf(program, ada))?.state).toBe(Participant_State.INVITED);
    const again = await browser.choose(await browser.get(ada.url), 'join');
    expectPage(await browser.confirm(again), 200, 'You are in');
    expect((await participantOf(program, ada))?.state).toBe(Participant_State.ENROLLED);
  });

  test('sits the next round out, and takes that back, in German', async () => {
    const { program, ada } = await inviteOne('Kaffeerunde');
    const browser = visitor('de');
    await browser.confirm(await browser.choose(await browser.get(ada.url), 'join'));
    const skip = await browser.choose(await browser.get(ada.url), 'skip');
    expectPage(skip, 200, 'Du setzt in der nächsten Runde von Kaffeerunde aus');
    expectPage(await browser.confirm(skip), 200, 'Du setzt in der nächsten Runde aus: Kaffeerunde');
    expect((await participantOf(program, ada))?.skipsNextRound).toBe(true);
    const back = await browser.choose(await browser.get(ada.url), 'take_part');
    expectPage(await browser.confirm(back), 200, 'Du bist in der nächsten Runde dabei: Kaffeerunde');
    expect((await participantOf(program, ada))?.skipsNextRound).toBe(false);
  });

  test('changes nothing by being opened, by a form of strangers, or by one that chooses nothing', async () => {
    const { program, ada } = await inviteOne('Quiet draw');
    const scanner = visitor();
    const page = await scanner.get(ada.url);
    for (const query of ['', '?answer=join', '?lang=de']) {
      expect([200, 303]).toContain((await scanner.get(ada.url + query)).status);
      expect([200, 303]).toContain((await scanner.get(`${ada.url}/confirm${query}`)).status);
    }
    const unproven = await visitor().post(ada.url, { answer: 'join' });
    expectPage(unproven, 403, 'Please confirm once more');
    const foreign = await scanner.post(ada.url, page.forms[0]?.fields ?? {}, { 'sec-fetch-site': 'cross-site' });
    expectPage(foreign, 403, 'That came from another page');
    expectPage(await scanner.choose(page, 'join', { answer: 'perhaps' }), 422, 'Please choose one of the answers');
    expect((await participantOf(program, ada))?.state).toBe(Participant_State.INVITED);
  });

  test('sent again acts once, and shows the same page, also after something else was said', async () => {
    const { program, ada } = await inviteOne('Twice');
    const browser = visitor();
    const join = await browser.choose(await browser.get(ada.url), 'join');
    const [first, second] = [await browser.confirm(join), await browser.confirm(join)];
    expect(second.text).toBe(first.text);
    await browser.confirm(await browser.choose(await browser.get(ada.url), 'not_now'));
    // Whoever goes back in the browser and sends the old form again has not changed their mind.
    await browser.confirm(join);
    expect((await participantOf(program, ada))?.state).toBe(Participant_State.INVITED);
  });

  test('of an archived programme, or altered, says so kindly', async () => {
    const { program, ada } = await inviteOne('Over soon');
    const browser = visitor();
    const join = await browser.choose(await browser.get(ada.url), 'join');
    const { matching } = await site.cortado.operator();
    const known = await matching.getProgram({ name: program });
    const updateMask = { paths: ['archived'] };
    await matching.updateProgram({ program: { ...known, archived: true }, updateMask, requestId: newRequestId() });
    expectPage(await browser.get(ada.url), 410, 'Over soon is over');
    expectPage(await browser.confirm(join), 410, 'There is nothing left for you to do');
    const altered = await browser.get(`${ada.url.slice(0, -2)}xx`);
    expectPage(altered, 404, 'Look in Cortado or in Slack');
    expect(altered.text).not.toContain('request');
  });
});
