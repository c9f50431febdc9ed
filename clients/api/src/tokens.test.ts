import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  type MailServer,
  partOf,
  startCortado,
  startMailServer,
  stepToWorkingHours,
  type TestCortado,
} from '@cortado/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Request_State } from './gen/cortado/matching/v1/match_pb.js';
import { TokensSchema } from './gen/cortado/profile/v1/auth_service_pb.js';
import { SlackLinkState } from './gen/cortado/profile/v1/slack_pb.js';
import { type Client, type Cortado, connect, exchangedTokens, newRequestId, type TokenSource } from './index.js';

describe('tokens that are exchanged', () => {
  const life = 600_000;
  let exchanges = 0;
  const exchange = async () => {
    ++exchanges;
    return create(TokensSchema, { accessToken: `t${exchanges}`, accessExpireTime: timestampFromMs(Date.now() + life) });
  };
  let source: TokenSource;
  beforeAll(() => {
    vi.useFakeTimers({ toFake: ['performance', 'Date'] });
  });
  afterAll(() => {
    vi.useRealTimers();
  });

  test('are got once for many callers, kept, and renewed before they end', async () => {
    source = exchangedTokens(exchange);
    const all = await Promise.all(Array.from({ length: 50 }, () => source.token()));
    expect([new Set(all).size, exchanges]).toEqual([1, 1]);
    vi.advanceTimersByTime(life * 0.79);
    expect([await source.token(), exchanges]).toEqual(['t1', 1]);
    vi.advanceTimersByTime(life * 0.02);
    expect([await source.token(), exchanges]).toEqual(['t1', 2]); // The old one is good still; the next is on its way.
    expect(await source.token()).toBe('t2');
  });

  test('are got anew once they ended or were refused, and a late refusal of an old one changes nothing', async () => {
    vi.advanceTimersByTime(life * 2);
    expect(await source.token()).toBe('t3');
    source.drop('t3');
    expect(await source.token()).toBe('t4');
    source.drop('t3');
    expect(await source.token()).toBe('t4');
  });

  test('are tried for again after an exchange that failed', async () => {
    let works = false;
    const shaky = exchangedTokens(() => (works ? exchange() : Promise.reject(new Error('away'))));
    await expect(shaky.token()).rejects.toThrow('away');
    works = true;
    expect(await shaky.token()).toMatch(/^t/);
  });
});

describe('tokens of a real server', () => {
  const team = 'T012AB3CD';
  let site: TestCortado;
  let mail: MailServer;
  let cortado: Cortado;
  let key: TokenSource;
  let bot: Client;
  beforeAll(async () => {
    mail = await startMailServer();
    site = await startCortado({ seed: 'duo', smtp: mail.address, webUrl: 'https://web.test.example' });
    cortado = connect(site.addresses);
    key = cortado.serviceKey(await site.createServiceKey({ scope: 'slack' }));
    bot = cortado.as(key);
    const slackInstallation = { team, botTokens: new Uint8Array([1]) };
    await bot.profile.createSlackInstallation({ slackInstallation, requestId: newRequestId() });
  });
  afterAll(async () => {
    cortado.close();
    await site.stop();
    await mail.stop();
  });

  async function link(user: string, email: string): Promise<void> {
    const who = { slackUser: { team, user }, email };
    const asked = await bot.profile.linkSlackUser({ ...who, requestId: newRequestId() });
    expect(asked.state).toBe(SlackLinkState.PENDING);
    const { confirmCode } = asked;
    const linked = await bot.profile.linkSlackUser({ ...who, confirmCode, requestId: newRequestId() });
    expect(linked.state).toBe(SlackLinkState.LINKED);
  }

  test('a key that is none is refused', async () => {
    const { notifications } = cortado.as(cortado.serviceKey('cortado-key.a.b.c'));
    await expect(notifications.listNotificationChanges({})).rejects.toMatchObject({ reason: 'TOKEN_INVALID' });
  });

  test('a linked Slack user acts as the person, over the end of every token, until unlinked', async () => {
    await link('U0ADA', 'ada@example.org');
    const ada = cortado.as(cortado.slackUser(key, team, 'U0ADA'));
    expect((await ada.profile.getPerson({ name: 'people/ada' })).name).toBe('people/ada');
    await site.advance('11m'); // Both tokens are over: the bot's, and the one it got for Ada.
    expect((await ada.profile.getPerson({ name: 'people/ada' })).name).toBe('people/ada');
    const hr = await site.operator();
    await hr.profile.unlinkSlackUser({ person: 'people/ada', requestId: newRequestId() });
    await site.advance('11m');
    await expect(ada.profile.getPerson({ name: 'people/ada' })).rejects.toMatchObject({
      reason: 'SLACK_USER_NOT_LINKED',
    });
  });

  test('a Slack user whom nobody is linked to is told so', async () => {
    const nobody = cortado.as(cortado.slackUser(key, team, 'U0NOBODY'));
    await expect(nobody.matching.listMatches({})).rejects.toMatchObject({ reason: 'SLACK_USER_NOT_LINKED' });
  });

  test('a Slack user is asked for by the same source again and again', () => {
    expect(cortado.slackUser(key, team, 'U0ADA')).toBe(cortado.slackUser(key, team, 'U0ADA'));
    expect(cortado.slackUser(key, team, 'U0ADA')).not.toBe(cortado.slackUser(key, team, 'U0BEN'));
  });

  test('the link of a mail reads and answers its request, and nothing else', async () => {
    const ada = await site.as('ada');
    const { name } = await ada.matching.requestMatch({ mentor: 'people/ben', requestId: newRequestId() });
    await site.advance(stepToWorkingHours(new Date())); // Mails wait for them.
    const [first] = await mail.waitForMails(1);
    const text = first === undefined ? '' : partOf(first, 'text/plain');
    const token =
      /https:\/\/web\.test\.example\/\S*?([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)/.exec(text)?.[1] ?? '';
    const reader = cortado.as(cortado.answerLink(token));
    expect((await reader.matching.getRequest({ name })).state).toBe(Request_State.OPEN);
    await expect(reader.matching.listRequests({})).rejects.toMatchObject({ reason: 'ACCESS_DENIED' });
    await reader.matching.declineMatch({ request: name, requestId: newRequestId() });
    expect((await reader.matching.getRequest({ name })).state).toBe(Request_State.CLOSED);
    const again = reader.matching.acceptMatch({ request: name, requestId: newRequestId() });
    await expect(again).rejects.toMatchObject({ reason: 'REQUEST_ANSWERED' });
  });
});
