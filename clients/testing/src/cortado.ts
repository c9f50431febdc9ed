import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { accessToken, type Client, type ClientOptions, type Cortado, connect, newRequestId } from '@cortado/api';
import type { Role } from '@cortado/api/gen/cortado/api/v1/options_pb.js';
import { binary, type Running, run, temporaryFolder } from './processes.js';
import { allInOne, type ServerOptions, type Topology, threeServers } from './servers.js';

/** What a Cortado for tests is started with. */
export interface CortadoOptions extends ServerOptions {
  /** Three servers and a Redis instead of one process. They have no seeds and no clock that can be moved. */
  separate?: boolean;
  /** The seed to plant, as `house` (docs/developing.md). */
  seed?: string;
}

/** What a seed made: the names of its people and things. */
export interface Seed {
  people: string[];
  things: { what: string; who: string; whom: string; name: string }[];
}

/** A real Cortado on a temporary data directory. Its processes end with this one at the latest. */
export interface TestCortado {
  /** As `connect` takes it. */
  readonly addresses: string;
  /** The temporary folder; with one process, the data directory is `data` in it. */
  readonly folder: string;
  /** An open connection, closed by `stop`. */
  readonly cortado: Cortado;
  /** Runs cortadoctl against it, as the operator unless `--as` says otherwise; returns what it printed. */
  ctl(...args: string[]): Promise<string>;
  /** A token of a person, by id, with these roles, good for 8 hours of the server's time. EMPLOYEE without any. */
  tokenFor(person: string, ...roles: string[]): Promise<string>;
  /** Calls as a person of these roles. */
  as(person: string, options?: ClientOptions & { roles?: string[] }): Promise<Client>;
  /** Calls as HR and operator. */
  operator(): Promise<Client>;
  /** Makes a service key and returns its secret: `{scope: 'slack'}`, or roles. */
  createServiceKey(wish: { scope?: string; roles?: Role[] }): Promise<string>;
  /** Imports people from CSV (clients/ctl/import/README.md); everybody counts as joined, their door as the file says. */
  importPeople(csv: string): Promise<void>;
  /** Plants a seed. */
  seed(name: string): Promise<Seed>;
  /** Moves the time of all services on, as `3d`; jobs that came due have run then. */
  advance(step: string): Promise<void>;
  /** Ends all of it and removes its folder. Rejects when a server did not end with 0. */
  stop(): Promise<void>;
  /** kill -9 of one server (`cortado`; of three: `profile`, `matching`, `scheduling`, `redis`); of all but Redis without a name. */
  kill9(name?: string): Promise<void>;
  /** Starts what is not running, at the same addresses. */
  restart(): Promise<void>;
  /** SIGSTOP to one server, or all but Redis. */
  freeze(name?: string): void;
  /** SIGCONT. */
  thaw(name?: string): void;
}

type Processes = Map<string, Running>;

async function startMissing(topology: Topology, processes: Processes): Promise<void> {
  for (const server of topology.servers) {
    if (processes.get(server.name)?.isUp() !== true) processes.set(server.name, await server.start());
  }
}

function chosen(processes: Processes, name: string | undefined): Running[] {
  if (name === undefined) return [...processes].filter(([known]) => known !== 'redis').map(([, running]) => running);
  const running = processes.get(name);
  if (running === undefined) throw new Error(`there is no server ${name}, only ${[...processes.keys()].join(', ')}`);
  return [running];
}

async function stopAll(processes: Processes): Promise<void> {
  const problems: unknown[] = [];
  for (const running of [...processes.values()].reverse()) {
    await running.stop().catch((problem) => problems.push(problem));
  }
  if (problems.length > 0) throw problems[0];
}

// What asks cortadoctl, and what is kept of its answers.
function tools(topology: Topology, cortado: Cortado, folder: string) {
  const tokens = new Map<string, Promise<string>>();
  const ctl = (...args: string[]) => run(binary('cortadoctl'), [...topology.reach(), ...args]);

  async function mint(person: string, roles: string[]): Promise<string> {
    const wanted = roles.flatMap((role) => ['--role', role]);
    return (await ctl('token', 'create', '--person', person, '--for', '8h', ...wanted)).trim();
  }
  function tokenFor(person: string, ...roles: string[]): Promise<string> {
    const key = [person, ...roles].join(' ');
    const token = tokens.get(key) ?? mint(person, roles);
    tokens.set(key, token);
    return token;
  }
  const as = async (person: string, { roles = [], ...options }: ClientOptions & { roles?: string[] } = {}) =>
    cortado.as(accessToken(await tokenFor(person, ...roles)), options);
  const operator = () => as('operator', { roles: ['HR_ADMIN', 'OPERATOR'] });
  return {
    ctl,
    tokenFor,
    as,
    operator,
    async createServiceKey({ scope = '', roles = [] }: { scope?: string; roles?: Role[] }) {
      const { auth } = await operator();
      const serviceKey = { displayName: 'test', scope, roles };
      return (await auth.createServiceKey({ serviceKey, requestId: newRequestId() })).secret;
    },
    async importPeople(csv: string) {
      const file = join(folder, 'people.csv');
      writeFileSync(file, csv);
      await ctl('people', 'import', file, '--assume-open');
    },
    seed: async (name: string): Promise<Seed> => JSON.parse(await ctl('--json', 'dev', 'seed', name)),
    async advance(step: string) {
      await ctl('dev', 'advance', step);
      tokens.clear(); // They live by that clock.
    },
  };
}

/** Starts a Cortado and waits until it serves. */
export async function startCortado(options: CortadoOptions = {}): Promise<TestCortado> {
  const folder = temporaryFolder();
  const topology = options.separate === true ? threeServers(folder.path, options) : allInOne(folder.path, options);
  const processes: Processes = new Map();
  await startMissing(topology, processes);
  await topology.prepare();
  const cortado = connect(topology.addresses(), options.clientTls && { tls: options.clientTls });
  const helpers = tools(topology, cortado, folder.path);
  if (options.seed !== undefined) await helpers.seed(options.seed);
  return {
    addresses: topology.addresses(),
    folder: folder.path,
    cortado,
    ...helpers,
    async stop() {
      cortado.close();
      await stopAll(processes);
      folder.remove();
    },
    async kill9(name) {
      await Promise.all(chosen(processes, name).map((running) => running.kill9()));
    },
    restart: () => startMissing(topology, processes),
    freeze(name) {
      for (const running of chosen(processes, name)) running.freeze();
    },
    thaw(name) {
      for (const running of chosen(processes, name)) running.thaw();
    },
  };
}
