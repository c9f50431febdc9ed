import { createServer } from 'node:http';
import { ErrorCode, WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from './json.js';
import { type Slack, startSlack } from './slack.js';
import type { Team, User } from './world.js';

const scopes = ['chat:write', 'im:write', 'im:read', 'im:history', 'users:read', 'users:read.email', 'commands'];
let slack: Slack;
let team: Team;
let ann: User;
let client: WebClient;

beforeEach(async () => {
  slack = await startSlack();
  team = slack.addTeam();
  ann = slack.addUser(team, { name: 'ann', realName: 'Ann Archer', locale: 'de-DE', zone: 'Europe/Berlin' });
  client = clientWith(slack.install(team, scopes));
});
afterEach(() => slack.stop());

function clientWith(token: string | undefined): WebClient {
  return new WebClient(token, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true });
}

/** What a call was refused with. */
async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'ok';
  } catch (thrown) {
    const { data, code } = thrown as { data?: { error?: string }; code?: string };
    return data?.error ?? code ?? String(thrown);
  }
}

/** A trigger, as a command of Ann's would bring. */
async function trigger(): Promise<string> {
  let id = '';
  const app = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      id = new URLSearchParams(body).get('trigger_id') ?? '';
      response.end();
    });
  });
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  const { port } = app.address() as { port: number };
  slack.deliverTo({ http: `http://127.0.0.1:${port}` });
  await slack.user(ann).command('/coffee');
  await new Promise((resolve) => app.close(resolve));
  return id;
}

const modal = (more: JsonObject = {}) =>
  ({ type: 'modal', title: { type: 'plain_text', text: 'A modal' }, blocks: [], ...more }) as never;

describe('A token', () => {
  test('is asked for, and must be one that was given', async () => {
    expect(await refusal(clientWith(undefined).auth.test())).toBe('not_authed');
    expect(await refusal(clientWith('xoxb-none').auth.test())).toBe('invalid_auth');
    expect(await client.auth.test()).toMatchObject({ team_id: team.id, user_id: team.botUser });
  });

  test('is good for the scopes it was granted alone', async () => {
    const poor = clientWith(slack.install(team, ['chat:write']));
    expect(await refusal(poor.users.info({ user: ann.id }))).toBe('missing_scope');
    expect(slack.troubles).toMatchObject([{ where: 'users.info', problem: 'scope not granted: users:read' }]);
  });

  test('shows an e-mail address only with the scope for it', async () => {
    const poor = clientWith(slack.install(team, ['users:read']));
    expect((await poor.users.info({ user: ann.id })).user?.profile?.email).toBeUndefined();
    const { user } = await client.users.info({ user: ann.id, include_locale: true });
    expect(user).toMatchObject({ locale: 'de-DE', tz: 'Europe/Berlin', profile: { email: 'ann@example.com' } });
  });

  test('ends when it is revoked or the app is taken out', async () => {
    await client.auth.revoke();
    expect(await refusal(client.auth.test())).toBe('invalid_auth');
    const another = clientWith(slack.install(team, scopes));
    slack.uninstall(team);
    expect(await refusal(another.auth.test())).toBe('invalid_auth');
  });
});

describe('A message', () => {
  test('is posted, edited and deleted by its ts', async () => {
    const { channel } = await client.conversations.open({ users: ann.id });
    const { ts } = await client.chat.postMessage({ channel: channel?.id ?? '', text: 'one' });
    await client.chat.update({ channel: channel?.id ?? '', ts: ts ?? '', text: 'two' });
    expect(slack.user(ann).messages()).toMatchObject([{ text: 'two', ts }]);
    await client.chat.delete({ channel: channel?.id ?? '', ts: ts ?? '' });
    expect(slack.user(ann).messages()).toEqual([]);
  });

  test('goes to the same DM by the id of the person', async () => {
    const { channel } = await client.conversations.open({ users: ann.id });
    expect((await client.chat.postMessage({ channel: ann.id, text: 'one' })).channel).toBe(channel?.id);
  });

  test('is found in the history by its metadata', async () => {
    const metadata = { event_type: 'told', event_payload: { name: 'n1' } };
    const { channel = '', ts } = await client.chat.postMessage({ channel: ann.id, text: 'one', metadata });
    const { messages } = await client.conversations.history({ channel, include_all_metadata: true });
    expect(messages).toMatchObject([{ ts, metadata }]);
  });

  test('is refused with the reason and the place', async () => {
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: '' } }];
    await expect(client.chat.postMessage({ channel: ann.id, text: 'x', blocks })).rejects.toMatchObject({
      code: ErrorCode.PlatformError,
      data: {
        error: 'invalid_blocks',
        response_metadata: { messages: [expect.stringContaining('/blocks/0/text/text')] },
      },
    });
    expect(slack.troubles).toHaveLength(1);
  });

  test('that nobody can get is refused', async () => {
    const { channel = '' } = await client.chat.postMessage({ channel: ann.id, text: 'x' });
    expect(await refusal(client.chat.postMessage({ channel: 'C404', text: 'x' }))).toBe('channel_not_found');
    expect(await refusal(client.chat.update({ channel, ts: '1.2', text: 'x' }))).toBe('message_not_found');
    expect(await refusal(client.chat.postMessage({ channel, text: 'x'.repeat(40_001) }))).toBe('msg_too_long');
    const closed = slack.addChannel(team, 'others', [ann]);
    expect(await refusal(client.chat.postMessage({ channel: closed.id, text: 'x' }))).toBe('not_in_channel');
  });

  test('of a person cannot be edited by the app', async () => {
    const { channel = '' } = await client.chat.postMessage({ channel: ann.id, text: 'x' });
    const said = { type: 'message' as const, ts: '5.5', channel, user: ann.id, text: 'hi', blocks: [] };
    team.messages.get(channel)?.push(said);
    expect(await refusal(client.chat.update({ channel, ts: '5.5', text: 'x' }))).toBe('cant_update_message');
  });

  test('that would ping or link is noted, though Slack takes it', async () => {
    await client.chat.postMessage({ channel: ann.id, text: 'Hello <!channel>' });
    expect(slack.troubles).toMatchObject([{ problem: 'text pings !channel [json-pointer:/text]' }]);
  });
});

describe('A trigger', () => {
  test('opens one view', async () => {
    const trigger_id = await trigger();
    const { view } = await client.views.open({ trigger_id, view: modal() });
    expect(slack.user(ann).modal()?.id).toBe(view?.id);
    expect(await refusal(client.views.open({ trigger_id, view: modal() }))).toBe('exchanged_trigger_id');
  });

  test('is good for three seconds', async () => {
    const [early, late] = [await trigger(), await trigger()];
    slack.advance(2900);
    expect(await refusal(client.views.open({ trigger_id: early, view: modal() }))).toBe('ok');
    slack.advance(101);
    expect(await refusal(client.views.open({ trigger_id: late, view: modal() }))).toBe('expired_trigger_id');
  });

  test('nobody gave is none', async () => {
    expect(await refusal(client.views.open({ trigger_id: '1.2.3', view: modal() }))).toBe('invalid_trigger_id');
  });
});

describe('A view', () => {
  test('lies on at most two others', async () => {
    await client.views.open({ trigger_id: await trigger(), view: modal() });
    await client.views.push({ trigger_id: await trigger(), view: modal() });
    const { view } = await client.views.push({ trigger_id: await trigger(), view: modal() });
    expect(view?.previous_view_id).not.toBe(view?.root_view_id);
    expect(await refusal(client.views.push({ trigger_id: await trigger(), view: modal() }))).toBe('push_limit_reached');
  });

  test('is updated by who knows its hash', async () => {
    const { view } = await client.views.open({ trigger_id: await trigger(), view: modal() });
    const change = { view_id: view?.id ?? '', hash: view?.hash ?? '', view: modal() };
    expect(await refusal(client.views.update(change))).toBe('ok');
    expect(await refusal(client.views.update(change))).toBe('hash_conflict');
    expect(await refusal(client.views.update({ view_id: 'V404', view: modal() }))).toBe('not_found');
  });

  test('over the limits is refused', async () => {
    const view = modal({ title: { type: 'plain_text', text: 'x'.repeat(25) } });
    expect(await refusal(client.views.open({ trigger_id: await trigger(), view }))).toBe('invalid_arguments');
    const home = { type: 'home', blocks: [], private_metadata: 'x'.repeat(260_000) } as never;
    expect(await refusal(client.views.publish({ user_id: ann.id, view: home }))).toBe('view_too_large');
  });

  test('of a home is the person’s own', async () => {
    await client.views.publish({ user_id: ann.id, view: { type: 'home', blocks: [{ type: 'divider' }] } });
    expect(slack.user(ann).home()?.blocks).toMatchObject([{ type: 'divider' }]);
  });
});

describe('Trouble on purpose', () => {
  test('comes as often as planned, then is over', async () => {
    slack.faults.next('chat.postMessage', { status: 500 }, 2);
    for (const expected of [ErrorCode.HTTPError, ErrorCode.HTTPError, 'ok']) {
      const became = await refusal(client.chat.postMessage({ channel: ann.id, text: 'x' }));
      expect(became === 'ok' ? 'ok' : ErrorCode.HTTPError).toBe(expected);
    }
  });

  test('may be a limit, with the time to wait', async () => {
    slack.faults.next('chat.postMessage', { status: 429, retryAfter: 7 });
    await expect(client.chat.postMessage({ channel: ann.id, text: 'x' })).rejects.toMatchObject({ retryAfter: 7 });
    await client.chat.postMessage({ channel: ann.id, text: 'x' });
    expect(slack.rates.breaches).toMatchObject([{ told: true }]);
  });

  test('may lose the answer to what was done', async () => {
    slack.faults.next('chat.postMessage', 'lost answer');
    expect(await refusal(client.chat.postMessage({ channel: ann.id, text: 'x' }))).not.toBe('ok');
    expect(slack.user(ann).messages()).toHaveLength(1);
    slack.faults.next('chat.postMessage', 'reset');
    expect(await refusal(client.chat.postMessage({ channel: ann.id, text: 'y' }))).not.toBe('ok');
    expect(slack.user(ann).messages()).toHaveLength(1);
  });

  test('may be all of Slack', async () => {
    slack.outage(true);
    expect(await refusal(client.auth.test())).toBe(ErrorCode.RequestError);
    slack.outage(false);
    expect(await refusal(client.auth.test())).toBe('ok');
  });
});

describe('A rate limit', () => {
  test('is one message a second to a conversation', async () => {
    slack.rates.mode = 'enforce';
    expect(await refusal(client.chat.postMessage({ channel: ann.id, text: '1' }))).toBe('ok');
    await expect(client.chat.postMessage({ channel: ann.id, text: '2' })).rejects.toMatchObject({ retryAfter: 1 });
    const bob = slack.addUser(team);
    slack.advance(1000);
    expect(await refusal(client.chat.postMessage({ channel: bob.id, text: '3' }))).toBe('ok');
    expect(await refusal(client.chat.postMessage({ channel: ann.id, text: '4' }))).toBe('ok');
    expect(slack.rates.breaches).toHaveLength(1);
  });

  test('is of the tier of the method', async () => {
    slack.rates.mode = 'enforce';
    for (let count = 0; count < 50; count += 1) await client.conversations.open({ users: ann.id });
    await expect(client.conversations.open({ users: ann.id })).rejects.toMatchObject({
      code: ErrorCode.RateLimitedError,
    });
    slack.advance(60_000);
    expect(await refusal(client.conversations.open({ users: ann.id }))).toBe('ok');
  });
});

describe('Installing', () => {
  const ask = (more: Record<string, string> = {}): string => {
    const query = new URLSearchParams({
      client_id: slack.app.clientId,
      scope: 'chat:write,commands',
      redirect_uri: 'https://bot.example/slack/oauth_redirect',
      state: 's1',
      ...more,
    });
    return `${slack.authorizeUrl}?${query}`;
  };
  const exchange = (code: string, client_secret = slack.app.clientSecret) =>
    clientWith(undefined).oauth.v2.access({ client_id: slack.app.clientId, client_secret, code });

  test('leads back with a code that is good once', async () => {
    const back = new URL(slack.consent(ask(), ann));
    expect(back.searchParams.get('state')).toBe('s1');
    const code = back.searchParams.get('code') ?? '';
    expect(await refusal(exchange(code, 'wrong'))).toBe('bad_client_secret');
    const granted = await exchange(code);
    expect(granted).toMatchObject({ team: { id: team.id }, scope: 'chat:write,commands' });
    expect(await refusal(exchange(code))).toBe('invalid_code');
    expect(await clientWith(granted.access_token).auth.test()).toMatchObject({ team_id: team.id });
  });

  test('of another app shows an error page', () => {
    expect(() => slack.consent(ask({ client_id: 'other' }), ann)).toThrow('invalid client_id');
  });
});
