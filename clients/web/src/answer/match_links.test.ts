import { newRequestId, timestampMs } from '@cortado/api';
import type { Match } from '@cortado/api/gen/cortado/matching/v1/match_pb.js';
import { waitFor } from '@cortado/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Linked, pairUp } from '../testing/pairs.js';
import { type Site, startSite } from '../testing/site.js';
import { type Answered, visitor } from '../testing/visitor.js';

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.stop());

const ada = { name: 'Ada Bergström', zone: 'Europe/London' };
const ben = { name: 'Ben Okafor' };

function expectPage(page: Answered, status: number, words: string): void {
  expect([page.status, page.text.match(/web\.\w+|undefined|\[object/g)]).toEqual([status, null]);
  expect(page.text).toContain(words);
}

/** The times on the buttons of a page, in the order shown. */
function timesOn(page: Answered): string[] {
  return [...page.body.matchAll(/<button[^>]* name="time" value="(\d+)"/g)].map(([, seconds = '']) => seconds);
}

async function clientOf({ person }: Linked) {
  return site.cortado.as(person.replace('people/', ''));
}

async function matchOf(one: Linked): Promise<Match> {
  const { matching } = await clientOf(one);
  const [match] = (await matching.listMatches({})).matches;
  return matching.getMatch({ name: match?.name ?? '' });
}

const invitationsTo = ({ person }: Linked) =>
  site.mailsTo(person).filter((mail) => mail.parts.some((part) => part.type === 'text/calendar'));

/** Chooses and confirms `time`. */
async function say(link: Linked, time: string, browser = visitor()): Promise<Answered> {
  return browser.confirm(await browser.choose(await browser.get(link.url), 'time', { time }));
}

describe('the links of two people whom a draw brought together', () => {
  test('let one propose a time and the other book it, each on their own clock', async () => {
    const [one, other] = await pairUp(site, 'Friday coffee', ada, ben);
    const browser = visitor();
    const page = await browser.get(one.url);
    expectPage(page, 200, 'When would you like to meet Ben Okafor?');
    expect(page.text).toMatch(/All in your time zone \(London/);
    const [time = ''] = timesOn(page);
    expect(timesOn(page)).toHaveLength(3);
    const confirm = await browser.choose(page, 'time', { time });
    expectPage(confirm, 200, 'You propose this time to Ben Okafor');
    expect((await matchOf(one)).proposals).toEqual([]);
    expectPage(await browser.confirm(confirm), 200, 'Your proposal is on its way');
    expect((await browser.get(one.url)).text).toContain('as soon as Ben Okafor wants it too');

    const german = visitor('de');
    const theirs = await german.get(other.url);
    expectPage(theirs, 200, 'Ada Bergström schlägt vor');
    expect(theirs.text).toMatch(/Ja, .* Uhr .* für Ada Bergström \(London\)/);
    expect(timesOn(theirs)[0]).toBe(time);
    const book = await german.choose(theirs, 'time', { time });
    expectPage(book, 200, 'Du nimmst die Zeit von Ada Bergström');
    const booked = await german.confirm(book);
    expectPage(booked, 200, 'Euer Chat ist gebucht');
    const match = await matchOf(one);
    expect([match.chat !== '', String(match.chosenTime?.seconds)]).toEqual([true, time]);
    expect((await german.confirm(book)).text).toBe(booked.text);
    expectPage(await browser.get(one.url), 200, 'Your chat is booked');
    for (const link of [one, other]) {
      await waitFor(() => invitationsTo(link).length === 1, { what: `an invitation to ${link.person}` });
    }
  });

  test('take another proposal, and the first one again', async () => {
    const [one] = await pairUp(site, 'Monday coffee', ada, ben);
    const [first = '', second = ''] = timesOn(await visitor().get(one.url));
    for (const time of [first, second, first]) {
      expectPage(await say(one, time), 200, 'Your proposal is on its way');
      const [proposal] = (await matchOf(one)).proposals;
      expect(String(proposal?.startTime?.seconds)).toBe(time);
    }
  });

  test('show other times when one went meanwhile', async () => {
    const [one, other] = await pairUp(site, 'Tuesday coffee', ada, ben);
    const [time = ''] = timesOn(await visitor().get(one.url));
    const { profile } = await clientOf(other);
    const name = `${other.person}/time`;
    const { etag } = await profile.getTime({ name });
    const weekday = new Date(Number(time) * 1000).getUTCDay() || 7;
    const protectedBlocks = [{ weekday, startMinute: 0, endMinute: 1439 }];
    const updateMask = { paths: ['protected_blocks'] };
    await profile.updateTime({ time: { name, etag, protectedBlocks }, updateMask, requestId: newRequestId() });
    // The scheduling service hears of it a moment later.
    await waitFor(async () => !timesOn(await visitor().get(one.url)).includes(time));
    const gone = await say(one, time);
    expectPage(gone, 409, 'that time is no longer free');
    expect(timesOn(gone).length).toBeGreaterThan(0);
    expect(timesOn(gone)).not.toContain(time);
    expect((await matchOf(one)).proposals).toEqual([]);
  });

  test('refuse what is no time, and one that has passed', async () => {
    const [one] = await pairUp(site, 'Wednesday coffee', ada, ben);
    const browser = visitor();
    const page = await browser.get(one.url);
    for (const time of ['', 'soon', '17e9', '1000000020']) {
      expectPage(await browser.choose(page, 'time', { time }), 422, 'Please choose one of the times');
    }
    expectPage(await browser.choose(page, 'time', { time: '900000000' }), 422, 'This time has passed');
    expectPage(await visitor().post(one.url, { time: timesOn(page)[0] ?? '' }), 403, 'Please confirm once more');
    expect((await matchOf(one)).proposals).toEqual([]);
  });

  test('say so when the match has ended', async () => {
    const [one, other] = await pairUp(site, 'Thursday coffee', ada, ben);
    const { matching } = await clientOf(other);
    const match = await matchOf(other);
    expect(match.createTime && timestampMs(match.createTime)).toBeGreaterThan(0);
    await matching.endMatch({ name: match.name, requestId: newRequestId() });
    expectPage(await visitor().get(one.url), 410, 'This match has ended');
  });
});
