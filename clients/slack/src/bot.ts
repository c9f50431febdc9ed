// The whole bot, put together.
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from '@cortado/api';
import { App, HTTPReceiver, type Receiver, SocketModeReceiver } from '@slack/bolt';
import { deliveryKeptMs, makeRouter } from './actions/router.js';
import type { Tools } from './actions/visit.js';
import type { Config, Listen } from './config.js';
import { startCourier } from './courier/courier.js';
import { remember } from './deliveries/once.js';
import { installLinks, installPages } from './installations/install_pages.js';
import { openInstallations } from './installations/installations.js';
import { makeSeal } from './installations/seal.js';
import { type Journal, problemOf } from './journal.js';
import { openPeople } from './people/people.js';
import { connectSlack, silentLogger } from './slack/slack.js';
import { frontDoor, makeGuard } from './web/front_door.js';
import { openMetrics } from './web/metrics.js';
import { sideDoor } from './web/side_door.js';

/** A bot that runs. */
export interface Bot {
  /** Where it listens for Slack and browsers, and for monitoring: http://127.0.0.1:PORT. */
  front: string;
  side: string;
  /** Ends what is on its way, for at most `withinMs`, and begins nothing. */
  stop(withinMs?: number): Promise<void>;
}

const slackTimeoutMs = 10_000;
const deliveriesKept = 100_000;
const stopWithinMs = 10_000;

async function listen(server: Server, { host, port }: Listen): Promise<string> {
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  server.close();
  server.closeIdleConnections();
  await once(server, 'close');
}

function httpReceiver({ app }: Config): HTTPReceiver {
  return new HTTPReceiver({
    signingSecret: app.signingSecret,
    endpoints: '/slack/events',
    logger: silentLogger,
    unhandledRequestTimeoutMillis: 2500,
  });
}

// For as long as Slack is away, and then soon: by itself the client would pause longer and longer, and give up in the end.
const reconnecting = { retries: 15, factor: 1.3, maxTimeout: 15_000, randomize: true, forever: true };

function socketReceiver({ app, slackUrl }: Config): SocketModeReceiver {
  return new SocketModeReceiver({
    appToken: app.appToken,
    logger: silentLogger,
    installerOptions: { clientOptions: { slackApiUrl: slackUrl, retryConfig: reconnecting } },
  });
}

// Nobody is waited for before the answer: who it is from, and whether we know them, is looked up after it.
const authorize = async () => ({});

function makeApp(receiver: Receiver, journal: Journal): App {
  const app = new App({ receiver, authorize, ignoreSelf: false, logger: silentLogger, attachFunctionToken: false });
  app.error(async (error) => journal.error('delivery.failed', problemOf(error)));
  return app;
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work.then(() => undefined), over]);
  clearTimeout(timer);
}

/** Starts it. Throws when it cannot listen; Slack and the API need not be there yet, but for Socket Mode. */
export async function startBot(config: Config, journal: Journal, now: () => Date = () => new Date()): Promise<Bot> {
  const cortado = connect(config.api, config.tls === undefined ? {} : { tls: config.tls });
  const metrics = openMetrics();
  const seal = makeSeal(config.sealKey);
  const slackFor = (token: string) => connectSlack(token, { url: config.slackUrl, timeoutMs: slackTimeoutMs });
  const installations = openInstallations({ cortado, keys: config.keys, seal, slackFor });
  const tools: Tools = { installations, people: openPeople(cortado), journal, metrics, now };
  const router = makeRouter(tools, remember(deliveryKeptMs, deliveriesKept));
  const nowSeconds = () => now().getTime() / 1000;

  const http = config.mode === 'http' ? httpReceiver(config) : undefined;
  const receiver = http ?? socketReceiver(config);
  router.attach(makeApp(receiver, journal));
  const pages = installPages({
    ...config.app,
    stateSecret: seal.derive('state'),
    links: installLinks(seal.derive('install link')),
    publicUrl: config.publicUrl,
    slackUrl: config.slackUrl,
    ...(config.authorizeUrl === undefined ? {} : { authorizeUrl: config.authorizeUrl }),
    installations,
    journal,
    nowSeconds,
  });
  const front = frontDoor({
    guard: makeGuard(config.app.signingSecret, nowSeconds),
    journal,
    metrics,
    ...(http === undefined ? {} : { deliver: http.requestListener }),
    routes: [pages],
  });
  let stopping = false;
  const side = sideDoor(metrics, () => !stopping);
  const [frontUrl, sideUrl] = [await listen(front, config.listen), await listen(side, config.side)];
  if (http === undefined) await receiver.start(0);
  const courier = config.courier
    ? startCourier({ installations, people: tools.people, now, journal, metrics })
    : undefined;
  journal.info('started', { mode: config.mode, organizations: config.keys.size });

  return {
    front: frontUrl,
    side: sideUrl,
    async stop(withinMs = stopWithinMs) {
      stopping = true;
      if (http === undefined) await receiver.stop().catch(() => {});
      await within(
        withinMs,
        Promise.all([close(front), courier?.stop()]).then(() => router.idle()),
      );
      front.closeAllConnections();
      await within(1000, close(side));
      side.closeAllConnections();
      cortado.close();
      journal.info('stopped');
    },
  };
}
