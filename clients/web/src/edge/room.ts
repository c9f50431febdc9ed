/** What the server asks of its rooms. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Words } from '../page/words.js';
import type { Reply } from './reply.js';

/** A request, read and within the limits. */
export interface Visit {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** What a form sent; empty for GET. */
  readonly form: URLSearchParams;
  /** The language to answer in. */
  readonly words: Words;
}

/** Answers a request. GET changes nothing, whatever stands in the address; HEAD is GET without its body. */
export type Handler = (visit: Visit) => Reply | Promise<Reply>;

/** What stands at an address. */
export interface Place {
  /** For metrics and logs: the same for all addresses of one kind. */
  readonly name: string;
  readonly GET?: Handler;
  readonly POST?: Handler;
}

/** A part of the server: what stands at `path` (as it was sent, nothing decoded), if it is this room’s. */
export type Room = (path: string) => Place | undefined;
