// The bodies of commands, presses and submissions, as Slack makes them.
import type { Delivery } from './delivery/ack.js';
import { type JsonObject, textOf } from './json.js';
import {
  type Channel,
  dmWith,
  type Message,
  newResponseUrl,
  newTrigger,
  newTs,
  type Team,
  type User,
  type View,
  type World,
} from './world.js';

/** Somebody acting in a workspace. */
export interface Acting {
  world: World;
  team: Team;
  user: User;
}

/** Slack's escapes in what people type. */
export function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

function common({ world, team, user }: Acting): JsonObject {
  return {
    user: { id: user.id, username: user.name, name: user.name, team_id: user.team },
    team: { id: team.id, domain: team.domain },
    api_app_id: world.app.id,
    token: world.app.verificationToken,
    enterprise: null,
    is_enterprise_install: false,
  };
}

/** A slash command typed in `channel`. */
export function commandDelivery(acting: Acting, command: string, text: string, channel: Channel): Delivery {
  const { world, team, user } = acting;
  return {
    kind: 'command',
    body: {
      token: world.app.verificationToken,
      team_id: team.id,
      team_domain: team.domain,
      channel_id: channel.id,
      channel_name: channel.name,
      user_id: user.id,
      user_name: user.name,
      command,
      text: escaped(text),
      api_app_id: world.app.id,
      is_enterprise_install: 'false',
      response_url: newResponseUrl(world, user, channel.id),
      trigger_id: newTrigger(world, team, user.id),
    },
  };
}

/** An action on an element of a message. */
export function messageActionDelivery(acting: Acting, message: Message, action: JsonObject): Delivery {
  const { world, team, user } = acting;
  const channel = team.channels.get(message.channel) ?? dmWith(team, user.id);
  return {
    kind: 'interaction',
    body: {
      type: 'block_actions',
      ...common(acting),
      container: {
        type: 'message',
        message_ts: message.ts,
        channel_id: channel.id,
        is_ephemeral: message.onlyFor !== undefined,
      },
      trigger_id: newTrigger(world, team, user.id),
      channel: { id: channel.id, name: channel.name },
      message: structuredClone(message),
      state: { values: {} },
      response_url: newResponseUrl(world, user, channel.id, message.ts),
      actions: [{ ...action, action_ts: newTs(world.clock) }],
    },
  };
}

/** An action on an element of a modal or a home. */
export function viewActionDelivery(acting: Acting, view: View, action: JsonObject): Delivery {
  const { world, team, user } = acting;
  return {
    kind: 'interaction',
    body: {
      type: 'block_actions',
      ...common(acting),
      container: { type: 'view', view_id: view.id },
      trigger_id: newTrigger(world, team, user.id),
      view: structuredClone(view),
      actions: [{ ...action, action_ts: newTs(world.clock) }],
    },
  };
}

/** A modal sent off, or closed by one who had asked to be told. */
export function viewDelivery(acting: Acting, type: 'view_submission' | 'view_closed', view: View): Delivery {
  const { world, team, user } = acting;
  const more =
    type === 'view_submission'
      ? { trigger_id: newTrigger(world, team, user.id), response_urls: [] }
      : { is_cleared: false };
  return { kind: 'interaction', body: { type, ...common(acting), view: structuredClone(view), ...more } };
}

/** The action that pressing or choosing on `element` sends, with what was chosen in `chosen`. */
export function actionOf(block: JsonObject, element: JsonObject, chosen: JsonObject): JsonObject {
  const { type, action_id, value, text, style } = element;
  const shown = { ...(text ? { text } : {}), ...(value === undefined ? {} : { value }), ...(style ? { style } : {}) };
  return { type: textOf(type), action_id, block_id: block['block_id'], ...shown, ...chosen };
}
