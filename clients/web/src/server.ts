/** The web edge as a whole: two listeners, the rooms behind them, and an orderly end. */
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo, ListenOptions } from 'node:net';
import { type Cortado, connect, type TlsFiles } from '@cortado/api';
import { answerRoom } from './answer/answer_room.js';
import { type EdgeParts, edge } from './edge/edge.js';
import { answerFault } from './edge/fault.js';
import type { Log } from './edge/log.js';
import { limiter, type Rate } from './edge/rate_limit.js';
import { healthRoom } from './health/health_room.js';
import { type Metrics, makeMetrics } from './health/metrics.js';
import { isServing } from './health/services.js';
import { pageRoom } from './page/page_room.js';

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
  /** Of our own, before us, whose X-Forwarded-For counts. */
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
  /** Reads the certificate anew. Throws, and keeps the old one, when that cannot be. */
  renewCertificate(): void;
  /** Takes no more requests, finishes what is under way within `graceMs`, and ends. */
  stop(graceMs: number): Promise<void>;
}

// What both listeners share.
type Common = Pick<EdgeParts, 'isHttps' | 'log' | 'isDraining'>;

const remembered = 20_000;
const largestHead = 16 * 1024;
const healthTimeoutMs = 2000;
const opsConnections = 100;

function readPair({ cert, key }: { cert: string; key: string }) {
  return { cert: readFileSync(cert), key: readFileSync(key) };
}

function makeServer(options: WebOptions, tls: WebOptions['tls'], listener: RequestListener): Server | TlsServer {
  const limits: ServerOptions = {
    maxHeaderSize: largestHead,
    headersTimeout: options.headTimeoutMs,
    requestTimeout: options.requestTimeoutMs,
    connectionsCheckingInterval: Math.min(1000, options.headTimeoutMs / 4),
    keepAliveTimeout: 5000,
    // The edge asks for it, so that the refusal has the headers of every answer.
    requireHostHeader: false,
  };
  const secure = tls && { ...limits, ...readPair(tls), minVersion: 'TLSv1.2' as const };
  const server = secure ? createTlsServer(secure, listener) : createServer(limits, listener);
  // Expect: 100-continue is Node’s own; with anything else expected it is a request like any other.
  return server.on('checkExpectation', listener);
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

async function findMissing({ addresses }: Cortado, tls: TlsFiles | undefined): Promise<string[]> {
  const looks = Object.entries(addresses).map(async ([name, address]) => {
    return (await isServing(address, tls, healthTimeoutMs)) ? [] : [name];
  });
  return (await Promise.all(looks)).flat();
}

function serveAnswers(options: WebOptions, cortado: Cortado, metrics: Metrics, common: Common): Server | TlsServer {
  const { origin, secret, proxies, log, clock } = options;
  const answers = answerRoom({
    cortado,
    csrf: { secret, isHttps: common.isHttps, origin },
    perLink: limiter(options.perLink, remembered),
    log,
    count: metrics.answer,
    clock,
  });
  const perAddress = limiter(options.perAddress, remembered);
  const rooms = [answers, pageRoom];
  const server = makeServer(
    options,
    options.tls,
    edge({ ...common, rooms, proxies, perAddress, count: metrics.request }),
  );
  server.maxConnections = options.connections;
  return server;
}

function serveOps(options: WebOptions, cortado: Cortado, metrics: Metrics, common: Common): Server {
  const missing = () => findMissing(cortado, options.servicesTls);
  const rooms = [healthRoom({ metrics, missing, isDraining: common.isDraining })];
  // Who watches comes often, and is neither counted nor logged.
  const quiet = { perAddress: () => 0, log: () => {}, count: () => {} };
  const server = makeServer(options, undefined, edge({ ...common, ...quiet, rooms, proxies: 0 }));
  server.maxConnections = opsConnections;
  return server;
}

/** Starts to serve. Rejects when a file cannot be read or an address cannot be listened on; TypeError for what is no address. */
export async function startWeb(options: WebOptions): Promise<Web> {
  const isHttps = options.origin.startsWith('https:');
  const cortado = connect(options.address, options.servicesTls ? { tls: options.servicesTls } : {});
  const metrics = makeMetrics();
  let draining = false;
  const common: Common = { isHttps, log: options.log, isDraining: () => draining };
  const server = serveAnswers(options, cortado, metrics, common);
  const ops = serveOps(options, cortado, metrics, common);
  for (const one of [server, ops]) one.on('clientError', answerFault(isHttps, metrics.badRequest));
  return {
    address: await listen(server, options.listen),
    opsAddress: await listen(ops, options.opsListen),
    renewCertificate() {
      if (options.tls && 'setSecureContext' in server) server.setSecureContext(readPair(options.tls));
    },
    async stop(graceMs) {
      draining = true;
      await Promise.all([finish(server, graceMs), finish(ops, graceMs)]);
      cortado.close();
    },
  };
}
