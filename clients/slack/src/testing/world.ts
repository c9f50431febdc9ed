// What Slack knows: workspaces, people, conversations, messages, views, tokens. One object that all rooms share.
import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.js';
import type { Faults } from './faults.js';
import type { Call, Journal } from './journal.js';
import type { JsonObject } from './json.js';
import type { Rates } from './rates.js';

/** The app that the bot is: what a workspace's administrator reads at api.slack.com. */
export interface App {
  id: string;
  clientId: string;
  clientSecret: string;
  signingSecret: string;
  /** For Socket Mode. */
  appToken: string;
  verificationToken: string;
}

/** A person, as `users.info` knows them. */
export interface User {
  id: string;
  team: string;
  /** The handle, as in the `user_name` of a command. */
  name: string;
  realName: string;
  email: string;
  emailConfirmed: boolean;
  /** For example de-DE. */
  locale: string;
  /** IANA zone. */
  zone: string;
  /** A guest of several channels, or of one. */
  guest?: 'restricted' | 'ultra_restricted';
  /** From another company, met in a shared channel. */
  stranger?: boolean;
  deactivated?: boolean;
  bot?: boolean;
}

/** A conversation; a DM is between the app and `user`. */
export interface Channel {
  id: string;
  team: string;
  kind: 'dm' | 'public' | 'private';
  name: string;
  user?: string;
  members: Set<string>;
}

/** A message as Slack keeps it. */
export interface Message extends JsonObject {
  type: 'message';
  ts: string;
  channel: string;
  user: string;
  text: string;
  blocks: JsonObject[];
  /** Set on what the app wrote. */
  bot_id?: string;
  metadata?: JsonObject;
  edited?: { user: string; ts: string };
  /** Set on what one person alone sees. */
  onlyFor?: string;
}

/** A modal or a home as Slack keeps it. */
export interface View extends JsonObject {
  id: string;
  team_id: string;
  type: 'modal' | 'home';
  blocks: JsonObject[];
  hash: string;
  callback_id: string;
  private_metadata: string;
  external_id: string;
  state: { values: Record<string, Record<string, JsonObject>> };
  root_view_id: string;
  previous_view_id: string | null;
}

/** A workspace that may have installed the app. */
export interface Team {
  id: string;
  name: string;
  domain: string;
  users: Map<string, User>;
  channels: Map<string, Channel>;
  /** By channel, oldest first. */
  messages: Map<string, Message[]>;
  /** Open modals by user: the root first, the one on top last. */
  modals: Map<string, View[]>;
  homes: Map<string, View>;
  botUser: string;
  botId: string;
}

/** What a bot token is good for. */
export interface Grant {
  team: string;
  scopes: string[];
  installedBy: string;
}

/** A trigger: one view, within three seconds. */
export interface Trigger {
  team: string;
  user: string;
  issued: number;
  used: boolean;
}

/** A response_url: five posts within 30 minutes. */
export interface ResponseUrl {
  team: string;
  user: string;
  channel: string;
  issued: number;
  posts: number;
  /** The message whose button was pressed. */
  message?: string;
}

/** Something a real Slack would have refused, or a person should not have seen. A test fails on any. */
export interface Trouble {
  at: number;
  where: string;
  problem: string;
}

/** Everything. */
export interface World {
  clock: Clock;
  app: App;
  /** Where the stand-in answers: http://127.0.0.1:PORT. */
  origin: string;
  teams: Map<string, Team>;
  grants: Map<string, Grant>;
  codes: Map<string, Grant & { redirectUri: string }>;
  triggers: Map<string, Trigger>;
  responseUrls: Map<string, ResponseUrl>;
  journal: Journal;
  calls: Call[];
  troubles: Trouble[];
  faults: Faults;
  rates: Rates;
  /** What people said that texts may repeat but never obey. */
  words: Set<string>;
  /** Beginnings of addresses the app may link to. */
  links: Set<string>;
  /** How many forms are on their way to the app, whose answers Slack has not seen yet. */
  submitting: number;
  /** Tells a connected app of an event. */
  tell: (team: Team, event: JsonObject) => void;
}

let last = 0;

/** A name nobody had before, in Slack's style: `V0000A3F1C2`. */
export function newId(prefix: string): string {
  last += 1;
  return `${prefix}${(last + 0xa00000).toString(36).toUpperCase().padStart(8, '0')}`;
}

/** Random hexadecimal text of `bytes` bytes. */
export function secret(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}

let lastTs = 0;

/** The `ts` of a message of now: seconds, and six digits that make it unique and later than all before. */
export function newTs(clock: Clock): string {
  lastTs = Math.max(lastTs + 1, clock.now() * 1000);
  return `${Math.floor(lastTs / 1_000_000)}.${String(lastTs % 1_000_000).padStart(6, '0')}`;
}

/** Notes something a real Slack would not have stood for. */
export function note(world: World, where: string, problem: string): void {
  world.troubles.push({ at: world.clock.now(), where, problem });
}

/** The DM between the app and `user`, made when there is none. */
export function dmWith(team: Team, user: string): Channel {
  for (const channel of team.channels.values()) {
    if (channel.kind === 'dm' && channel.user === user) return channel;
  }
  const members = new Set([user, team.botUser]);
  const channel: Channel = { id: newId('D'), team: team.id, kind: 'dm', name: 'directmessage', user, members };
  team.channels.set(channel.id, channel);
  return channel;
}

/** A new trigger of `user`. */
export function newTrigger(world: World, team: Team, user: string): string {
  const id = `${Math.floor(world.clock.now())}.${team.id.length}.${secret(16)}`;
  world.triggers.set(id, { team: team.id, user, issued: world.clock.now(), used: false });
  return id;
}

/** A new response_url for `user` in `channel`, about `message` where a button of one was pressed. */
export function newResponseUrl(world: World, user: User, channel: string, message?: string): string {
  const id = secret(12);
  const about = message === undefined ? {} : { message };
  world.responseUrls.set(id, {
    team: user.team,
    user: user.id,
    channel,
    issued: world.clock.now(),
    posts: 0,
    ...about,
  });
  return `${world.origin}/response/${user.team}/${id}`;
}
