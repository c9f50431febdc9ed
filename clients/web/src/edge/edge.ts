/** From the bytes of HTTP to the rooms and back: limits, languages, headers, and pages for what fits nowhere. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Page } from '../page/layout.js';
import { noticePage } from '../page/notice.js';
import { preferredLanguage, readLanguage, speak, type Words } from '../page/words.js';
import { clientAddress } from './client_address.js';
import { readForm } from './form.js';
import { securityHeaders } from './headers.js';
import type { Log } from './log.js';
import type { Limiter } from './rate_limit.js';
import { pageReply, type Reply } from './reply.js';
import type { Handler, Place, Room } from './room.js';

/** What the edge needs. */
export interface EdgeParts {
  readonly rooms: readonly Room[];
  /** Whether people come by https, to us or to a proxy before us. */
  readonly isHttps: boolean;
  /** How many proxies of our own stand before us. */
  readonly proxies: number;
  readonly perAddress: Limiter;
  readonly log: Log;
  /** Is told of every answer. */
  readonly count: (place: string, method: string, status: number, seconds: number) => void;
  /** Whether the server is about to stop: its callers should come anew. */
  readonly isDraining: () => boolean;
}

// A request, as far as it can be read without its body.
interface Call {
  readonly request: IncomingMessage;
  /** Undefined for what is no address of a page. */
  readonly path: string | undefined;
  readonly place: Place;
  readonly words: Words;
}

// The longest address that is ours is a link of 4,096 characters and a little more.
const longestTarget = 8192;
const nowhere: Place = { name: 'none' };
// Told of those who left before their answer was there.
const hungUp = 499;

function readTarget({ url, headers, httpVersion }: IncomingMessage): string | undefined {
  if (httpVersion === '1.1' && headers.host === undefined) return undefined;
  return url?.startsWith('/') && url.length <= longestTarget ? url : undefined;
}

function readCall(request: IncomingMessage, rooms: readonly Room[]): Call {
  const target = readTarget(request);
  const [path, ...query] = target?.split('?') ?? [];
  const wished = new URLSearchParams(query.join('?')).get('lang') ?? undefined;
  const language = readLanguage(wished) ?? preferredLanguage(request.headers['accept-language']);
  const places = path === undefined ? [] : rooms.map((room) => room(path));
  return { request, path, place: places.find((place) => place !== undefined) ?? nowhere, words: speak(language) };
}

/** The page for a request that no room takes. */
export function refusal(words: Words, status: number): Page {
  const about = status === 404 ? 'nothing' : status === 429 ? 'busy' : 'refused';
  return noticePage(words, { title: words.say(`${about}_title`), lead: words.say(`${about}_lead`) });
}

function refuse({ words }: Call, status: number, headers: Readonly<Record<string, string>> = {}): Reply {
  return pageReply(status, refusal(words, status), headers);
}

function allowedBy(place: Place): string {
  return [...(place.GET ? ['GET', 'HEAD'] : []), ...(place.POST ? ['POST'] : [])].join(', ');
}

function handlerOf(place: Place, method: string | undefined): Handler | undefined {
  if (method === 'GET' || method === 'HEAD') return place.GET;
  return method === 'POST' ? place.POST : undefined;
}

async function answer(call: Call, parts: EdgeParts): Promise<Reply> {
  const { request, path, place, words } = call;
  const wait = parts.perAddress(clientAddress(request, parts.proxies), performance.now());
  if (wait > 0) return refuse(call, 429, { 'Retry-After': String(wait) });
  if (path === undefined) return refuse(call, 400);
  if (place === nowhere) return refuse(call, 404);
  const handler = handlerOf(place, request.method);
  if (handler === undefined) return refuse(call, 405, { Allow: allowedBy(place) });
  const { headers } = request;
  if (request.method !== 'POST') return handler({ path, headers, form: new URLSearchParams(), words });
  const form = await readForm(request);
  if ('refused' in form) return refuse(call, form.refused, { Connection: 'close' });
  const spoken = readLanguage(form.fields.get('lang') ?? undefined);
  return handler({ path, headers, form: form.fields, words: spoken ? speak(spoken) : words });
}

function send(request: IncomingMessage, response: ServerResponse, reply: Reply, parts: EdgeParts): void {
  if (response.headersSent || response.destroyed) return;
  // Whoever still sends when the answer is there gets no second one over this connection.
  const closing = parts.isDraining() || !request.complete ? { Connection: 'close' } : {};
  const type = reply.type === undefined ? {} : { 'Content-Type': reply.type };
  const length = { 'Content-Length': Buffer.byteLength(reply.body) };
  const always = securityHeaders(parts.isHttps);
  response.writeHead(reply.status, { ...always, ...type, ...length, ...reply.headers, ...closing });
  response.end(request.method === 'HEAD' ? undefined : reply.body);
}

function report(call: Call, status: number, milliseconds: number, parts: EdgeParts): void {
  const place = call.place.name;
  const method = /^(GET|HEAD|POST)$/.exec(call.request.method ?? '')?.[0] ?? 'other';
  parts.count(place, method, status, milliseconds / 1000);
  parts.log('info', 'request', { place, method, status, milliseconds: Math.round(milliseconds) });
}

/** The listener of a node:http server. It answers every request, whatever a room throws. */
export function edge(parts: EdgeParts): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const began = performance.now();
    const call = readCall(request, parts.rooms);
    response.on('close', () => {
      const status = response.headersSent ? response.statusCode : hungUp;
      report(call, status, performance.now() - began, parts);
    });
    answer(call, parts)
      .catch((thrown: unknown) => {
        // The kind of failure alone: its words may hold what a person wrote.
        const kind = thrown instanceof Error ? thrown.name : typeof thrown;
        parts.log('error', 'failed', { place: call.place.name, kind });
        return refuse(call, 500);
      })
      .then((reply) => send(request, response, reply, parts));
  };
}
