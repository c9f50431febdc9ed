/** The web edge as a whole: two listeners, the rooms behind them, and an orderly end. */
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, ListenOptions, Socket } from 'node:net';
import { connect as connectServices, type TlsFiles } from '@cortado/api';
import { answerRoom } from './answer/answer_room.js';
import { edge, refusal } from './edge/edge.js';
import { securityHeaders } from './edge/headers.js';
import type { Log } from './edge/log.js';
import { limiter, type Rate } from './edge/rate_limit.js';
import { pageReply } from './edge/reply.js';
import { healthRoom } from './health/health_room.js';
import { makeMetrics } from './health/metrics.js';
import { isServing } from './health/services.js';
import { pageRoom } from './page/page_room.js';
import { speak } from './page/words.js';

/** How to serve. */
export interface WebOptions {
  /** Of the services, as `connect` of @cortado/api takes them. */
  readonly address: string;
  readonly servicesTls?: TlsFiles | undefined;
  /** Where people reach us: the origin of the links in mails. */
  readonly origin: string;
  readonly listen: ListenOptions;
  /** PEM files of a certificate and its key; without: in the clear, for a proxy on this machine or a private network. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Of health and metrics. */
  readonly opsListen: ListenOptions;
  readonly proxies: number;
  /** Signs forms. */
  readonly secret: Buffer;
  readonly perLink: Rate;
  readonly perAddress: Rate;
  /** For the head of a request, and for all of it, in milliseconds. */
  readonly headTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** Open at once; more are turned away. */
  readonly connections: number;
  readonly log: Log;
  readonly clock: () => Date;
}

/** A server that serves. */
export interface Web {
  readonly address: AddressInfo;
  readonly opsAddress: AddressInfo;
  /** Reads the certificate anew. */
  renewCertificate(): void;
  /** Takes no more requests, finishes what is under way within `graceMs`, and ends. */
  stop(graceMs: number): Promise<void>;
}

const remembered = 20_000;
const healthTimeoutMs = 2000;
const largestHead = 16 * 1024;
const statusOfFault: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };
const phrases: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

// What is no HTTP gets the same headers and a page all the same, written by hand: no request of Node’s stands behind it.
function answerFault(
  isHttps: boolean,
  count: (status: number) => void,
): (fault: NodeJS.ErrnoException, socket: Socket) => void {
  return (fault, socket) => {
    if (fault.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const status = statusOfFault[fault.code ?? ''] ?? 400;
    count(status);
    const { body, type } = pageReply(status, refusal(speak('en'), status));
    const headers = { ...securityHeaders(isHttps), 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) };
    const lines = Object.entries({ ...headers, Connection: 'close' }).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${status} ${phrases[status]}\r\n${lines.join('')}\r\n${body}`);
  };
}

function readPair(tls: { cert: string; key: string }) {
  return { cert: readFileSync(tls.cert), key: readFileSync(tls.key) };
}

function limitsOf(options: WebOptions): ServerOptions {
  return {
    maxHeaderSize: largestHead,
    headersTimeout: options.headTimeoutMs,
    requestTimeout: options.requestTimeoutMs,
    connectionsCheckingInterval: Math.min(1000, options.headTimeoutMs / 4),
    keepAliveTimeout: 5000,
    // The edge asks for it, so that the refusal has the headers of every answer.
    requireHostHeader: false,
  };
}

function listen(server: Server, where: ListenOptions): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('not a TCP address'));
      else resolve(address);
    });
  });
}

function finish(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** Starts to serve. Rejects when a file cannot be read or an address cannot be listened on; TypeError for what is no address. */
export async function startWeb(options: WebOptions): Promise<Web> {
  const { log, origin, clock, secret } = options;
  const isHttps = origin.startsWith('https:');
  const cortado = connectServices(options.address, options.servicesTls ? { tls: options.servicesTls } : {});
  const metrics = makeMetrics();
  let draining = false;
  const isDraining = () => draining;

  const answers = answerRoom({
    cortado,
    csrf: { secret, isHttps, origin },
    perLink: limiter(options.perLink, remembered),
    log,
    count: metrics.answer,
    clock,
  });
  const missing = async () => {
    const looks = Object.entries(cortado.addresses).map(async ([name, address]) => {
      return (await isServing(address, options.servicesTls, healthTimeoutMs)) ? [] : [name];
    });
    return (await Promise.all(looks)).flat();
  };
  const common = { isHttps, log, isDraining };
  const perAddress = limiter(options.perAddress, remembered);
  const serve = edge({
    ...common,
    rooms: [answers, pageRoom],
    proxies: options.proxies,
    perAddress,
    count: metrics.request,
  });
  const rooms = [healthRoom({ metrics, missing, isDraining })];
  const serveOps = edge({ ...common, rooms, proxies: 0, perAddress: () => 0, log: () => {}, count: () => {} });

  const limits = limitsOf(options);
  const make = (listener: RequestListener): Server => {
    const server = options.tls
      ? createTlsServer({ ...limits, ...readPair(options.tls), minVersion: 'TLSv1.2' }, listener)
      : createServer(limits, listener);
    // Expect: 100-continue is Node’s own; anything else expected is a request like any other.
    server.on('checkExpectation', listener);
    return server;
  };
  const server = make(serve);
  const ops = createServer(limits, serveOps);
  for (const one of [server, ops]) one.on('clientError', answerFault(isHttps, metrics.badRequest));
  server.maxConnections = options.connections;
  ops.maxConnections = 100;
  const address = await listen(server, options.listen);
  const opsAddress = await listen(ops, options.opsListen);
  return {
    address,
    opsAddress,
    renewCertificate() {
      if (options.tls && 'setSecureContext' in server) {
        (server as ReturnType<typeof createTlsServer>).setSecureContext(readPair(options.tls));
      }
    },
    async stop(graceMs) {
      draining = true;
      await Promise.all([finish(server, graceMs), finish(ops, graceMs)]);
      cortado.close();
    },
  };
}
