import { join } from 'node:path';
import { type Seed, startCortado, type TestCortado } from '@cortado/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  accessToken,
  type Client,
  connect,
  getChatCard,
  getHome,
  getRequestCard,
  getSlotPicker,
  getSuggestions,
  newRequestId,
  type Part,
  say,
  timestampFromDate,
  timestampMs,
} from '../index.js';

let site: TestCortado;
let house: Seed;

beforeAll(async () => {
  site = await startCortado();
  await site.seed('duo');
  house = await site.seed('house');
});
afterAll(() => site.stop());

async function clientOf(person: string, language = 'en', addresses = site.cortado.addresses): Promise<Client> {
  return connect(addresses).as(accessToken(await site.tokenFor(person)), { language, timeoutMs: 2000 });
}

function shown<T>(part: Part<T>): T {
  if (!part.ok) throw part.error;
  return part.value;
}

describe('the home screen', () => {
  test('shows the chats and the matches of somebody who has some', async () => {
    const home = await getHome(await clientOf('farid'));
    expect(shown(home.me).name).toBe('people/farid');
    expect(shown(home.matches).map((match) => [match.mentee?.person, match.mentor?.person].sort())).toEqual([
      ['people/farid', 'people/selma'],
    ]);
    const starts = shown(home.chats).map(({ startTime }) => (startTime === undefined ? 0 : timestampMs(startTime)));
    expect(starts).toHaveLength(2);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    expect(shown(home.preferences).name).toBe('people/farid/notificationPreferences');
  });

  test('shows a request on both sides', async () => {
    const [asker, asked] = await Promise.all([getHome(await clientOf('lotte')), getHome(await clientOf('joon'))]);
    const [mine] = shown(asker.requestsFromMe);
    expect(mine?.mentor?.person).toBe('people/joon');
    expect(shown(asked.requestsToMe).map(({ name }) => name)).toEqual([mine?.name]);
    expect([shown(asker.requestsToMe), shown(asked.requestsFromMe)]).toEqual([[], []]);
  });

  test('shows what it can while a service is away, and says of the rest why not', async () => {
    const addresses = { ...site.cortado.addresses, scheduling: `unix:${join(site.folder, 'nobody')}` };
    const home = await getHome(await clientOf('farid', 'de', addresses));
    expect(shown(home.me).name).toBe('people/farid');
    expect(shown(home.matches)).toHaveLength(1);
    for (const part of [home.chats, home.preferences]) {
      expect(part).toMatchObject({ ok: false, error: { userMessage: say('error.try_again', 'de') } });
    }
  });

  test('is for people, not for programs', async () => {
    const key = site.cortado.serviceKey(await site.createServiceKey({ scope: 'slack' }));
    await expect(getHome(site.cortado.as(key))).rejects.toMatchObject({ reason: 'TOKEN_INVALID' });
  });
});

describe('suggestions', () => {
  test('have a reason each, words instead of numbers, and times where a door is open', async () => {
    const { cards, note } = await getSuggestions(await clientOf('ada'), { count: 1 });
    expect(note).toBe('');
    const [ben] = cards;
    expect(ben?.suggestion.person?.person).toBe('people/ben');
    expect(ben?.strength).toMatch(/^(A strong fit|Some things in common|One thing in common)$/);
    expect(ben?.reasons).toContain(ben?.reason);
    expect(ben?.hasOpenDoor).toBe(true);
    expect(ben && shown(ben.times)).toHaveLength(3);
  });

  test('say in the language asked for what to fill in when there is nothing to go by', async () => {
    for (const language of ['en', 'de'] as const) {
      const { note } = await getSuggestions(await clientOf('quirin', language));
      expect(note).toBe(say('suggest.nothing_to_go_by', language));
    }
  });

  test('look at nobody whose door is not open, and at nobody at all when not asked to', async () => {
    const { cards } = await getSuggestions(await clientOf('lotte'), { count: 100 });
    expect(cards.some(({ hasOpenDoor }) => !hasOpenDoor)).toBe(true);
    for (const card of cards) if (!card.hasOpenDoor) expect(card.times).toEqual({ ok: true, value: [] });
    const without = await getSuggestions(await clientOf('lotte'), { count: 100, times: 0 });
    for (const card of without.cards) expect(card.times).toEqual({ ok: true, value: [] });
  });

  test('count who would fit and has not joined, and name nobody', async () => {
    const wanted = await Promise.all(
      ['ada', 'lotte', 'silvan'].map(async (who) => getSuggestions(await clientOf(who))),
    );
    for (const { moreWouldFit } of wanted) expect(moreWouldFit).not.toMatch(/Nele|Thea/);
    expect(wanted.some(({ moreWouldFit }) => /have not joined|has not joined/.test(moreWouldFit))).toBe(true);
  });
});

describe('a request card', () => {
  test('tells which of the proposed times suit whom is asked', async () => {
    const ada = await clientOf('ada');
    const { slots } = await getSlotPicker(ada, { others: ['people/ben'], count: 1 });
    const free = slots[0]?.time.startTime;
    if (free === undefined) throw new Error('Ben has no time');
    const night = timestampFromDate(new Date(Math.ceil(timestampMs(free) / 86_400_000) * 86_400_000 + 86_400_000 * 2));
    const proposed = { mentor: 'people/ben', proposedTimes: [night, free] };
    const { name } = await ada.matching.requestMatch({ ...proposed, requestId: newRequestId() });

    const card = await getRequestCard(await clientOf('ben'), name);
    expect(card).toMatchObject({ side: 'mentor', isMyTurn: true, other: { person: 'people/ada' } });
    expect(card.times.map(({ suits }) => suits)).toEqual([false, true]);
    expect(card.times[1]?.text).toBe(slots[0]?.mine); // Both are in Lisbon.
    expect(await getRequestCard(ada, name)).toMatchObject({ side: 'requester', isMyTurn: false });
    await expect(getRequestCard(await clientOf('lotte'), name)).rejects.toMatchObject({ reason: 'RESOURCE_NOT_FOUND' });

    const away = { ...site.cortado.addresses, scheduling: `unix:${join(site.folder, 'nobody')}` };
    const unsure = await getRequestCard(await clientOf('ben', 'en', away), name);
    expect(unsure.times.map(({ suits }) => suits)).toEqual([undefined, undefined]);
    expect(unsure.free.ok).toBe(false);
  });
});

describe('a slot picker', () => {
  test('shows a time as each of them sees it', async () => {
    const picker = await getSlotPicker(await clientOf('lotte'), {
      others: ['people/marit'],
      durationMinutes: 45,
      count: 20,
    });
    expect(picker.slots.length).toBeGreaterThan(3);
    for (const { time, mine, theirs } of picker.slots) {
      expect(timestampMs(time.endTime ?? time.startTime ?? fail())).toBe(
        timestampMs(time.startTime ?? fail()) + 45 * 60_000,
      );
      expect([mine, ...theirs.map(({ text }) => text)]).toEqual(time.localStarts.map(({ text }) => text));
    }
    expect(shown(picker.minutesLeft)).toBeGreaterThan(0);
  });

  test('is refused where consent is missing, in words that tell nothing', async () => {
    const lotte = await clientOf('lotte', 'de');
    for (const [other, reason] of [
      ['people/gesa', 'NOT_AVAILABLE'],
      ['people/selma', 'CONSENT_REQUIRED'],
    ] as const) {
      const refused = getSlotPicker(lotte, { others: [other] });
      await expect(refused).rejects.toMatchObject({ reason, userMessage: say(`error.${reason.toLowerCase()}`, 'de') });
    }
  });
});

describe('a chat card', () => {
  test('shows a chat to both who come, each in their own zone, and to nobody else', async () => {
    const name = house.things.find(({ what, who }) => what === 'chat' && who === 'people/enno')?.name ?? '';
    const card = await getChatCard(await clientOf('enno'), name);
    expect(card).toMatchObject({ canChange: true, me: { person: { person: 'people/enno' } }, match: { ok: true } });
    expect(card.others.map(({ person }) => person?.person)).toEqual(['people/marit']);
    expect((await getChatCard(await clientOf('marit'), name)).me?.person?.person).toBe('people/marit');
    await expect(getChatCard(await clientOf('lotte'), name)).rejects.toMatchObject({ reason: 'RESOURCE_NOT_FOUND' });
  });

  test('shows the match it came from, and that what has begun or is cancelled cannot be changed', async () => {
    const chats = house.things.filter(({ what, who, whom }) => what === 'chat' && `${who} ${whom}`.includes('farid'));
    const farid = await clientOf('farid');
    const card = await getChatCard(farid, chats[0]?.name ?? '');
    expect(shown(card.match)?.name).toBe(card.chat.match);
    const { name, etag } = card.chat;
    await farid.scheduling.cancelChat({ name, etag, requestId: newRequestId() });
    expect((await getChatCard(farid, name)).canChange).toBe(false);
    await site.advance('60d');
    expect((await getChatCard(await clientOf('farid'), chats[1]?.name ?? '')).canChange).toBe(false);
  });
});

function fail(): never {
  throw new Error('a time without an instant');
}
