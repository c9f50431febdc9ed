// Deliveries over HTTP, signed as Slack signs (docs.slack.dev/authentication/verifying-requests-from-slack).
import { createHmac } from 'node:crypto';
import { parseJson } from '../json.js';
import type { World } from '../world.js';
import { type Ack, ackLimit, type Bring, type Delivery, type Retry } from './ack.js';

/** The signature of `body` sent at `timestamp` (seconds since 1970). */
export function sign(secret: string, timestamp: string, body: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}

/** A signed request, ready to send; tests alter it. */
export interface SignedRequest {
  headers: Record<string, string>;
  body: string;
}

function encode({ kind, body }: Delivery): [type: string, text: string] {
  if (kind === 'event') return ['application/json', JSON.stringify(body)];
  const fields: Record<string, string> = {};
  if (kind === 'interaction') fields['payload'] = JSON.stringify(body);
  else for (const [name, value] of Object.entries(body)) fields[name] = String(value);
  return ['application/x-www-form-urlencoded', new URLSearchParams(fields).toString()];
}

/** Signs `delivery`; `timestamp` in seconds since 1970, now by default. */
export function signedRequest(world: World, delivery: Delivery, timestamp?: number, retry?: Retry): SignedRequest {
  const at = String(timestamp ?? Math.floor(world.clock.now() / 1000));
  const [type, body] = encode(delivery);
  const repeated = retry ? { 'x-slack-retry-num': String(retry.number), 'x-slack-retry-reason': retry.reason } : {};
  return {
    headers: {
      'content-type': type,
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': at,
      'x-slack-signature': sign(world.app.signingSecret, at, body),
      ...repeated,
    },
    body,
  };
}

/** Sends a request and waits for the answer, as long as Slack would. */
export async function send(url: string, request: SignedRequest): Promise<Ack> {
  const started = performance.now();
  const passed = (): number => performance.now() - started;
  try {
    const answer = await fetch(url, { method: 'POST', ...request, signal: AbortSignal.timeout(ackLimit) });
    const text = await answer.text();
    const ack = { status: answer.status, body: text === '' ? undefined : (parseJson(text) ?? text), ms: passed() };
    return answer.ok ? { ok: true, ...ack, more: [] } : { ok: false, ...ack, reason: 'http_error', more: [] };
  } catch (error) {
    const late = error instanceof Error && error.name === 'TimeoutError';
    const reason = late ? 'http_timeout' : 'connection_failed';
    return { ok: false, status: 0, body: undefined, ms: passed(), reason, more: [] };
  }
}

/** Brings deliveries to `url`. Repeats bear a later timestamp than the first, as they do when Slack waited. */
export function overHttp(world: World, url: string): Bring {
  return (delivery, retry) => {
    const timestamp = Math.floor(world.clock.now() / 1000) + (retry?.number ?? 0);
    return send(url, signedRequest(world, delivery, timestamp, retry));
  };
}
