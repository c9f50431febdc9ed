// chat.*: messages in conversations, and what a response_url takes.
import { isObject, type JsonObject, objectsOf, textOf } from '../json.js';
import { checkMessage } from '../limits/check.js';
import { type Channel, dmWith, type Message, newId, newTs, note, type Team, type World } from '../world.js';
import { type Caller, type Method, noteMarkup, refuse, refuseViolations } from './method.js';

/** Blocks as Slack keeps them: each has a block_id, each element an action_id. */
export function completeBlocks(blocks: JsonObject[]): JsonObject[] {
  const named = (element: unknown): unknown =>
    isObject(element) && !['image', 'mrkdwn', 'plain_text'].includes(textOf(element['type']))
      ? { action_id: newId('a'), ...element }
      : element;
  return blocks.map((block) => {
    const complete: JsonObject = { block_id: newId('b'), ...structuredClone(block) };
    if (block['type'] === 'rich_text') return complete;
    for (const place of ['accessory', 'element']) if (complete[place]) complete[place] = named(complete[place]);
    if (Array.isArray(complete['elements'])) complete['elements'] = complete['elements'].map(named);
    return complete;
  });
}

/** Checks a message's payload; the refusal, or undefined when Slack takes it. */
export function refuseMessage(world: World, where: string, team: Team, args: JsonObject): JsonObject | undefined {
  const refusal = refuseViolations(world, where, checkMessage(args));
  if (refusal) return refusal;
  noteMarkup(world, where, team, { text: args['text'], blocks: args['blocks'] });
  if (textOf(args['text']).trim() === '') note(world, where, 'no text for notifications and screen readers');
  return undefined;
}

function newMessage(world: World, team: Team, channel: Channel, args: JsonObject): Message {
  return {
    type: 'message',
    ts: newTs(world.clock),
    channel: channel.id,
    user: team.botUser,
    bot_id: team.botId,
    text: textOf(args['text']),
    blocks: completeBlocks(objectsOf(args['blocks'])),
    ...(isObject(args['metadata']) ? { metadata: args['metadata'] } : {}),
  };
}

/** Journals what became of a message, for the person it concerns. */
export function journalMessage(
  world: World,
  team: Team,
  kind: 'posted' | 'edited' | 'deleted' | 'whispered',
  message: Message,
): void {
  const user = message.onlyFor ?? team.channels.get(message.channel)?.user ?? '';
  world.journal.add({ at: world.clock.now(), team: team.id, user, channel: message.channel, kind, message });
}

/** Puts a message of the app into a conversation. */
export function post(world: World, team: Team, channel: Channel, args: JsonObject): Message {
  const message = newMessage(world, team, channel, args);
  const messages = team.messages.get(channel.id) ?? [];
  team.messages.set(channel.id, [...messages, message]);
  journalMessage(world, team, 'posted', message);
  return message;
}

/** Shows a message of the app to one person alone. */
export function whisper(world: World, team: Team, channel: Channel, user: string, args: JsonObject): Message {
  const message = { ...newMessage(world, team, channel, args), onlyFor: user };
  team.messages.set(channel.id, [...(team.messages.get(channel.id) ?? []), message]);
  journalMessage(world, team, 'whispered', message);
  return message;
}

/** Puts other words in place of a message's. */
export function edit(world: World, team: Team, message: Message, args: JsonObject): void {
  message.text = textOf(args['text']);
  message.blocks = completeBlocks(objectsOf(args['blocks']));
  message.edited = { user: team.botUser, ts: newTs(world.clock) };
  if (isObject(args['metadata'])) message.metadata = args['metadata'];
  journalMessage(world, team, 'edited', message);
}

/** Takes a message away. */
export function remove(world: World, team: Team, message: Message): void {
  const messages = team.messages.get(message.channel) ?? [];
  team.messages.set(
    message.channel,
    messages.filter((other) => other !== message),
  );
  journalMessage(world, team, 'deleted', message);
}

/** The conversation an app may post to: by its id, or a person's id for their DM; else Slack's error. */
function channelFor(team: Team, id: string): Channel | string {
  const user = team.users.get(id);
  if (user) return user.deactivated ? 'user_is_deactivated' : user.bot ? 'cannot_dm_bot' : dmWith(team, id);
  const channel = team.channels.get(id);
  if (!channel) return 'channel_not_found';
  return channel.members.has(team.botUser) ? channel : 'not_in_channel';
}

function postMessage(world: World, { team }: Caller, args: JsonObject): JsonObject {
  const channel = channelFor(team, textOf(args['channel']));
  if (typeof channel === 'string') return refuse(channel);
  const refusal = refuseMessage(world, 'chat.postMessage', team, args);
  if (refusal) return refusal;
  const message = post(world, team, channel, args);
  return { ok: true, channel: channel.id, ts: message.ts, message };
}

function postEphemeral(world: World, { team }: Caller, args: JsonObject): JsonObject {
  const channel = channelFor(team, textOf(args['channel']));
  if (typeof channel === 'string') return refuse(channel);
  const user = textOf(args['user']);
  if (!channel.members.has(user)) return refuse('user_not_in_channel');
  const refusal = refuseMessage(world, 'chat.postEphemeral', team, args);
  if (refusal) return refusal;
  return { ok: true, message_ts: whisper(world, team, channel, user, args).ts };
}

/** A message the app may change, or Slack's error. What one person alone sees is out of reach of these methods. */
function ownMessage(team: Team, args: JsonObject, forbidden: string): Message | string {
  const channel = team.channels.get(textOf(args['channel']));
  if (!channel) return 'channel_not_found';
  const messages = team.messages.get(channel.id) ?? [];
  const message = messages.find((other) => other.ts === textOf(args['ts']) && other.onlyFor === undefined);
  if (!message) return 'message_not_found';
  return message.user === team.botUser ? message : forbidden;
}

function update(world: World, { team }: Caller, args: JsonObject): JsonObject {
  const message = ownMessage(team, args, 'cant_update_message');
  if (typeof message === 'string') return refuse(message);
  const refusal = refuseMessage(world, 'chat.update', team, args);
  if (refusal) return refusal;
  edit(world, team, message, args);
  return { ok: true, channel: message.channel, ts: message.ts, text: message.text, message };
}

function deleteMessage(world: World, { team }: Caller, args: JsonObject): JsonObject {
  const message = ownMessage(team, args, 'cant_delete_message');
  if (typeof message === 'string') return refuse(message);
  remove(world, team, message);
  return { ok: true, channel: message.channel, ts: message.ts };
}

/** The methods, by name. */
export const chatMethods: Readonly<Record<string, Method>> = {
  'chat.postMessage': { tier: 'special', scopes: ['chat:write'], run: postMessage },
  'chat.postEphemeral': { tier: 'tier4', scopes: ['chat:write'], run: postEphemeral },
  'chat.update': { tier: 'tier3', scopes: ['chat:write'], run: update },
  'chat.delete': { tier: 'tier3', scopes: ['chat:write'], run: deleteMessage },
};
