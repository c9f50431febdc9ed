// The stand-in's HTTP side: /api/METHOD, /response/..., and the WebSocket upgrade of Socket Mode.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { Sockets } from './delivery/socket.js';
import type { Fault } from './faults.js';
import { isObject, type JsonObject, parseJson, textOf } from './json.js';
import { chatMethods, edit, post, refuseMessage, remove, whisper } from './methods/chat.js';
import { type Caller, type Method, refuse } from './methods/method.js';
import { access, openConnection } from './methods/oauth.js';
import { peopleMethods } from './methods/people.js';
import { viewMethods } from './methods/views.js';
import { dmWith, note, type World } from './world.js';

const methods: Readonly<Record<string, Method>> = { ...chatMethods, ...viewMethods, ...peopleMethods };
/** A response_url takes so many posts, so long. */
const responsePostsMax = 5;
const responseMs = 30 * 60_000;

interface Answer {
  status: number;
  body: JsonObject;
  headers?: Record<string, string>;
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/** The arguments of a call: JSON, or a form whose structured fields are JSON. */
function argumentsOf(type: string, body: string): JsonObject {
  if (type.includes('json')) {
    const parsed = parseJson(body);
    return isObject(parsed) ? parsed : {};
  }
  const args: JsonObject = {};
  for (const [name, value] of new URLSearchParams(body)) {
    const structured = ['blocks', 'view', 'metadata', 'attachments'].includes(name);
    args[name] = structured ? (parseJson(value) ?? value) : value;
  }
  return args;
}

function tokenOf(request: IncomingMessage, args: JsonObject): string {
  const header = request.headers.authorization ?? '';
  return header.startsWith('Bearer ') ? header.slice('Bearer '.length) : textOf(args['token']);
}

function basicOf(request: IncomingMessage): { id: string; secret: string } | undefined {
  const [, encoded] = /^Basic (.+)$/.exec(request.headers.authorization ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const [id = '', key = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return { id, secret: key };
}

function callerOf(world: World, token: string): Caller | string {
  if (token === '') return 'not_authed';
  const grant = world.grants.get(token);
  const team = world.teams.get(grant?.team ?? '');
  return grant && team ? { grant, team, token } : 'invalid_auth';
}

function runMethod(world: World, name: string, token: string, args: JsonObject): Answer {
  const method = methods[name];
  if (!method) return { status: 200, body: refuse('unknown_method') };
  const caller = callerOf(world, token);
  if (typeof caller === 'string') return { status: 200, body: refuse(caller) };
  const { scopes } = caller.grant;
  const missing = method.scopes.filter((scope) => !scopes.includes(scope));
  const headers = { 'x-oauth-scopes': scopes.join(','), 'x-accepted-oauth-scopes': method.scopes.join(',') };
  if (missing.length > 0) {
    note(world, name, `scope not granted: ${missing.join(',')}`);
    const body = refuse('missing_scope', { needed: missing.join(','), provided: scopes.join(',') });
    return { status: 200, body, headers };
  }
  const channel = name === 'chat.postMessage' ? postTarget(caller, args) : undefined;
  const wait = world.rates.count(name, method.tier, caller.team.id, channel);
  if (wait !== undefined) return limited(world, name, caller.team.id, wait);
  return { status: 200, body: method.run(world, caller, args), headers };
}

/** A DM is one conversation, whether it is named by its own id or by the person's. */
function postTarget({ team }: Caller, args: JsonObject): string {
  const id = textOf(args['channel']);
  return team.users.has(id) ? dmWith(team, id).id : id;
}

function limited(world: World, name: string, team: string, seconds: number): Answer {
  world.rates.toldToWait(name, team, seconds);
  return { status: 429, body: refuse('ratelimited'), headers: { 'retry-after': String(seconds) } };
}

function runCall(world: World, request: IncomingMessage, name: string, args: JsonObject): Answer {
  const token = tokenOf(request, args);
  if (name === 'oauth.v2.access') return { status: 200, body: access(world, args, basicOf(request)) };
  if (name === 'apps.connections.open') return { status: 200, body: openConnection(world, token) };
  return runMethod(world, name, token, args);
}

function teamOf(world: World, request: IncomingMessage, args: JsonObject): string {
  return world.grants.get(tokenOf(request, args))?.team ?? '';
}

/** The answer a fault gives instead; undefined where the call takes its way first. */
function faultAnswer(world: World, fault: Fault, name: string, team: string): Answer | undefined {
  if (typeof fault === 'string' || 'delay' in fault) return undefined;
  if ('error' in fault) return { status: 200, body: refuse(fault.error) };
  if (fault.status === 429) return limited(world, name, team, fault.retryAfter);
  return { status: fault.status, body: refuse('internal_error') };
}

function reply(response: ServerResponse, { status, body, headers }: Answer): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}

/** Lets what arrived before a call take effect first: an app answers a form, then calls, on two connections. */
async function settle(world: World): Promise<void> {
  for (let turn = 0; turn < 4 && world.submitting > 0; turn += 1) await setImmediate();
}

async function answerCall(world: World, request: IncomingMessage, response: ServerResponse, name: string) {
  const args = argumentsOf(request.headers['content-type'] ?? '', await read(request));
  await settle(world);
  const team = teamOf(world, request, args);
  const fault = world.faults.take(name);
  const record = (outcome: string): void => {
    const { token: _, ...kept } = args;
    world.calls.push({ at: world.clock.now(), method: name, team, args: kept, outcome });
  };
  if (fault === 'timeout') return record('timeout');
  if (fault === 'reset') {
    record('reset');
    return void request.socket.destroy();
  }
  const answer = (fault && faultAnswer(world, fault, name, team)) ?? runCall(world, request, name, args);
  const outcome = answer.body['ok'] === true ? 'ok' : textOf(answer.body['error']);
  record(fault === 'lost answer' ? `${outcome}, answer lost` : outcome);
  if (fault === 'lost answer') return void request.socket.destroy();
  if (typeof fault === 'object' && 'delay' in fault) setTimeout(() => reply(response, answer), fault.delay);
  else reply(response, answer);
}

/** A post to a response_url: for the person alone unless it says in_channel; may replace what it answers to. */
function respond(world: World, id: string, args: JsonObject): Answer {
  const target = world.responseUrls.get(id);
  const team = world.teams.get(target?.team ?? '');
  const channel = team?.channels.get(target?.channel ?? '');
  if (!target || !team || !channel) return { status: 404, body: refuse('invalid_url') };
  if (world.clock.now() - target.issued > responseMs) return { status: 404, body: refuse('expired_url') };
  if (target.posts >= responsePostsMax) return { status: 404, body: refuse('used_url') };
  target.posts += 1;
  const message = team.messages.get(channel.id)?.find(({ ts }) => ts === target.message);
  if (args['delete_original'] === true && message) {
    remove(world, team, message);
    return { status: 200, body: { ok: true } };
  }
  const refusal = refuseMessage(world, 'response_url', team, args);
  if (refusal) return { status: 200, body: refusal };
  if (args['replace_original'] === true && message) edit(world, team, message, args);
  else if (args['response_type'] === 'in_channel') post(world, team, channel, args);
  else whisper(world, team, channel, target.user, args);
  return { status: 200, body: { ok: true } };
}

async function answerResponse(world: World, request: IncomingMessage, response: ServerResponse, id: string) {
  const args = argumentsOf('json', await read(request));
  const answer = respond(world, id, args);
  const outcome = answer.body['ok'] === true ? 'ok' : textOf(answer.body['error']);
  const team = world.responseUrls.get(id)?.team ?? '';
  world.calls.push({ at: world.clock.now(), method: 'response_url', team, args, outcome });
  reply(response, answer);
}

async function route(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '').split('?')[0] ?? '';
  const [, call] = /^\/api\/([\w.]+)$/.exec(path) ?? [];
  const [, answered] = /^\/response\/\w+\/(\w+)$/.exec(path) ?? [];
  if (call !== undefined) return answerCall(world, request, response, call);
  if (answered !== undefined) return answerResponse(world, request, response, answered);
  reply(response, { status: 404, body: refuse('not_found') });
}

/** The listening stand-in. */
export interface Listening {
  /** http://127.0.0.1:PORT */
  origin: string;
  /** Breaks every connection and refuses new ones until called with false. */
  outage(on: boolean): void;
  /** How many connections an outage has refused. */
  refused(): number;
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1, and lets `world` know which. */
export async function listen(world: World, sockets: Sockets): Promise<Listening> {
  const open = new Set<Socket>();
  let down = false;
  let refused = 0;
  const server: Server = createServer((request, response) => {
    route(world, request, response).catch(() => request.socket.destroy());
  });
  server.on('connection', (socket) => {
    if (down) {
      refused += 1;
      return void socket.destroy();
    }
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  server.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  world.origin = `http://127.0.0.1:${port}`;
  const cut = (): void => {
    sockets.cut();
    for (const socket of open) socket.destroy();
  };
  return {
    origin: world.origin,
    outage: (on) => {
      down = on;
      if (on) cut();
    },
    refused: () => refused,
    close: () => {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
