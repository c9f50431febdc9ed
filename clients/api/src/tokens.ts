import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { Tokens } from './gen/cortado/profile/v1/auth_service_pb.js';

/** Where access tokens come from: who calls. */
export interface TokenSource {
  /** Returns a token that is good now. Throws CortadoError when none can be had. */
  token(): Promise<string>;
  /** A server refused this token: forget it. Returns whether another one may be had. */
  drop(token: string): boolean;
}

/** One access token and no other, as `cortadoctl token create` prints it. */
export function accessToken(token: string): TokenSource {
  return { token: async () => token, drop: () => false };
}

interface Held {
  token: string;
  /** When a new one is asked for, and when this one ends, on the clock of performance.now. */
  renewMs: number;
  endMs: number;
}

// How long a token lives, told by the clock of the one who made it: ours may differ from it.
function lifeOf(tokens: Tokens): number {
  try {
    const payload = JSON.parse(Buffer.from(tokens.accessToken.split('.')[1] ?? '', 'base64url').toString());
    if (Number.isFinite(payload.iat) && Number.isFinite(payload.exp)) return (payload.exp - payload.iat) * 1000;
  } catch {
    // Not of the form we know: what was said beside it counts.
  }
  return tokens.accessExpireTime === undefined ? 0 : timestampMs(tokens.accessExpireTime) - Date.now();
}

/**
 * Tokens that `exchange` gets, each kept for its life: many callers at once make one exchange, and the next token is
 * got in the background while the last fifth of the old one's life runs.
 */
export function exchangedTokens(exchange: () => Promise<Tokens>): TokenSource {
  let held: Held | undefined;
  let flight: Promise<string> | undefined;

  async function renew(): Promise<string> {
    const began = performance.now();
    const tokens = await exchange();
    const life = lifeOf(tokens);
    held = { token: tokens.accessToken, renewMs: began + life * 0.8, endMs: began + life };
    return tokens.accessToken;
  }
  function renewOnce(): Promise<string> {
    flight ??= renew().finally(() => {
      flight = undefined;
    });
    return flight;
  }
  return {
    async token() {
      const now = performance.now();
      if (held === undefined || now >= held.endMs) return renewOnce();
      // The old one is still good: an exchange that fails now is tried again by the next call.
      if (now >= held.renewMs) renewOnce().catch(() => {});
      return held.token;
    },
    drop(token) {
      if (held?.token === token) held = undefined;
      return true;
    },
  };
}
