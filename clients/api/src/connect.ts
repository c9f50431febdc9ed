import type { DescService } from '@bufbuild/protobuf';
import { Code, ConnectError, createClient, type Client as ServiceClient } from '@connectrpc/connect';
import { type Addresses, parseAddresses } from './addresses.js';
import { type CallRules, withRules } from './calls.js';
import { type Channel, openChannel, type TlsFiles } from './channel.js';
import { toCortadoError } from './errors.js';
import { DevService } from './gen/cortado/dev/v1/dev_service_pb.js';
import { MatchingService } from './gen/cortado/matching/v1/matching_service_pb.js';
import { AuditService } from './gen/cortado/profile/v1/audit_service_pb.js';
import { AuthService } from './gen/cortado/profile/v1/auth_service_pb.js';
import { ProfileService } from './gen/cortado/profile/v1/profile_service_pb.js';
import { NotificationService } from './gen/cortado/scheduling/v1/notification_service_pb.js';
import { SchedulingService } from './gen/cortado/scheduling/v1/scheduling_service_pb.js';
import { newRequestId } from './request_id.js';
import { type Language, languageOf } from './say.js';
import { exchangedTokens, type TokenSource } from './tokens.js';

/** How to reach and call the servers. Everything may be left out. */
export interface ConnectOptions {
  /** TLS, and mTLS with a certificate of our own. Without: in the clear, for this machine alone. */
  tls?: TlsFiles;
  /** Language of those who read what comes back, as a BCP 47 tag. English when left out. */
  language?: string;
  /** Deadline of a read or write, in milliseconds: 5,000, which is also the most that servers grant. */
  timeoutMs?: number;
  /** How often a call that may be repeated is tried at most: 5. */
  attempts?: number;
}

/** Every service, called as one person or program. Failures are CortadoError. */
export interface Client {
  readonly profile: ServiceClient<typeof ProfileService>;
  readonly auth: ServiceClient<typeof AuthService>;
  readonly audit: ServiceClient<typeof AuditService>;
  readonly matching: ServiceClient<typeof MatchingService>;
  readonly scheduling: ServiceClient<typeof SchedulingService>;
  readonly notifications: ServiceClient<typeof NotificationService>;
  /** Of `cortado_dev` alone. */
  readonly dev: ServiceClient<typeof DevService>;
  /** Whom it calls as, `people/P`. Throws CortadoError: TOKEN_INVALID for a program, or why no token can be had. */
  person(): Promise<string>;
  /** The language of its sentences. */
  readonly language: Language;
}

/** What may differ from one Client of a connection to the next. */
export type ClientOptions = Pick<ConnectOptions, 'language' | 'timeoutMs' | 'attempts'>;

/** A connection to one Cortado, for as many people and programs as wanted. */
export interface Cortado {
  readonly addresses: Addresses;
  /** Calls as whom `tokens` speak for; undefined: without a token. Cheap. */
  as(tokens: TokenSource | undefined, options?: ClientOptions): Client;
  /** A program's key, as CreateServiceKey gave it. */
  serviceKey(secret: string): TokenSource;
  /**
   * A linked Slack user, acted for by the bot whose key has the scope `slack`. Asked for again, the same source with its
   * cached token. Its calls fail with SLACK_USER_NOT_LINKED when nobody is linked.
   */
  slackUser(key: TokenSource, team: string, user: string): TokenSource;
  /** The token in the link of a mail: may read and answer the one request that the mail told of. */
  answerLink(token: string): TokenSource;
  /** Ends the connections; calls under way fail. */
  close(): void;
}

const defaults = { timeoutMs: 5000, attempts: 5 };
// Tokens of so many Slack users are kept; the one not used for longest goes first.
const slackUsersKept = 10_000;

function lazily<T extends object>(makers: { [K in keyof T]: () => T[K] }): T {
  const made: Partial<T> = {};
  for (const name of Object.keys(makers) as (keyof T)[]) {
    let value: T[typeof name] | undefined;
    Object.defineProperty(made, name, {
      enumerable: true,
      get: () => {
        value ??= makers[name]();
        return value;
      },
    });
  }
  return made as T;
}

function openChannels(addresses: Addresses, tls: TlsFiles | undefined): Map<string, Channel> {
  const distinct = new Set([addresses.profile, addresses.matching, addresses.scheduling]);
  return new Map([...distinct].map((address) => [address, openChannel(address, tls)]));
}

async function callerOf({ tokens, language }: CallRules): Promise<string> {
  const person = await tokens?.person();
  if (person) return person;
  throw toCortadoError(new ConnectError('this is a call of nobody in particular', Code.Unauthenticated), language);
}

function makeClient(addresses: Addresses, channels: Map<string, Channel>, rules: CallRules): Client {
  const to = <Service extends DescService>(service: Service, address: string) => {
    const channel = channels.get(address);
    if (channel === undefined) throw new Error(`no channel to ${address}`);
    return createClient(service, withRules(channel.transport, rules));
  };
  return lazily<Client>({
    profile: () => to(ProfileService, addresses.profile),
    auth: () => to(AuthService, addresses.profile),
    audit: () => to(AuditService, addresses.profile),
    matching: () => to(MatchingService, addresses.matching),
    scheduling: () => to(SchedulingService, addresses.scheduling),
    notifications: () => to(NotificationService, addresses.scheduling),
    dev: () => to(DevService, addresses.profile),
    person: () => () => callerOf(rules),
    language: () => rules.language,
  });
}

function rememberSlackUsers(exchangeWith: (key: TokenSource, team: string, user: string) => TokenSource) {
  const perKey = new WeakMap<TokenSource, Map<string, TokenSource>>();
  return (key: TokenSource, team: string, user: string): TokenSource => {
    const known = perKey.get(key) ?? new Map<string, TokenSource>();
    perKey.set(key, known);
    const id = `${team}/${user}`;
    const source = known.get(id) ?? exchangeWith(key, team, user);
    known.delete(id); // A Map keeps the order of insertion: used last is last.
    known.set(id, source);
    for (const oldest of known.keys()) {
      if (known.size <= slackUsersKept) break;
      known.delete(oldest);
    }
    return source;
  };
}

/**
 * Opens a connection to the servers at `addresses` (see parseAddresses), which need not be up yet: every call connects
 * when it has to. Throws TypeError for what is no address, and what reading the files of `options.tls` throws.
 */
export function connect(addresses: string | Addresses, options: ConnectOptions = {}): Cortado {
  const where = typeof addresses === 'string' ? parseAddresses(addresses) : addresses;
  const channels = openChannels(where, options.tls);
  const as = (tokens: TokenSource | undefined, own: ClientOptions = {}): Client =>
    makeClient(where, channels, {
      tokens,
      language: languageOf(own.language ?? options.language),
      timeoutMs: own.timeoutMs ?? options.timeoutMs ?? defaults.timeoutMs,
      attempts: own.attempts ?? options.attempts ?? defaults.attempts,
    });
  type Proof = Parameters<Client['auth']['exchangeToken']>[0]['proof'] & {};
  const exchanged = (caller: TokenSource | undefined, proof: Proof): TokenSource => {
    const { auth } = as(caller);
    return exchangedTokens(() => auth.exchangeToken({ proof, requestId: newRequestId() }));
  };
  return {
    addresses: where,
    as,
    serviceKey: (secret) => exchanged(undefined, { case: 'serviceKey', value: secret }),
    answerLink: (token) => exchanged(undefined, { case: 'answerLink', value: token }),
    slackUser: rememberSlackUsers((key, team, user) => exchanged(key, { case: 'slackUser', value: { team, user } })),
    close: () => {
      for (const channel of channels.values()) channel.close();
    },
  };
}
