import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { Tokens } from './gen/cortado/profile/v1/auth_service_pb.js';

/** Where access tokens come from: who calls. */
export interface TokenSource {
  /** Returns a token that is good now. Throws CortadoError when none can be had. */
  token(): Promise<string>;
  /** A server refused this token: forget it. Returns whether another one may be had. */
  drop(token: string): boolean;
  /** Returns whose tokens these are, as `people/P`; empty for a program. Throws CortadoError as `token` does. */
  person(): Promise<string>;
}

// What a token says of itself. Only servers can tell whether it is true; here it saves a call.
function claimsOf(token: string): { sub?: unknown; iat?: unknown; exp?: unknown } {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return typeof claims === 'object' && claims !== null ? claims : {};
  } catch {
    return {};
  }
}

function personOf(token: string): string {
  const { sub } = claimsOf(token);
  // The subject of a program's token holds a colon, and is nobody's id.
  return typeof sub === 'string' && /^[a-z0-9-]+$/.test(sub) ? `people/${sub}` : '';
}

/** One access token and no other, as `cortadoctl token create` prints it. */
export function accessToken(token: string): TokenSource {
  return { token: async () => token, drop: () => false, person: async () => personOf(token) };
}

interface Held {
  token: string;
  person: string;
  /** When a new one is asked for, and when this one ends, on the clock of performance.now. */
  renewMs: number;
  endMs: number;
}

// How long a token lives, told by the clock of the one who made it: ours may differ from it.
function lifeOf(tokens: Tokens): number {
  const { iat, exp } = claimsOf(tokens.accessToken);
  if (typeof iat === 'number' && typeof exp === 'number') return (exp - iat) * 1000;
  return tokens.accessExpireTime === undefined ? 0 : timestampMs(tokens.accessExpireTime) - Date.now();
}

/**
 * Tokens that `exchange` gets, each kept for its life: many callers at once make one exchange, and the next token is
 * got in the background while the last fifth of the old one's life runs.
 */
export function exchangedTokens(exchange: () => Promise<Tokens>): TokenSource {
  let held: Held | undefined;
  let flight: Promise<Held> | undefined;

  async function renew(): Promise<Held> {
    const began = performance.now();
    const tokens = await exchange();
    const life = lifeOf(tokens);
    held = { token: tokens.accessToken, person: tokens.person, renewMs: began + life * 0.8, endMs: began + life };
    return held;
  }
  function renewOnce(): Promise<Held> {
    flight ??= renew().finally(() => {
      flight = undefined;
    });
    return flight;
  }
  async function hold(): Promise<Held> {
    const now = performance.now();
    if (held === undefined || now >= held.endMs) return renewOnce();
    // The old one is still good: an exchange that fails now is tried again by the next call.
    if (now >= held.renewMs) renewOnce().catch(() => {});
    return held;
  }
  return {
    token: async () => (await hold()).token,
    person: async () => (held ?? (await hold())).person,
    drop(token) {
      if (held?.token === token) held = undefined;
      return true;
    },
  };
}
