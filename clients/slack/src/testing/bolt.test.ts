// The stand-in against an app on Slack's own framework, over HTTP and over Socket Mode.
import { createServer } from 'node:net';
import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { afterEach, describe, expect, test } from 'vitest';
import type { JsonObject } from './json.js';
import type { Person } from './person.js';
import { type Slack, startSlack } from './slack.js';
import type { Team } from './world.js';

const scopes = ['chat:write', 'commands', 'im:history'];
const plain = (text: string) => ({ type: 'plain_text' as const, text });

interface House {
  slack: Slack;
  team: Team;
  ann: Person;
  app: App;
  events: string[];
}

let ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ending.reverse()) await end();
  ending = [];
});

/** What the app under test does with what reaches it. */
function listenTo(app: App, events: string[]): void {
  app.command('/coffee', async ({ ack, client, body }) => {
    await ack({ text: 'One moment' });
    const element = { type: 'plain_text_input' as const, action_id: 'what', max_length: 20 };
    const blocks = [{ type: 'input' as const, block_id: 'what', label: plain('What?'), element }];
    const view = { type: 'modal' as const, callback_id: 'ask', title: plain('Ask'), submit: plain('Go'), blocks };
    await client.views.open({ trigger_id: body.trigger_id, view });
  });
  app.view('ask', async ({ ack, view, client, body }) => {
    const said = view.state.values['what']?.['what']?.value ?? '';
    if (said === 'bad') return ack({ response_action: 'errors', errors: { what: 'Not that' } });
    await ack();
    const elements = [{ type: 'button' as const, action_id: 'yes', text: plain('Yes'), value: said }];
    await client.chat.postMessage({ channel: body.user.id, text: said, blocks: [{ type: 'actions', elements }] });
  });
  app.action('yes', async ({ ack, respond }) => {
    await ack();
    await respond({ text: 'Booked', replace_original: true });
  });
  app.event('app_home_opened', async ({ event, client }) => {
    events.push(event.type);
    await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: [{ type: 'divider' }] } });
  });
  app.message(async ({ body }) => {
    events.push(body.event_id);
  });
}

async function startHouse(way: 'http' | 'socket'): Promise<House> {
  const slack = await startSlack({ retryWaits: [0, 0, 0] });
  ending.push(() => slack.stop());
  const team = slack.addTeam();
  const user = slack.addUser(team, { name: 'ann' });
  const clientOptions = { slackApiUrl: slack.apiUrl };
  const http = new HTTPReceiver({ signingSecret: slack.app.signingSecret, logLevel: LogLevel.ERROR });
  const socket = (): SocketModeReceiver =>
    new SocketModeReceiver({
      appToken: slack.app.appToken,
      logLevel: LogLevel.ERROR,
      installerOptions: { clientOptions },
    });
  const receiver = way === 'http' ? http : socket();
  const app = new App({ token: slack.install(team, scopes), receiver, clientOptions, logLevel: LogLevel.ERROR });
  const events: string[] = [];
  listenTo(app, events);
  const server = await app.start(0);
  ending.push(() => app.stop());
  if (way === 'socket') slack.deliverTo('socket');
  else {
    const { port } = (server as { address(): { port: number } }).address();
    slack.deliverTo({ http: `http://127.0.0.1:${port}/slack/events` });
  }
  return { slack, team, ann: slack.user(user), app, events };
}

describe.each(['http', 'socket'] as const)('An app over %s', (way) => {
  test('talks with a person through commands, modals and buttons', async () => {
    const { slack, ann } = await startHouse(way);
    expect(await ann.command('/coffee')).toMatchObject({ ok: true, body: { text: 'One moment' } });
    await ann.seesMessage('One moment');
    const modal = await ann.seesModal('Ask');
    expect(await ann.submit(modal, { what: 'bad' })).toMatchObject({ body: { response_action: 'errors' } });
    expect(ann.modal()?.id).toBe(modal.id);
    await ann.submit(modal, { what: 'tea' });
    expect(ann.modal()).toBeUndefined();
    const message = await ann.sees(() => ann.messages().find(({ text }) => text === 'tea'));
    expect(await ann.press(message, 'yes', 'tea')).toMatchObject({ ok: true });
    expect((await ann.seesMessage('Booked')).ts).toBe(message.ts);
    expect(slack.troubles).toEqual([]);
  });

  test('shows a home and hears messages', async () => {
    const { ann, events } = await startHouse(way);
    expect(await ann.openHome()).toMatchObject({ ok: true });
    await ann.sees(() => ann.home());
    await ann.dm('hello');
    expect(events).toEqual(['app_home_opened', expect.stringMatching(/^Ev/)]);
  });

  test('gets an event as often as a test asks, under one id', async () => {
    const { slack, ann, events } = await startHouse(way);
    slack.faults.deliveries = 4;
    const ack = await ann.dm('hello');
    expect(ack.more).toHaveLength(3);
    expect(events).toHaveLength(4);
    expect(new Set(events).size).toBe(1);
  });
});

test('An event that an app does not take comes three times more', async () => {
  const { slack, ann, app } = await startHouse('http');
  await app.stop();
  ending.pop();
  const ack = await ann.dm('hello');
  expect([ack, ...ack.more].map(({ ok, reason }) => [ok, reason])).toEqual(Array(4).fill([false, 'connection_failed']));
  expect(slack.deliveries).toHaveLength(1);
});

test('A command that an app does not take comes once, and the person sees so', async () => {
  const { slack, ann, app } = await startHouse('http');
  await app.stop();
  ending.pop();
  expect(await ann.command('/coffee')).toMatchObject({ ok: false, more: [] });
  expect(slack.entries.at(-1)).toMatchObject({ kind: 'refused' });
});

test('A request that was altered is refused', async () => {
  const { slack, ann } = await startHouse('http');
  await ann.dm('hello');
  const [delivery] = slack.deliveries;
  if (!delivery) throw new Error('nothing was delivered');
  const request = slack.signed(delivery);
  expect(await slack.send(request)).toMatchObject({ status: 200 });
  expect(await slack.send({ ...request, body: `${request.body} ` })).toMatchObject({ status: 401 });
  expect(await slack.send(slack.signed(delivery, slack.now() / 1000 - 301))).toMatchObject({ status: 401 });
});

test('A connection of Socket Mode is renewed when Slack asks, and after it broke', async () => {
  const { slack, ann, events } = await startHouse('socket');
  slack.sockets.refresh(50);
  await ann.sees(() => undefined, 200).catch(() => undefined);
  slack.sockets.cut();
  await expect.poll(() => slack.sockets.connected(), { timeout: 20_000 }).toBe(1);
  await ann.dm('hello');
  expect(events).toHaveLength(1);
});

test('A person cannot do what Slack would not let them', async () => {
  const { ann, slack, team } = await startHouse('http');
  await ann.command('/coffee');
  const modal = await ann.seesModal();
  await expect(ann.submit(modal)).rejects.toThrow('needs an answer');
  await expect(ann.submit(modal, { what: 'x'.repeat(21) })).rejects.toThrow('too long');
  expect(() => ann.press(modal, 'no')).toThrow('no no to press');
  const elsewhere = slack.addChannel(team, 'elsewhere', []);
  await expect(ann.command('/coffee', '', elsewhere.id)).rejects.toThrow('is not in');
  expect(slack.troubles).toEqual([]);
});

test('What a bot must not do to words is kept as trouble', async () => {
  const { slack, ann, app, team } = await startHouse('http');
  slack.words.add('*Ann*');
  const section: JsonObject = {
    type: 'section',
    text: { type: 'mrkdwn', text: '*Ann* <!here> <https://evil.example|x>' },
  };
  await app.client.chat.postMessage({ channel: ann.user.id, text: 'x', blocks: [section as never] });
  expect(slack.troubles.map(({ problem }) => problem)).toEqual([
    'text pings !here [json-pointer:/blocks/0/text/text]',
    'text links to https://evil.example [json-pointer:/blocks/0/text/text]',
    'mark-up changes a word said: *Ann*',
  ]);
  expect(team.users.size).toBe(2);
});

/** A port that was free a moment ago: an app has to know its address before it listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('An administrator installs the app from its own page', async () => {
  const slack = await startSlack();
  ending.push(() => slack.stop());
  const admin = slack.addUser(slack.addTeam());
  const kept: string[] = [];
  const port = await freePort();
  const receiver = new HTTPReceiver({
    signingSecret: slack.app.signingSecret,
    clientId: slack.app.clientId,
    clientSecret: slack.app.clientSecret,
    stateSecret: 'a state secret',
    scopes,
    redirectUri: `http://127.0.0.1:${port}/slack/oauth_redirect`,
    installerOptions: {
      redirectUriPath: '/slack/oauth_redirect',
      authorizationUrl: slack.authorizeUrl,
      clientOptions: { slackApiUrl: slack.apiUrl },
    },
    installationStore: {
      storeInstallation: async ({ team }) => void kept.push(team?.id ?? ''),
      fetchInstallation: async () => Promise.reject(new Error('not asked for here')),
    },
    logLevel: LogLevel.ERROR,
  });
  await receiver.start(port);
  ending.push(() => receiver.stop());
  slack.deliverTo({ http: `http://127.0.0.1:${port}/slack/events` });
  expect(await slack.verifyUrl()).toBe(true);
  expect(await slack.installFrom(`http://127.0.0.1:${port}/slack/install`, admin)).toMatchObject({ status: 200 });
  expect(kept).toEqual([admin.team]);
});
