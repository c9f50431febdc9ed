import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { waitFor } from './wait.js';

/** The top of the repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');

/** Returns the path of a program of ours: of $CORTADO_BIN, else of the release build. */
export function binary(name: string): string {
  const path = join(process.env['CORTADO_BIN'] ?? join(root, 'build/release/bin'), name);
  if (!existsSync(path)) throw new Error(`${path} is not built: tools/build.sh release ${name}`);
  return path;
}

/** A process that lives no longer than this one. */
export interface Running {
  readonly pid: number;
  /** What it has said so far, both streams. */
  log(): string;
  /** Whether it runs, frozen or not. */
  isUp(): boolean;
  /** SIGTERM, and SIGKILL after 20 s; rejects unless it ended with 0. Nothing to do when it has ended. */
  stop(): Promise<void>;
  /** SIGKILL; resolves when it is gone. */
  kill9(): Promise<void>;
  /** SIGSTOP, and back once every thread stands still. */
  freeze(): void;
  /** SIGCONT. */
  thaw(): void;
}

const stopLimitMs = 20_000;
const freezeLimitMs = 2000;

// A signal takes a moment to reach every thread, and one that still runs answers.
function standsStill(pid: number | undefined): boolean {
  const threads = `/proc/${pid}/task`;
  const stateOf = (thread: string) => readFileSync(`${threads}/${thread}/stat`, 'utf8').replace(/^.*\) /s, '')[0];
  return readdirSync(threads).every((thread) => stateOf(thread) === 'T');
}

const children = new Set<ChildProcess>();
const folders = new Set<string>();

// Whatever a failed test left is ended and removed with this process; one that is killed itself takes its children along
// (setpriv --pdeathsig).
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A new folder, removed with this process or by `remove`; its path is short, for sockets. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'cortado-'));
  folders.add(path);
  return {
    path,
    remove: () => {
      folders.delete(path);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** The environment without what would send a program of ours elsewhere than its arguments say. */
export function cleanEnvironment(own: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('CORTADO_'));
  return { ...Object.fromEntries(kept), ...own };
}

async function ended(child: ChildProcess, limitMs: number, logFile: string): Promise<void> {
  await waitFor(() => child.exitCode !== null || child.signalCode !== null, {
    limitMs,
    what: `the end of process ${child.pid} (log ${logFile})`,
  });
}

/** Starts a program, with what it says in `logFile`. Throws when there is no such program. */
export function start(command: string, args: readonly string[], logFile: string, env = cleanEnvironment()): Running {
  const log = openSync(logFile, 'a');
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', command, ...args], { stdio: ['ignore', log, log], env });
  closeSync(log);
  const { pid } = child;
  if (pid === undefined) throw new Error(`cannot start ${command}`);
  children.add(child);
  child.on('exit', () => children.delete(child));
  child.on('error', () => children.delete(child));
  const isUp = () => child.exitCode === null && child.signalCode === null;
  const kill9 = async () => {
    child.kill('SIGKILL');
    await ended(child, stopLimitMs, logFile);
  };
  return {
    pid,
    log: () => readFileSync(logFile, 'utf8'),
    isUp,
    kill9,
    async stop() {
      if (!isUp()) return;
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      await ended(child, stopLimitMs, logFile).catch(kill9);
      if (child.exitCode === 0) return;
      const end = readFileSync(logFile, 'utf8').split('\n').slice(-15).join('\n');
      throw new Error(`${command} ended with ${child.exitCode ?? child.signalCode}, its last words:\n${end}`);
    },
    freeze() {
      child.kill('SIGSTOP');
      const until = performance.now() + freezeLimitMs;
      while (!standsStill(child.pid) && performance.now() < until);
    },
    thaw: () => void child.kill('SIGCONT'),
  };
}

/** Waits up to 60 s until `condition` holds; rejects with the process's last words when it ends before. */
export async function ready(running: Running, name: string, condition: () => boolean): Promise<void> {
  await waitFor(() => condition() || !running.isUp(), { limitMs: 60_000, what: `${name} being ready` });
  if (!condition()) throw new Error(`${name} did not start:\n${running.log().split('\n').slice(-15).join('\n')}`);
}

/** Runs a program to its end; returns what it printed. Rejects, with what it said on stderr, unless it ended with 0. */
export async function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  const env = options.env ?? cleanEnvironment();
  const { stdout } = await promisify(execFile)(command, args, { ...options, env, maxBuffer: 64 << 20 });
  return stdout;
}
