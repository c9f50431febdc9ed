// startSlack(): the whole stand-in.
import { movableClock } from './clock.js';
import type { Ack, Bring, Delivery } from './delivery/ack.js';
import { deliver, eventDelivery, slackRetryWaits } from './delivery/deliver.js';
import { overHttp, type SignedRequest, send, signedRequest } from './delivery/http.js';
import { newSockets, type Sockets } from './delivery/socket.js';
import { type Faults, newFaults } from './faults.js';
import { type Installed, installFrom } from './installing.js';
import { type Call, type Entry, newJournal } from './journal.js';
import { isObject, type JsonObject } from './json.js';
import { consent, grantToken } from './methods/oauth.js';
import { uninstall } from './methods/people.js';
import { newPerson, type Person } from './person.js';
import { newRates, type Rates } from './rates.js';
import { listen } from './server.js';
import { type App, type Channel, newId, secret, type Team, type Trouble, type User, type World } from './world.js';

/** How a stand-in differs from the usual. */
export interface SlackOptions {
  app?: Partial<App>;
  /** Milliseconds since 1970; the machine's clock by default. */
  clock?: () => number;
  /** Whether calls over a rate limit are answered 429 or only kept in `rates.breaches`, as by default. */
  rateLimits?: Rates['mode'];
  /** Waits before an event is brought again, in ms; Slack's own by default. */
  retryWaits?: readonly number[];
}

/** A stand-in for Slack, on loopback. */
export interface Slack {
  app: App;
  /** For `slackApiUrl` of the app's client. */
  apiUrl: string;
  /** For `authorizationUrl` of the app's installer. */
  authorizeUrl: string;
  faults: Faults;
  rates: Rates;
  /** Every call of the app, in order. */
  calls: Call[];
  /** What real Slack would have refused, or people should not have seen: a test wants none. */
  troubles: Trouble[];
  /** What happened in front of people. */
  entries: Entry[];
  /** Words of people that no text may obey: see limits/mrkdwn.ts. */
  words: Set<string>;
  /** Beginnings of addresses that the app may link to. */
  links: Set<string>;
  addTeam(facts?: { id?: string; name?: string }): Team;
  /** A person of `team`; what is not told is made up. */
  addUser(team: Team, facts?: Partial<User>): User;
  addChannel(team: Team, name: string, members: User[], facts?: { kind?: Channel['kind'] }): Channel;
  /** Installs the app as its administrator would, without OAuth; the bot token. */
  install(team: Team, scopes: string[], by?: User): string;
  /** What an administrator's consent to the installation page at `authorizeAddress` leads to; see `methods/oauth.ts`. */
  consent(authorizeAddress: string, by: User): string;
  /** Installs from the app's own page, as `by` at a browser would. */
  installFrom(address: string, by: User): Promise<Installed>;
  uninstall(team: Team): void;
  /** Asks an app whether the address is its own, as when it is entered at api.slack.com; whether it passed. */
  verifyUrl(): Promise<boolean>;
  /** Brings deliveries to an app that listens here (or to its Socket Mode connections). */
  deliverTo(target: { http: string } | 'socket'): void;
  /** A person who acts; in `team` where that is not their own. */
  user(user: User | string, team?: Team): Person;
  /** Brings any event to the app. */
  event(team: Team, event: JsonObject): Promise<Ack>;
  /** A signed request for tests to alter, and the sending of it. */
  signed(delivery: Delivery, timestamp?: number): SignedRequest;
  send(request: SignedRequest): Promise<Ack>;
  /** The last deliveries, for tests to bring again. */
  deliveries: Delivery[];
  /** Slack is not there, until called with false. */
  outage(on: boolean): void;
  /** How many connections outages have refused. */
  refused(): number;
  sockets: Sockets;
  now(): number;
  advance(milliseconds: number): void;
  stop(): Promise<void>;
}

function newApp(facts: Partial<App>): App {
  return {
    id: newId('A'),
    clientId: `${secret(4)}.${secret(4)}`,
    clientSecret: secret(16),
    signingSecret: secret(16),
    appToken: `xapp-1-${secret(16)}`,
    verificationToken: secret(12),
    ...facts,
  };
}

function newWorld(options: SlackOptions): World {
  const clock = movableClock(options.clock);
  return {
    clock,
    app: newApp(options.app ?? {}),
    origin: '',
    teams: new Map(),
    grants: new Map(),
    codes: new Map(),
    triggers: new Map(),
    responseUrls: new Map(),
    journal: newJournal(),
    calls: [],
    troubles: [],
    faults: newFaults(),
    rates: newRates(clock, options.rateLimits ?? 'record'),
    words: new Set(),
    links: new Set(),
    submitting: 0,
    tell: () => undefined,
  };
}

function addUser(team: Team, facts: Partial<User>): User {
  const id = facts.id ?? newId('U');
  const name = facts.name ?? id.toLowerCase();
  const usual = { realName: name, email: `${name}@example.com`, emailConfirmed: true, locale: 'en-US', zone: 'UTC' };
  const user: User = { ...usual, ...facts, id, name, team: facts.team ?? team.id };
  team.users.set(id, user);
  return user;
}

function addTeam(world: World, facts: { id?: string; name?: string }): Team {
  const id = facts.id ?? newId('T');
  const name = facts.name ?? id;
  const maps = { users: new Map(), channels: new Map(), messages: new Map(), modals: new Map(), homes: new Map() };
  const team: Team = { id, name, domain: id.toLowerCase(), ...maps, botUser: newId('U'), botId: newId('B') };
  addUser(team, { id: team.botUser, name: 'cortado', realName: 'Cortado', bot: true });
  world.teams.set(id, team);
  return team;
}

function addChannel(team: Team, name: string, members: User[], kind: Channel['kind']): Channel {
  const channel: Channel = { id: newId('C'), team: team.id, kind, name, members: new Set(members.map(({ id }) => id)) };
  team.channels.set(channel.id, channel);
  return channel;
}

function teamOfUser(world: World, user: User | string, team?: Team): [Team, User] {
  const id = typeof user === 'string' ? user : user.id;
  for (const candidate of team ? [team] : world.teams.values()) {
    const found = candidate.users.get(id);
    if (found) return [candidate, found];
  }
  throw new Error(`nobody of id ${id}`);
}

/** Starts a stand-in on a free port of 127.0.0.1. `stop()` ends it. */
export async function startSlack(options: SlackOptions = {}): Promise<Slack> {
  const world = newWorld(options);
  const sockets = newSockets(world);
  const listening = await listen(world, sockets);
  const waits = options.retryWaits ?? slackRetryWaits;
  const deliveries: Delivery[] = [];
  let target: { http: string } | 'socket' | undefined;
  const bring: Bring = (delivery, retry) => {
    if (!target) throw new Error('deliverTo() first');
    if (!retry) deliveries.push(delivery);
    return target === 'socket' ? sockets.bring(delivery, retry) : overHttp(world, target.http)(delivery, retry);
  };
  const event = (team: Team, body: JsonObject): Promise<Ack> =>
    deliver(world, bring, eventDelivery(world, team, body), waits);
  world.tell = (team, body) => {
    if (target) void event(team, { ...body, event_ts: String(world.clock.now() / 1000) });
  };
  const { app, faults, rates, calls, troubles, words, links, clock } = world;
  return {
    ...{ app, faults, rates, calls, troubles, words, links, deliveries, sockets, event },
    apiUrl: `${listening.origin}/api/`,
    authorizeUrl: `${listening.origin}/oauth/v2/authorize`,
    entries: world.journal.entries,
    addTeam: (facts = {}) => addTeam(world, facts),
    addUser: (team, facts = {}) => addUser(team, facts),
    addChannel: (team, name, members, { kind = 'public' } = {}) => addChannel(team, name, members, kind),
    install: (team, scopes, by) => grantToken(world, team, scopes, by?.id ?? team.botUser),
    consent: (address, by) => consent(world, address, teamOfUser(world, by)[0], by.id),
    installFrom: (address, by) => installFrom(world, address, teamOfUser(world, by)[0], by),
    uninstall: (team) => uninstall(world, team),
    async verifyUrl() {
      const challenge = secret(16);
      const { ok, body } = await bring({
        kind: 'event',
        body: { type: 'url_verification', token: app.verificationToken, challenge },
      });
      return ok && (body === challenge || (isObject(body) && body['challenge'] === challenge));
    },
    deliverTo: (to) => {
      target = to;
    },
    user: (user, inTeam) => {
      const [team, found] = teamOfUser(world, user, inTeam);
      return newPerson(world, team, found, { bring: () => bring, waits });
    },
    signed: (delivery, timestamp) => signedRequest(world, delivery, timestamp),
    send: (request) => send(target !== undefined && target !== 'socket' ? target.http : '', request),
    outage: listening.outage,
    refused: listening.refused,
    now: clock.now,
    advance: clock.advance,
    stop: listening.close,
  };
}
