// What the bot is started with: flags, or environment variables of the same name; secrets only in files of mode 0600.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { parseAddresses, type TlsFiles } from '@cortado/api';
import type { Level } from './journal.js';

/** An address to listen on. */
export interface Listen {
  host: string;
  port: number;
}

/** What Slack gave the app, at api.slack.com. */
export interface AppSecrets {
  clientId: string;
  clientSecret: string;
  signingSecret: string;
  /** `xapp-...`, for Socket Mode. */
  appToken: string;
}

export interface Config {
  mode: 'http' | 'socket';
  api: string;
  tls: TlsFiles | undefined;
  app: AppSecrets;
  /** Service key by label. */
  keys: ReadonlyMap<string, string>;
  /** 32 bytes. */
  sealKey: Uint8Array;
  listen: Listen;
  side: Listen;
  publicUrl: string;
  slackUrl: string;
  authorizeUrl: string | undefined;
  courier: boolean;
  level: Level;
}

interface Flag {
  what: string;
  usual?: string;
}

const flags: Readonly<Record<string, Flag>> = {
  mode: { what: '`http`: Slack calls --listen; `socket`: the bot calls Slack, and nobody reaches it', usual: 'http' },
  api: { what: 'where Cortado listens: host:port, unix:PATH, or profile=...,matching=...,scheduling=...' },
  'api-ca': { what: 'PEM file: who must have signed the certificate of the servers; makes the bot speak TLS' },
  'api-cert': { what: 'PEM file: the certificate of the bot, for servers that want one' },
  'api-key': { what: 'PEM file: the key of --api-cert' },
  app: { what: 'JSON file (0600) with clientId, clientSecret, signingSecret and, for socket, appToken' },
  organizations: { what: 'folder with a file NAME.key (0600) for each organisation: its service key of scope slack' },
  'seal-key': { what: 'file (0600) with the key that seals bot tokens; `cortado-slack make-key FILE` makes one' },
  listen: { what: 'where Slack and browsers reach the bot, behind TLS', usual: '127.0.0.1:3000' },
  'tls-in-front': { what: '`on`: a proxy ends TLS, so --listen may be an address that others reach', usual: 'off' },
  'public-url': { what: 'the same as the world sees it, as https://cortado.example.com' },
  side: { what: 'where /healthz and /metrics are', usual: '127.0.0.1:9464' },
  'slack-url': { what: "Slack's Web API", usual: 'https://slack.com/api/' },
  'authorize-url': { what: "Slack's page of consent; its own when left out" },
  courier: { what: '`on`, or `off` where another process of the bot tells the notifications', usual: 'on' },
  log: { what: 'least level that is logged: debug, info, warn, error', usual: 'info' },
};

const variableOf = (flag: string) => `CORTADO_SLACK_${flag.toUpperCase().replaceAll('-', '_')}`;

/** What `--help` prints. */
export function help(): string {
  const lines = Object.entries(flags).map(([name, { what, usual }]) => {
    const value = usual === undefined ? '' : ` (${usual})`;
    return `  --${name.padEnd(14)} ${what}${value}`;
  });
  return [
    "cortado-slack: Cortado's bot for Slack. docs/slack.md says how to connect a workspace.",
    '',
    'cortado-slack [FLAGS]                        runs it',
    'cortado-slack install-link ORGANIZATION      prints a link, good for an hour, that connects a workspace',
    'cortado-slack make-key FILE                  makes a key for --seal-key',
    '',
    ...lines,
    '',
    `Each flag may be an environment variable instead: --public-url is ${variableOf('public-url')}.`,
    '',
  ].join('\n');
}

/** Something is wrong with what the bot was started with; the message says what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** What was asked for, and by which flags. */
export interface Command {
  words: string[];
  wantsHelp: boolean;
  values: ReadonlyMap<string, string>;
}

/** Reads the command line. Throws ConfigError. */
export function readCommand(args: readonly string[], environment: NodeJS.ProcessEnv): Command {
  const options: NonNullable<ParseArgsConfig['options']> = { help: { type: 'boolean' } };
  for (const name of Object.keys(flags)) options[name] = { type: 'string' };
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    const found = new Map<string, string>();
    for (const [name, { usual }] of Object.entries(flags)) {
      const value = values[name] ?? environment[variableOf(name)] ?? usual;
      if (typeof value === 'string') found.set(name, value);
    }
    return { words: positionals, wantsHelp: values['help'] === true, values: found };
  } catch (thrown) {
    throw new ConfigError(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

/** Reads a secret; throws ConfigError for a file that others may read, or that cannot be read. */
function readSecret(path: string): string {
  try {
    if ((statSync(path).mode & 0o077) !== 0) throw new ConfigError(`${path} can be read by others: chmod 600 ${path}`);
    return readFileSync(path, 'utf8').trim();
  } catch (thrown) {
    if (thrown instanceof ConfigError) throw thrown;
    throw new ConfigError(`${path} cannot be read`);
  }
}

function readListen(name: string, text: string): Listen {
  const colon = text.lastIndexOf(':');
  const port = Number(text.slice(colon + 1));
  if (colon < 1 || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new ConfigError(`--${name} must be host:port, not "${text}"`);
  }
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port };
}

function readApp(path: string, mode: Config['mode']): AppSecrets {
  let read: Record<string, unknown>;
  try {
    read = JSON.parse(readSecret(path));
  } catch (thrown) {
    if (thrown instanceof ConfigError) throw thrown;
    throw new ConfigError(`${path} is not JSON`);
  }
  const text = (name: string, required: boolean) => {
    const value = read[name] ?? '';
    if (typeof value !== 'string' || (required && value === '')) throw new ConfigError(`${path} must have ${name}`);
    return value;
  };
  return {
    clientId: text('clientId', true),
    clientSecret: text('clientSecret', true),
    signingSecret: text('signingSecret', mode === 'http'),
    appToken: text('appToken', mode === 'socket'),
  };
}

function readKeys(folder: string): Map<string, string> {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.key'));
  } catch {
    throw new ConfigError(`the folder ${folder} of --organizations cannot be read`);
  }
  if (names.length === 0)
    throw new ConfigError(`${folder} has no file NAME.key: put the service key of each organisation there`);
  return new Map(names.sort().map((name) => [basename(name, '.key'), readSecret(join(folder, name))]));
}

/** The key in a file that make-key made. */
export function readSealKey(path: string): Uint8Array {
  const key = Buffer.from(readSecret(path), 'base64');
  if (key.length !== 32) throw new ConfigError(`${path} is no key: make one with cortado-slack make-key FILE`);
  return key;
}

function isLoopback({ host }: Listen): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function readUrl(name: string, text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new ConfigError(`--${name} must be an address that starts with https://, not "${text}"`);
  }
  return text;
}

function readTls(values: ReadonlyMap<string, string>): TlsFiles | undefined {
  const [ca, cert, key] = ['api-ca', 'api-cert', 'api-key'].map((name) => values.get(name));
  if (ca === undefined && cert === undefined) return undefined;
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

function oneOf<T extends string>(name: string, value: string, among: readonly T[]): T {
  const found = among.find((one) => one === value);
  if (found === undefined) throw new ConfigError(`--${name} must be one of ${among.join(', ')}`);
  return found;
}

/** Reads everything that a running bot needs. Throws ConfigError. */
export function readConfig({ values }: Command): Config {
  const need = (name: string): string => {
    const value = values.get(name);
    if (value === undefined || value === '') throw new ConfigError(`--${name} is needed: ${flags[name]?.what ?? ''}`);
    return value;
  };
  const mode = oneOf('mode', need('mode'), ['http', 'socket']);
  const side = readListen('side', need('side'));
  if (!isLoopback(side)) throw new ConfigError('--side must be an address of this machine alone, as 127.0.0.1:9464');
  const listen = readListen('listen', need('listen'));
  if (!isLoopback(listen) && oneOf('tls-in-front', need('tls-in-front'), ['on', 'off']) === 'off') {
    throw new ConfigError('--listen is an address that others reach: say --tls-in-front on where a proxy ends TLS');
  }
  const api = need('api');
  try {
    parseAddresses(api);
  } catch (thrown) {
    throw new ConfigError(`--api: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
  return {
    mode,
    api,
    tls: readTls(values),
    app: readApp(need('app'), mode),
    keys: readKeys(need('organizations')),
    sealKey: readSealKey(need('seal-key')),
    listen,
    side,
    publicUrl: readUrl('public-url', need('public-url')),
    slackUrl: `${readUrl('slack-url', need('slack-url')).replace(/\/$/, '')}/`,
    authorizeUrl: values.has('authorize-url') ? readUrl('authorize-url', need('authorize-url')) : undefined,
    courier: oneOf('courier', need('courier'), ['on', 'off']) === 'on',
    level: oneOf('log', need('log'), ['debug', 'info', 'warn', 'error']),
  };
}
