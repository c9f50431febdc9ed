// Slack's Web API as the bot uses it: few methods, each in its turn, nothing repeated that could be done twice.

import type { HomeView, ModalView } from '@slack/types';
import { type Logger, LogLevel, WebClient } from '@slack/web-api';
import type { Message } from '../screens/message.js';
import { repeatedly } from './errors.js';
import { makePace } from './pace.js';

/** How a client is made. */
export interface SlackOptions {
  /** With a slash at the end. */
  url: string;
  /** How long a call may take, in milliseconds. */
  timeoutMs: number;
}

/** A user, as users.info tells it. */
export type SlackMember = NonNullable<Awaited<ReturnType<WebClient['users']['info']>>['user']>;

/** One workspace, as its bot. Everything throws what WebClient throws; what may be repeated is. */
export interface Slack {
  /** Opens a modal (or pushes one on the modal that is open) by a trigger, at once or not at all; its id. */
  openView(how: 'open' | 'push', trigger: string, view: ModalView): Promise<string>;
  updateView(id: string, view: ModalView): Promise<void>;
  publishHome(user: string, view: HomeView): Promise<void>;
  /** Posts once, to a user's DM; its reference, `channel:ts`. `notification`: kept with it, for finding it again. */
  post(user: string, message: Message, notification?: string): Promise<string>;
  /** Puts a message in the place of the one at `reference`. */
  replace(reference: string, message: Message): Promise<void>;
  member(user: string): Promise<SlackMember | undefined>;
  /** The last messages of the DM with a user: notification and reference of each that has one. */
  posted(user: string): Promise<Map<string, string>>;
}

// Its lines may hold tokens and words of people: what goes wrong reaches us as an error anyway.
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};

const eventType = 'cortado_notification';
const looksBack = 100;
// A trigger lives three seconds.
const triggerMs = 1500;

function makeClient(token: string, { url, timeoutMs }: SlackOptions): WebClient {
  return new WebClient(token, {
    slackApiUrl: url,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: timeoutMs,
    logger: silentLogger,
  });
}

function metadataFor(notification: string | undefined) {
  if (notification === undefined) return {};
  return { metadata: { event_type: eventType, event_payload: { notification } } };
}

/** Connects nothing yet. */
export function connectSlack(token: string, options: SlackOptions): Slack {
  const client = makeClient(token, options);
  const pace = makePace();
  return {
    async openView(how, trigger_id, view) {
      const opened = await pace.run(`views.${how}`, () => client.views[how]({ trigger_id, view }), {
        withinMs: triggerMs,
      });
      return opened.view?.id ?? '';
    },
    async updateView(view_id, view) {
      await repeatedly(() => pace.run('views.update', () => client.views.update({ view_id, view })));
    },
    async publishHome(user_id, view) {
      await repeatedly(() => pace.run('views.publish', () => client.views.publish({ user_id, view })));
    },
    async post(user, message, notification) {
      const quiet = { unfurl_links: false, unfurl_media: false };
      const post = () => client.chat.postMessage({ channel: user, ...message, ...quiet, ...metadataFor(notification) });
      const sent = await pace.run('chat.postMessage', post, { key: user });
      return `${sent.channel}:${sent.ts}`;
    },
    async replace(reference, message) {
      const [channel = '', ts = ''] = reference.split(':');
      await repeatedly(() => pace.run('chat.update', () => client.chat.update({ channel, ts, ...message })));
    },
    async member(user) {
      const { user: found } = await repeatedly(() =>
        pace.run('users.info', () => client.users.info({ user, include_locale: true })),
      );
      return found;
    },
    async posted(user) {
      const { channel } = await repeatedly(() =>
        pace.run('conversations.open', () => client.conversations.open({ users: user })),
      );
      const id = channel?.id ?? '';
      const { messages = [] } = await repeatedly(() =>
        pace.run('conversations.history', () =>
          client.conversations.history({ channel: id, limit: looksBack, include_all_metadata: true }),
        ),
      );
      const found = new Map<string, string>();
      for (const { ts, metadata } of messages) {
        const name = (metadata?.event_payload as { notification?: unknown } | undefined)?.notification;
        if (metadata?.event_type === eventType && typeof name === 'string') found.set(name, `${id}:${ts}`);
      }
      return found;
    },
  };
}
