import { setTimeout as sleep } from 'node:timers/promises';
import { type DescMethod, getOption } from '@bufbuild/protobuf';
import { Code, ConnectError, type StreamResponse, type Transport } from '@connectrpc/connect';
import { type CortadoError, isReason, pushbackOf, toCortadoError, wasAnswered } from './errors.js';
import { DeadlineClass, deadline_class } from './gen/cortado/api/v1/options_pb.js';
import type { Language } from './say.js';
import type { TokenSource } from './tokens.js';

/** How calls are made. */
export interface CallRules {
  /** Who calls; undefined: a call without a token. */
  tokens: TokenSource | undefined;
  /** The reader's language: of the sentences that come back. */
  language: Language;
  /** Deadline of a read or write without one of its own, in milliseconds. */
  timeoutMs: number;
  /** How often a call is tried at most. */
  attempts: number;
}

const bulkTimeoutMs = 15 * 60 * 1000;
const firstPauseMs = 50;
const longestPauseMs = 2000;

function timeoutOf(method: DescMethod, rules: CallRules): number | undefined {
  switch (getOption(method, deadline_class)) {
    case DeadlineClass.WATCH:
      return undefined;
    case DeadlineClass.BULK:
      return bulkTimeoutMs;
    default:
      return rules.timeoutMs;
  }
}

// A read changes nothing; a write that names its intent happens once.
function isRepeatable(method: DescMethod, input: object): boolean {
  if (getOption(method, deadline_class) === DeadlineClass.READ) return true;
  return 'requestId' in input && typeof input.requestId === 'string' && input.requestId !== '';
}

// What the HTTP library calls by many codes is one thing to us: the other side is not there.
function asAnswered(thrown: unknown, signal: AbortSignal | undefined): ConnectError {
  const error = ConnectError.from(thrown);
  const isOurs = error.code === Code.DeadlineExceeded || signal?.aborted === true;
  if (wasAnswered(error) || isOurs || error.code === Code.InvalidArgument) return error;
  return new ConnectError(error.rawMessage, Code.Unavailable, error.metadata, undefined, error);
}

/** How long to wait before the next try, in milliseconds; undefined: there is none. `attempt` counts from 1. */
export function pauseAfter(error: ConnectError, attempt: number): number | undefined {
  const pushback = pushbackOf(error);
  if (pushback !== undefined && pushback < 0) return undefined;
  if (error.code === Code.ResourceExhausted) return pushback;
  if (error.code !== Code.Unavailable) return undefined;
  const pause = Math.min(firstPauseMs * 4 ** (attempt - 1), longestPauseMs);
  return pushback ?? pause * (0.5 + Math.random() / 2); // Not all callers at once.
}

function outOfTime(): ConnectError {
  return new ConnectError('the time for the call ran out', Code.DeadlineExceeded);
}

async function within<T>(promise: Promise<T>, ms: number | undefined, signal: AbortSignal | undefined): Promise<T> {
  if (ms === undefined) return promise;
  const stop = new AbortController();
  const over = signal === undefined ? stop.signal : AbortSignal.any([stop.signal, signal]);
  const timer = sleep(ms, undefined, { signal: over }).then(
    () => Promise.reject(outOfTime()),
    // Stopped because the promise came first: nobody listens any more.
    (aborted) => (signal?.aborted ? Promise.reject(aborted) : new Promise<never>(() => {})),
  );
  try {
    return await Promise.race([promise, timer]);
  } finally {
    stop.abort();
  }
}

function headersOf(
  given: ConstructorParameters<typeof Headers>[0],
  language: Language,
  token: string | undefined,
): Headers {
  const headers = new Headers(given);
  if (!headers.has('accept-language')) headers.set('accept-language', language);
  if (token !== undefined && !headers.has('authorization')) headers.set('authorization', `Bearer ${token}`);
  return headers;
}

/**
 * Puts tokens, language, deadlines, repeats and our errors around a transport. A call is repeated, with the same request
 * id, when the other side was away (UNAVAILABLE) or asked to come back later (`grpc-retry-pushback-ms`), never past its
 * deadline and never a write without request id; and once, with a new token, when its token was refused. Streams are not
 * repeated. Every error is a CortadoError.
 */
export function withRules(inner: Transport, rules: CallRules): Transport {
  const fail = (thrown: unknown): CortadoError => toCortadoError(thrown, rules.language);
  const drop = (error: ConnectError, token: string | undefined): boolean =>
    error.code === Code.Unauthenticated && token !== undefined && rules.tokens?.drop(token) === true;

  const unary: Transport['unary'] = async (method, signal, timeoutMs, header, input, contextValues) => {
    const total = timeoutMs ?? timeoutOf(method, rules);
    const end = total === undefined ? undefined : performance.now() + total;
    const left = () => (end === undefined ? undefined : Math.max(end - performance.now(), 1));
    const repeatable = isRepeatable(method, input);
    let renewed = false;
    for (let attempt = 1; ; ++attempt) {
      let token: string | undefined;
      try {
        token = await (rules.tokens && within(rules.tokens.token(), left(), signal));
        const headers = headersOf(header, rules.language, token);
        return await inner.unary(method, signal, left(), headers, input, contextValues);
      } catch (thrown) {
        // What a token source threw has been tried and named already.
        if (signal?.aborted || isReason(thrown)) throw fail(thrown);
        const error = asAnswered(thrown, signal);
        if (!renewed && drop(error, token)) {
          renewed = true;
          continue;
        }
        const pause = repeatable && attempt < rules.attempts ? pauseAfter(error, attempt) : undefined;
        if (pause === undefined || (end !== undefined && performance.now() + pause >= end)) throw fail(error);
        await sleep(pause, undefined, signal && { signal }).catch((aborted) => Promise.reject(fail(aborted)));
      }
    }
  };

  const stream: Transport['stream'] = async (method, signal, timeoutMs, header, input, contextValues) => {
    const limit = timeoutMs ?? timeoutOf(method, rules);
    let token: string | undefined;
    const failStream = (thrown: unknown) => {
      if (isReason(thrown)) return thrown;
      const error = asAnswered(thrown, signal);
      drop(error, token);
      return fail(error);
    };
    try {
      token = await (rules.tokens && within(rules.tokens.token(), limit, signal));
      const headers = headersOf(header, rules.language, token);
      const response = await inner.stream(method, signal, limit, headers, input, contextValues);
      return { ...response, message: withErrors(response.message, failStream) } satisfies StreamResponse;
    } catch (thrown) {
      throw failStream(thrown);
    }
  };
  return { unary, stream };
}

async function* withErrors<T>(messages: AsyncIterable<T>, fail: (thrown: unknown) => unknown): AsyncIterable<T> {
  try {
    yield* messages;
  } catch (thrown) {
    throw fail(thrown);
  }
}
