/** What the command line and the environment say. */
import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { ListenOptions } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { TlsFiles } from '@cortado/api';
import type { Rate } from './edge/rate_limit.js';

interface Flag {
  readonly is: string;
  readonly says: string;
  readonly usual?: string;
}

const flags: Readonly<Record<string, Flag>> = {
  listen: { is: 'HOST:PORT', says: 'where to listen; port 0: any', usual: '127.0.0.1:8080' },
  web_url: {
    is: 'URL',
    says: 'where people reach us, as the servers’ --web_url; https:// behind a proxy that ends TLS',
  },
  address: { is: 'ADDRESS', says: 'of the services: host:port, unix:/path, or profile=A,matching=B,scheduling=C' },
  data: { is: 'FOLDER', says: 'data directory of a cortado on this machine, instead of --address' },
  services_ca: { is: 'FILE', says: 'PEM: who must have signed the services’ certificate; with it calls go over TLS' },
  services_cert: { is: 'FILE', says: 'PEM: our own certificate, for services that want one' },
  services_key: { is: 'FILE', says: 'PEM: the key of that certificate' },
  tls_cert: { is: 'FILE', says: 'PEM: serve https with this certificate; SIGHUP reads it anew' },
  tls_key: { is: 'FILE', says: 'PEM: the key of that certificate' },
  trusted_proxies: { is: 'N', says: 'proxies of our own before us, whose X-Forwarded-For counts', usual: '0' },
  secret_file: { is: 'FILE', says: 'at least 32 bytes (0600) that sign forms: the same for all who share one address' },
  ops_listen: { is: 'HOST:PORT', says: 'of /healthz, /readyz and /metrics', usual: '127.0.0.1:8081' },
  rate_per_link: { is: 'N', says: 'requests a minute with one link; twice as many at once', usual: '60' },
  rate_per_address: { is: 'N', says: 'requests a minute from one address; as many at once', usual: '600' },
  connections: { is: 'N', says: 'open at once', usual: '2000' },
};

/** What a start was told. */
export interface Settings {
  readonly address: string;
  readonly servicesTls: TlsFiles | undefined;
  readonly listen: ListenOptions;
  readonly opsListen: ListenOptions;
  readonly origin: string;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly proxies: number;
  readonly secret: Buffer;
  readonly perLink: Rate;
  readonly perAddress: Rate;
  readonly connections: number;
}

/** What --help prints. */
export function help(): string {
  const lines = Object.entries(flags).map(([name, { is, says, usual }]) => {
    const left = `  --${name} ${is}`;
    return `${left.padEnd(32)}${says}${usual === undefined ? '' : ` (${usual})`}`;
  });
  return `cortado-web: the page behind the links in Cortado’s mails.

${lines.join('\n')}
  --help

Each can be said in the environment too: --web_url as CORTADO_WEB_URL, --listen as CORTADO_WEB_LISTEN. Without --address
and --data: CORTADO_ADDRESS, else the local server of CORTADO_DATA, $XDG_DATA_HOME/cortado or ~/.local/share/cortado.
`;
}

type Environment = Readonly<Record<string, string | undefined>>;
type Ask = (name: string) => string;

function fail(flag: string, problem: string): never {
  throw new TypeError(`--${flag} ${problem}`);
}

function asker(args: readonly string[], environment: Environment): Ask {
  const options = Object.fromEntries(Object.keys(flags).map((name) => [name, { type: 'string' as const }]));
  const { values } = parseArgs({ args: [...args], options, allowPositionals: false });
  return (name) => {
    const variable = `CORTADO_WEB_${name.replace(/^web_/, '').toUpperCase()}`;
    return values[name] ?? environment[variable] ?? flags[name]?.usual ?? '';
  };
}

function readListen(ask: Ask, flag: string): ListenOptions & { host: string } {
  const [, host = '', port = ''] = /^\[?([^\]]+)\]?:(\d{1,5})$/.exec(ask(flag)) ?? [];
  if (host === '' || Number(port) > 65_535) fail(flag, 'must be host:port');
  return { host, port: Number(port) };
}

function readNumber(ask: Ask, flag: string, least: number, most: number): number {
  const text = ask(flag);
  const value = /^\d{1,9}$/.test(text) ? Number(text) : -1;
  return value >= least && value <= most ? value : fail(flag, `must be a number from ${least} to ${most}`);
}

function readPair(ask: Ask, cert: string, key: string): { cert: string; key: string } | undefined {
  const pair = { cert: ask(cert), key: ask(key) };
  if ((pair.cert === '') !== (pair.key === ''))
    fail(pair.cert === '' ? cert : key, 'is missing: the two belong together');
  return pair.cert === '' ? undefined : pair;
}

function readOrigin(ask: Ask, isTls: boolean, listen: ListenOptions & { host: string }): string {
  const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host;
  const text = ask('web_url') || `http${isTls ? 's' : ''}://${host}:${listen.port}`;
  const url = URL.canParse(text) ? new URL(text) : fail('web_url', 'must be a URL');
  if (!/^https?:$/.test(url.protocol) || url.username !== '') fail('web_url', 'must begin with https:// or http://');
  if (url.pathname !== '/' || url.search !== '')
    fail('web_url', 'must end with the host: the pages stand at its /answer/');
  if (isTls && url.protocol !== 'https:') fail('web_url', 'must begin with https://, since --tls_cert is given');
  return url.origin;
}

function readSecret(ask: Ask): Buffer {
  const file = ask('secret_file');
  if (file === '') return randomBytes(32);
  if ((statSync(file).mode & 0o077) !== 0) fail('secret_file', 'may be read by others: chmod 600 it');
  const secret = readFileSync(file);
  return secret.length >= 32 ? secret : fail('secret_file', 'must hold at least 32 bytes');
}

function findAddress(ask: Ask, environment: Environment): string {
  if (ask('address') !== '') return ask('address');
  const { CORTADO_ADDRESS: said, CORTADO_DATA: folder, XDG_DATA_HOME: shared } = environment;
  if (ask('data') === '' && said) return said;
  const data = ask('data') || folder || join(shared || join(homedir(), '.local/share'), 'cortado');
  try {
    return readFileSync(join(data, 'run/address'), 'utf8').trim();
  } catch {
    return fail(
      'address',
      'is missing, and no cortado runs on the data directory: start one, or say where the services are',
    );
  }
}

function readServicesTls(ask: Ask): TlsFiles | undefined {
  const ca = ask('services_ca');
  const own = readPair(ask, 'services_cert', 'services_key');
  return ca === '' && own === undefined ? undefined : { ...(ca !== '' && { ca }), ...own };
}

const loopback = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

/** Reads `args` and `environment`. Throws TypeError for what cannot be, and what reading a file throws. */
export function readSettings(args: readonly string[], environment: Environment): Settings {
  const ask = asker(args, environment);
  const listen = readListen(ask, 'listen');
  const tls = readPair(ask, 'tls_cert', 'tls_key');
  const proxies = readNumber(ask, 'trusted_proxies', 0, 9);
  if (!loopback.test(listen.host) && tls === undefined && proxies === 0) {
    fail('listen', 'beyond this machine needs --tls_cert, or --trusted_proxies for a proxy of yours that ends TLS');
  }
  const perLink = readNumber(ask, 'rate_per_link', 1, 100_000);
  const perAddress = readNumber(ask, 'rate_per_address', 1, 1_000_000);
  return {
    address: findAddress(ask, environment),
    servicesTls: readServicesTls(ask),
    listen,
    opsListen: readListen(ask, 'ops_listen'),
    origin: readOrigin(ask, tls !== undefined, listen),
    tls,
    proxies,
    secret: readSecret(ask),
    perLink: { burst: 2 * perLink, perMinute: perLink },
    perAddress: { burst: perAddress, perMinute: perAddress },
    connections: readNumber(ask, 'connections', 1, 100_000),
  };
}
