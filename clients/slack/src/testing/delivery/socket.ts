// Deliveries over Socket Mode (docs.slack.dev/apis/events-api/using-socket-mode): hello, envelopes, acknowledgements,
// and connections that Slack asks to renew.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { isObject, parseJson, textOf } from '../json.js';
import { secret, type World } from '../world.js';
import { type Ack, ackLimit, type Bring, type Delivery } from './ack.js';

/** The Socket Mode end of the stand-in. */
export interface Sockets {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  bring: Bring;
  /** How many connections said hello. */
  connected(): number;
  /** Asks every connection to renew itself, and closes it after `milliseconds`. */
  refresh(milliseconds?: number): void;
  /** Breaks every connection. */
  cut(): void;
}

const envelopeType = { event: 'events_api', command: 'slash_commands', interaction: 'interactive' } as const;
const pingMs = 5000;

function hello(world: World, connections: number): string {
  return JSON.stringify({
    type: 'hello',
    num_connections: connections,
    connection_info: { app_id: world.app.id },
    debug_info: { host: 'stand-in', started: new Date(world.clock.now()).toISOString(), build_number: 1 },
  });
}

interface Waiting {
  resolve: (body: unknown) => void;
}

function takeAcks(connection: WebSocket, waiting: Map<string, Waiting>): void {
  connection.on('message', (data) => {
    const ack = parseJson(String(data));
    if (!isObject(ack)) return;
    const id = textOf(ack['envelope_id']);
    const payload = ack['payload'];
    waiting.get(id)?.resolve(isObject(payload) && Object.keys(payload).length === 0 ? undefined : payload);
    waiting.delete(id);
  });
}

/** No connections yet; tickets of `apps.connections.open` are taken as they come. */
export function newSockets(world: World): Sockets {
  const server = new WebSocketServer({ noServer: true });
  const connections: WebSocket[] = [];
  const waiting = new Map<string, Waiting>();

  const accept = (connection: WebSocket): void => {
    connections.push(connection);
    takeAcks(connection, waiting);
    const pings = setInterval(() => connection.ping(), pingMs);
    connection.on('close', () => {
      clearInterval(pings);
      connections.splice(connections.indexOf(connection), 1);
    });
    connection.on('error', () => connection.terminate());
    connection.send(hello(world, connections.length));
  };

  const bring: Bring = (delivery, retry) => {
    const connection = connections.at(-1);
    if (!connection) return Promise.resolve(failed('connection_failed', 0));
    const id = secret(8);
    connection.send(JSON.stringify({ ...envelope(id, delivery), ...attempt(retry) }));
    return acknowledged(waiting, id);
  };

  return {
    upgrade: (request, socket, head) => server.handleUpgrade(request, socket, head, accept),
    bring,
    connected: () => connections.length,
    refresh: (milliseconds = 1000) => {
      for (const connection of connections) {
        connection.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }));
        setTimeout(() => connection.close(), milliseconds).unref();
      }
    },
    cut: () => {
      for (const connection of [...connections]) connection.terminate();
    },
  };
}

function envelope(id: string, { kind, body }: Delivery) {
  return { envelope_id: id, type: envelopeType[kind], accepts_response_payload: kind !== 'event', payload: body };
}

function attempt(retry?: { number: number; reason: string }) {
  return retry ? { retry_attempt: retry.number, retry_reason: retry.reason } : { retry_attempt: 0, retry_reason: '' };
}

function failed(reason: string, ms: number): Ack {
  return { ok: false, status: 0, body: undefined, ms, reason, more: [] };
}

function acknowledged(waiting: Map<string, Waiting>, id: string): Promise<Ack> {
  const started = performance.now();
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      waiting.delete(id);
      resolve(failed('timeout', performance.now() - started));
    }, ackLimit);
    waiting.set(id, {
      resolve: (body) => {
        clearTimeout(timer);
        resolve({ ok: true, status: 200, body, ms: performance.now() - started, more: [] });
      },
    });
  });
}
