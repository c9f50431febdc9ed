import { createHash, randomUUID } from 'node:crypto';

/**
 * The request id of one intent, made from what identifies it: equal parts give equal ids, so that an event delivered
 * twice acts once. 43 characters of [A-Za-z0-9_-]. Every intent of one event needs a part of its own, as its name.
 */
export function requestId(first: string, ...rest: string[]): string {
  const hash = createHash('sha256');
  // Each part with its length: ('ab', 'c') and ('a', 'bc') are two intents.
  for (const part of [first, ...rest]) hash.update(`${Buffer.byteLength(part)}:${part}`);
  return hash.digest('base64url');
}

/** A request id that nobody used before, for an intent that nothing identifies. */
export function newRequestId(): string {
  return randomUUID();
}
