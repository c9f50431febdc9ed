/** From the bytes of HTTP to the rooms and back: limits, languages, headers, and pages for what fits nowhere. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Page } from '../page/layout.js';
import { noticePage } from '../page/notice.js';
import { type Language, preferredLanguage, readLanguage, speak, type Words } from '../page/words.js';
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

interface Target {
  readonly path: string;
  readonly query: URLSearchParams;
}

// The longest address that is ours is a link of 4,096 characters and a little more.
const longestTarget = 8192;
const nowhere: Place = { name: 'none' };

function readTarget({ url, headers, httpVersion }: IncomingMessage): Target | undefined {
  if (httpVersion === '1.1' && headers.host === undefined) return undefined;
  if (url === undefined || !url.startsWith('/') || url.length > longestTarget) return undefined;
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  return { path, query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)) };
}

/** The page for a request that no room takes. */
export function refusal(words: Words, status: number): Page {
  const about = status === 404 ? 'nothing' : status === 429 ? 'busy' : 'refused';
  return noticePage(words, { title: words.say(`${about}_title`), lead: words.say(`${about}_lead`) });
}

function refuse(words: Words, status: number, headers: Readonly<Record<string, string>> = {}): Reply {
  return pageReply(status, refusal(words, status), headers);
}

function allowedOf(place: Place): string {
  const methods = [...(place.GET ? ['GET', 'HEAD'] : []), ...(place.POST ? ['POST'] : [])];
  return methods.join(', ');
}

function handlerOf(place: Place, method: string | undefined): Handler | undefined {
  if (method === 'GET' || method === 'HEAD') return place.GET;
  return method === 'POST' ? place.POST : undefined;
}

function languageFor(request: IncomingMessage, query: URLSearchParams | undefined): Language {
  return readLanguage(query?.get('lang') ?? undefined) ?? preferredLanguage(request.headers['accept-language']);
}

/** The listener of a node:http server. It answers every request, whatever a room throws. */
export function edge(parts: EdgeParts): (request: IncomingMessage, response: ServerResponse) => void {
  const always = securityHeaders(parts.isHttps);

  async function answer(request: IncomingMessage, target: Target | undefined, place: Place): Promise<Reply> {
    const words = speak(languageFor(request, target?.query));
    const wait = parts.perAddress(clientAddress(request, parts.proxies), performance.now());
    if (wait > 0) return refuse(words, 429, { 'Retry-After': String(wait) });
    if (target === undefined) return refuse(words, 400);
    if (place === nowhere) return refuse(words, 404);
    const handler = handlerOf(place, request.method);
    if (handler === undefined) return refuse(words, 405, { Allow: allowedOf(place) });
    const { path } = target;
    if (request.method !== 'POST')
      return handler({ path, headers: request.headers, form: new URLSearchParams(), words });
    const form = await readForm(request);
    if ('refused' in form) return refuse(words, form.refused, { Connection: 'close' });
    const spoken = readLanguage(form.fields.get('lang') ?? undefined);
    const visit = { path, headers: request.headers, form: form.fields, words: spoken ? speak(spoken) : words };
    return handler(visit);
  }

  function send(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
    if (response.headersSent || response.destroyed) return;
    const closing = parts.isDraining() || !request.complete ? { Connection: 'close' } : {};
    const type = reply.type === undefined ? {} : { 'Content-Type': reply.type };
    const length = { 'Content-Length': Buffer.byteLength(reply.body) };
    response.writeHead(reply.status, { ...always, ...type, ...length, ...reply.headers, ...closing });
    response.end(request.method === 'HEAD' ? undefined : reply.body);
  }

  return (request, response) => {
    const began = performance.now();
    const target = readTarget(request);
    const place = (target && parts.rooms.map((room) => room(target.path)).find((found) => found)) ?? nowhere;
    const method = /^(GET|HEAD|POST)$/.test(request.method ?? '') ? String(request.method) : 'other';
    response.on('close', () => {
      const seconds = (performance.now() - began) / 1000;
      parts.count(place.name, method, response.statusCode, seconds);
      const took = Math.round(seconds * 1000);
      parts.log('info', 'request', { place: place.name, method, status: response.statusCode, milliseconds: took });
    });
    answer(request, target, place)
      .catch((thrown: unknown) => {
        // The kind of failure alone: its words may hold what a person wrote.
        parts.log('error', 'failed', {
          place: place.name,
          kind: thrown instanceof Error ? thrown.name : typeof thrown,
        });
        return refuse(speak(languageFor(request, target?.query)), 500);
      })
      .then((reply) => send(request, response, reply));
  };
}
