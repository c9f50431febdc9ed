/** For those who run this server: is it alive, can it work, and what has it done. On a port of its own. */

import { textReply } from '../edge/reply.js';
import type { Room } from '../edge/room.js';
import type { Metrics } from './metrics.js';

/** What the room needs. */
export interface HealthParts {
  readonly metrics: Metrics;
  /** The servers that do not serve, by name; none while all do. */
  readonly missing: () => Promise<readonly string[]>;
  readonly isDraining: () => boolean;
}

/** The room of health and metrics. */
export function healthRoom(parts: HealthParts): Room {
  async function readiness() {
    if (parts.isDraining()) return textReply(503, 'stopping');
    const missing = await parts.missing();
    return missing.length === 0 ? textReply(200, 'ready') : textReply(503, `not serving: ${missing.join(', ')}`);
  }
  return (path) => {
    switch (path) {
      case '/healthz':
        return { name: 'health', GET: () => textReply(200, 'alive') };
      case '/readyz':
        return { name: 'readiness', GET: readiness };
      case '/metrics':
        return {
          name: 'metrics',
          GET: async () => ({
            status: 200,
            type: 'text/plain; version=0.0.4; charset=utf-8',
            body: await parts.metrics.read(),
          }),
        };
      default:
        return undefined;
    }
  };
}
