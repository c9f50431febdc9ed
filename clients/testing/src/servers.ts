import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { binary, type Running, ready, run, start } from './processes.js';

/** What one process of a Cortado is, so that it can be started again just as it was. */
export interface Server {
  readonly name: string;
  /** Starts it and waits until it listens. */
  start(): Promise<Running>;
}

/** Some servers, and how cortadoctl and clients reach them. */
export interface Topology {
  /** In the order in which they start; they stop in reverse. */
  servers: Server[];
  /** As `connect` and `cortadoctl --address` take it; once they are up. */
  addresses(): string;
  /** The arguments that send cortadoctl there, as the operator. */
  reach(): string[];
  /** Makes the organisation where no server does so itself. */
  prepare(): Promise<void>;
}

/** What servers are started with. */
export interface ServerOptions {
  /** `dev`: cortado_dev, whose time can be moved. `real`: `cortado --dev`. Of three servers always `real`. */
  clock?: 'dev' | 'real';
  /** Listen on 127.0.0.1, for callers that know no unix sockets; a restart keeps the port. */
  tcp?: boolean;
  /** Mail server, as `startMailServer().address`. Without: no mail goes out. */
  smtp?: string;
  /** Where the links in mails lead. Without: mails have no links. */
  webUrl?: string;
  /** TLS files of the servers (PEM). */
  tls?: { cert: string; key: string; clientCa?: string };
  /** How clients and cortadoctl reach servers that have `tls`. */
  clientTls?: { ca: string; cert?: string; key?: string };
  /** More switches of the program, or of each of the three. */
  args?: readonly string[];
}

function read(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
}

function mailArguments({ smtp, webUrl }: ServerOptions): string[] {
  const links = webUrl === undefined ? [] : ['--web_url', webUrl];
  if (smtp === undefined) return links;
  return ['--smtp', smtp, '--smtp_security', 'none', '--mail_from', 'cortado@test.example', ...links];
}

function commonArguments({ tls, args }: ServerOptions): string[] {
  const secure = tls === undefined ? [] : ['--tls_cert', tls.cert, '--tls_key', tls.key];
  if (tls?.clientCa !== undefined) secure.push('--tls_client_ca', tls.clientCa);
  return ['--metrics_port', '-1', ...secure, ...(args ?? [])];
}

function reachArguments({ clientTls }: ServerOptions): string[] {
  if (clientTls === undefined) return [];
  const { ca, cert, key } = clientTls;
  const own = cert === undefined || key === undefined ? [] : ['--tls-cert', cert, '--tls-key', key];
  return ['--tls-ca', ca, ...own];
}

// Starts a server of ours that writes `addressFile` once it listens.
async function serve(name: string, args: string[], addressFile: string, folder: string): Promise<Running> {
  rmSync(addressFile, { force: true });
  const server = start(binary(name), args, join(folder, `${name}.log`));
  await ready(server, name, () => read(addressFile) !== '');
  return server;
}

/** One process with a Redis of its own. */
export function allInOne(folder: string, options: ServerOptions): Topology {
  const data = join(folder, 'data');
  const addressFile = join(data, 'run/address');
  const program = options.clock === 'real' ? ['cortado', '--dev'] : ['cortado_dev'];
  const [name = '', ...dev] = program;
  let listen = options.tcp === true ? '127.0.0.1:0' : `unix:${join(folder, 'socket')}`;
  const cortado: Server = {
    name: 'cortado',
    async start() {
      const args = [...dev, '--data', data, '--listen', listen, ...commonArguments(options), ...mailArguments(options)];
      const server = await serve(name, args, addressFile, folder);
      if (options.tcp === true) listen = read(join(data, 'run/listening')).split(' ')[0] ?? listen;
      return server;
    },
  };
  return {
    servers: [cortado],
    addresses: () => listen,
    reach: () => ['--data', data, ...reachArguments(options)],
    prepare: async () => {},
  };
}

function redisServer(folder: string, socket: string, password: string): Server {
  const config = join(folder, 'redis.conf');
  mkdirSync(join(folder, 'redis'));
  const lines = ['port 0', `unixsocket ${socket}`, 'unixsocketperm 700', `dir ${join(folder, 'redis')}`];
  lines.push('appendonly yes', 'appendfsync always', 'save ""', `requirepass ${password}`, '');
  writeFileSync(config, lines.join('\n'), { mode: 0o600 });
  return {
    name: 'redis',
    async start() {
      rmSync(socket, { force: true });
      const log = join(folder, 'redis.log');
      rmSync(log, { force: true });
      const server = start('redis-server', [config], log);
      await ready(server, 'redis', () => /ready to accept connections/i.test(server.log()));
      return server;
    },
  };
}

/** The three services as three processes over one Redis, as deploy/demo.sh starts them. */
export function threeServers(folder: string, options: ServerOptions): Topology {
  if (options.clock === 'dev') throw new Error('three servers have no clock that can be moved');
  const names = ['profile', 'matching', 'scheduling'] as const;
  const socket = join(folder, 'redis.socket');
  const passwordFile = join(folder, 'redis.password');
  const keyFile = join(folder, 'token.pem');
  const password = randomBytes(24).toString('hex');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  const listen = Object.fromEntries(names.map((name) => [name, `unix:${join(folder, `${name}.socket`)}`]));
  const addresses = names.map((name) => `${name}=${listen[name]}`).join(',');
  let organization = '';

  const service = (name: (typeof names)[number]): Server => ({
    name,
    start() {
      const addressFile = join(folder, `${name}.address`);
      const own = ['--redis', `unix://${socket}`, '--redis_password_file', passwordFile, '--token_key_file', keyFile];
      const others = names.filter((other) => other !== name && name !== 'profile');
      const peers = others.flatMap((other) => [`--${other}`, `${listen[other]}`]);
      const mail = name === 'scheduling' ? mailArguments(options) : [];
      const ledger = ['--erasure_ledger', join(folder, 'erasures')];
      const where = ['--dev', '--listen', `${listen[name]}`, '--address_file', addressFile, ...ledger];
      return serve(
        `${name}_server`,
        [...own, ...where, ...peers, ...mail, ...commonArguments(options)],
        addressFile,
        folder,
      );
    },
  });
  const reach = () => [
    '--address',
    addresses,
    '--key-file',
    keyFile,
    ...(organization && ['--organization', organization]),
  ];
  return {
    servers: [redisServer(folder, socket, password), ...names.map(service)],
    addresses: () => addresses,
    reach,
    async prepare() {
      const made = await run(binary('cortadoctl'), [...reach(), '--json', 'org', 'create', 'Sample organisation']);
      organization = JSON.parse(made).name.replace('organizations/', '');
    },
  };
}
