// What Slack brings to an app, and how the app takes it.
import type { JsonObject } from '../json.js';

/** Something to bring. */
export interface Delivery {
  kind: 'event' | 'command' | 'interaction';
  body: JsonObject;
}

/** How an app took a delivery. */
export interface Ack {
  /** Taken within Slack's three seconds. */
  ok: boolean;
  /** HTTP status; 200 for an acknowledged envelope, 0 where no answer came. */
  status: number;
  /** What came with it: parsed JSON, text, or undefined. */
  body: unknown;
  /** From sending to the answer, in milliseconds. */
  ms: number;
  /** Slack's word for a failure: http_timeout, http_error, connection_failed. */
  reason?: string;
  /** The acks of retries and duplicates, in order. */
  more: Ack[];
}

/** That a delivery is a repeat, as its headers or envelope say. */
export interface Retry {
  number: number;
  reason: string;
}

/** Brings one delivery once. */
export type Bring = (delivery: Delivery, retry?: Retry) => Promise<Ack>;

/** Slack's patience, in milliseconds. */
export const ackLimit = 3000;
