// App Home: next chats, what waits for an answer, what one waits for, matches, and how one wants to hear of things.
import type { Home, Part } from '@cortado/api';
import { Channel, type NotificationPreferences } from '@cortado/api/gen/cortado/scheduling/v1/notification_pb.js';
import type { HomeView, PlainTextOption } from '@slack/types';
import {
  actions,
  type Block,
  button,
  confirm,
  context,
  divider,
  fit,
  header,
  limits,
  option,
  section,
} from './blocks.js';
import { chatCard } from './chat.js';
import { unlinkedBlocks } from './link.js';
import { matchRow } from './match.js';
import { type Look, requestRow } from './request.js';
import type { Words } from './words.js';

export type { Home } from '@cortado/api';

// 100 blocks in all: a chat takes 4, the others 3 each.
const most = { chats: 6, toMe: 7, fromMe: 5, matches: 6 } as const;

interface List<T> {
  title: string;
  empty: string;
  part: Part<T[]>;
  most: number;
  show(item: T): Block[];
}

function list<T>(words: Words, { title, empty, part, most: limit, show }: List<T>): Block[] {
  if (!part.ok) return [header(words.say(title)), section(part.error.userMessage)];
  const shown = part.value.slice(0, limit);
  const left = part.value.length - shown.length;
  return [
    header(words.say(title)),
    ...(shown.length === 0 ? context(words.say(empty)) : shown.flatMap(show)),
    ...(left > 0 ? context(words.say('slack.home.more', { count: left })) : []),
  ];
}

function channelOptions(words: Words): { channel: Channel; option: PlainTextOption }[] {
  const codes = [
    [Channel.UNSPECIFIED, 'slack.preferences.channel_any'],
    [Channel.SLACK, 'slack.preferences.channel_slack'],
    [Channel.MAIL, 'slack.preferences.channel_mail'],
  ] as const;
  return codes.map(([channel, code]) => ({ channel, option: option(words.say(code), String(channel)) }));
}

function preferenceBlocks(words: Words, part: Part<NotificationPreferences>): Block[] {
  if (!part.ok) return [header(words.say('slack.preferences.title')), section(part.error.userMessage)];
  const { channel, digest, anyTime } = part.value;
  const channels = channelOptions(words);
  const initial = channels.find((one) => one.channel === channel)?.option;
  const flags = [
    { on: digest, option: option(words.say('slack.preferences.digest'), 'digest') },
    { on: anyTime, option: option(words.say('slack.preferences.any_time'), 'any_time') },
  ];
  const on = flags.filter((flag) => flag.on).map((flag) => flag.option);
  return [
    header(words.say('slack.preferences.title')),
    section(words.say('slack.preferences.channel'), {
      type: 'static_select',
      action_id: 'preferences.channel',
      options: channels.map((one) => one.option),
      ...(initial === undefined ? {} : { initial_option: initial }),
    }),
    ...actions({
      type: 'checkboxes',
      action_id: 'preferences.flags',
      options: flags.map((flag) => flag.option),
      ...(on.length === 0 ? {} : { initial_options: on }),
    }),
  ];
}

function linkBlocks(words: Words): Block[] {
  return [
    divider(),
    section(
      words.say('slack.home.linked'),
      button({
        text: words.say('slack.link.end'),
        action: 'link.end',
        confirm: confirm({
          title: words.say('slack.link.end'),
          text: words.say('slack.link.end_text'),
          yes: words.say('slack.link.end'),
          no: words.say('slack.back'),
          danger: true,
        }),
      }),
    ),
  ];
}

/** The home of somebody who is linked. */
export function homeView(words: Words, home: Home, look: Look): HomeView {
  const blocks = [
    ...actions(button({ text: words.say('slack.look.open'), action: 'look.open', style: 'primary' })),
    ...list(words, {
      title: 'slack.home.chats',
      empty: 'slack.home.no_chats',
      part: home.chats,
      most: most.chats,
      show: (chat) => chatCard(words, chat, look.self, look.now),
    }),
    ...list(words, {
      title: 'slack.home.to_me',
      empty: 'slack.home.none_to_me',
      part: home.requestsToMe,
      most: most.toMe,
      show: (request) => requestRow(words, request, look),
    }),
    ...list(words, {
      title: 'slack.home.from_me',
      empty: 'slack.home.none_from_me',
      part: home.requestsFromMe,
      most: most.fromMe,
      show: (request) => requestRow(words, request, look),
    }),
    ...list(words, {
      title: 'slack.home.matches',
      empty: 'slack.home.no_matches',
      part: home.matches,
      most: most.matches,
      show: (match) => matchRow(words, match, look.self),
    }),
    ...preferenceBlocks(words, home.preferences),
    ...linkBlocks(words),
  ];
  return { type: 'home', blocks: fit(blocks, limits.blocksOfView) };
}

/** The home of somebody who is not linked: one button. */
export function unlinkedHome(words: Words): HomeView {
  return { type: 'home', blocks: unlinkedBlocks(words) };
}

/** The home when nothing can be said. */
export function problemHome(problem: string): HomeView {
  return { type: 'home', blocks: [section(problem)] };
}
