// Bringing a delivery as often as Slack does: until an event is taken, and more often where a test asks for it.

import type { JsonObject } from '../json.js';
import { newId, secret, type Team, type World } from '../world.js';
import type { Ack, Bring, Delivery, Retry } from './ack.js';

/** Slack's waits before it brings an event again, in milliseconds: at once, after a minute, after five. */
export const slackRetryWaits = [0, 60_000, 300_000] as const;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Brings `delivery`. What is no event is brought once: the person sees that it failed. Duplicates, asked for by
 * `world.faults.deliveries`, come after the first one was taken. Returns the first ack, the others in its `more`;
 * `onFirst` hears of the first one at once.
 */
export async function deliver(
  world: World,
  bring: Bring,
  delivery: Delivery,
  waits: readonly number[],
  onFirst: (ack: Ack) => void = () => {},
): Promise<Ack> {
  const first = await bring(delivery);
  onFirst(first);
  const again = async (retry: Retry): Promise<Ack> => {
    const ack = await bring(delivery, retry);
    first.more.push(ack);
    return ack;
  };
  let last = first;
  for (const [index, wait] of delivery.kind === 'event' ? waits.entries() : []) {
    if (last.ok) break;
    await pause(wait);
    last = await again({ number: index + 1, reason: last.reason ?? 'http_error' });
  }
  for (let number = 1; number < world.faults.deliveries; number += 1) await again({ number, reason: 'http_timeout' });
  return first;
}

/** The envelope of an event, as the Events API sends it. */
export function eventDelivery(world: World, team: Team, event: JsonObject): Delivery {
  return {
    kind: 'event',
    body: {
      token: world.app.verificationToken,
      team_id: team.id,
      api_app_id: world.app.id,
      event,
      type: 'event_callback',
      event_id: newId('Ev'),
      event_time: Math.floor(world.clock.now() / 1000),
      authorizations: [
        { enterprise_id: null, team_id: team.id, user_id: team.botUser, is_bot: true, is_enterprise_install: false },
      ],
      is_ext_shared_channel: false,
      event_context: secret(16),
    },
  };
}
