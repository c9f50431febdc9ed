// What faces Slack over HTTP: nothing passes that Slack did not sign within five minutes, and nothing passes twice.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Memory, remember } from '../deliveries/once.js';
import type { Journal } from '../journal.js';
import type { Metrics } from './metrics.js';

/** How old, or how far ahead, a request may be. */
export const toleranceSeconds = 300;
const bodyMost = 1024 * 1024;
// At 1,000 requests a second, five minutes' worth; a signature is 67 characters.
const signaturesMost = 300_000;

/** Why a request does not pass. */
export type Refusal = 'form' | 'time' | 'signature' | 'replay';

export interface Guard {
  /** Undefined: it is from Slack, of now, and was not here before. */
  check(headers: IncomingMessage['headers'], body: Buffer): Refusal | undefined;
}

function only(value: string | string[] | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** `nowSeconds`: since 1970. */
export function makeGuard(signingSecret: string, nowSeconds: () => number, seen?: Memory): Guard {
  const signatures = seen ?? remember((2 * toleranceSeconds + 60) * 1000, signaturesMost);
  return {
    check(headers, body) {
      const timestamp = only(headers['x-slack-request-timestamp']);
      const signature = only(headers['x-slack-signature']);
      if (!/^[0-9]{1,12}$/.test(timestamp) || !/^v0=[0-9a-f]{64}$/.test(signature)) return 'form';
      if (Math.abs(nowSeconds() - Number(timestamp)) > toleranceSeconds) return 'time';
      const digest = createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(body).digest('hex');
      if (!timingSafeEqual(Buffer.from(`v0=${digest}`), Buffer.from(signature))) return 'signature';
      // Slack signs every try anew, so one that comes again byte for byte is somebody else's.
      return signatures.isNew(signature) ? undefined : 'replay';
    },
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > bodyMost) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Answers a request, or is not for it. */
export type Route = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<boolean>;

export interface FrontDoorOptions {
  guard: Guard;
  journal: Journal;
  metrics: Metrics;
  /** Takes what Slack signed; its body is in `rawBody`. Absent in Socket Mode. */
  deliver?: (request: IncomingMessage, response: ServerResponse) => void;
  /** The pages of the installation. */
  routes: readonly Route[];
}

const paths = new Set(['/slack/events', '/slack/commands', '/slack/interactivity']);

function answer(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-length': 0 });
  response.end();
}

function isSslCheck(request: IncomingMessage, body: Buffer): boolean {
  // Slack looks whether our certificate is good, unsigned; there is nothing in it to act on.
  return (
    only(request.headers['content-type']).startsWith('application/x-www-form-urlencoded') &&
    body.length < 200 &&
    new URLSearchParams(body.toString()).get('ssl_check') === '1' &&
    !body.includes('payload')
  );
}

async function handle(options: FrontDoorOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { guard, metrics, deliver, routes } = options;
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (deliver !== undefined && request.method === 'POST' && paths.has(url.pathname)) {
    const stop = metrics.ack.startTimer({ kind: 'http' });
    response.once('finish', () => stop());
    const body = await readBody(request);
    if (body === undefined) return answer(response, 413);
    if (isSslCheck(request, body)) return answer(response, 200);
    const refusal = guard.check(request.headers, body);
    if (refusal !== undefined) {
      metrics.refused.inc({ why: refusal });
      return answer(response, 401);
    }
    return deliver(Object.assign(request, { rawBody: body, url: '/slack/events' }), response);
  }
  for (const route of routes) if (await route(request, response, url)) return;
  answer(response, 404);
}

/** The server that Slack, and who installs the bot, reach. */
export function frontDoor(options: FrontDoorOptions): Server {
  const server = createServer((request, response) => {
    handle(options, request, response).catch(() => {
      options.journal.warn('request.failed');
      if (!response.headersSent) answer(response, 400);
    });
  });
  server.requestTimeout = 10_000;
  server.headersTimeout = 10_000;
  return server;
}
