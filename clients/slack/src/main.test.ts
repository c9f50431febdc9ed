// The bot as a program: its commands, what it refuses to start with, and that it ends well.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { root, temporaryFolder } from '@cortado/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { scopes } from './installations/install_pages.js';
import { startSlack } from './testing/index.js';

const program = join(root, 'clients/slack/dist/main.js');
const folder = temporaryFolder();
const here = (name: string) => join(folder.path, name);
afterAll(() => folder.remove());

const run = (...args: string[]) => promisify(execFile)(process.execPath, [program, ...args], { env: {} });
const failure = (...args: string[]) =>
  run(...args).then(
    () => 'nothing',
    (error: { stderr: string }) => error.stderr,
  );

function write(name: string, text: string): string {
  writeFileSync(here(name), text, { mode: 0o600 });
  return here(name);
}

async function keyFile(): Promise<string> {
  const path = here(`seal-${Math.random()}.key`);
  await run('make-key', path);
  return path;
}

async function flags(slackUrl: string, mode: string, app: object): Promise<string[]> {
  mkdirSync(here('organizations'), { recursive: true });
  write('organizations/acme.key', 'cortado-key.none');
  const values = {
    mode,
    api: 'unix:/nobody',
    app: write('app.json', JSON.stringify(app)),
    organizations: here('organizations'),
    'seal-key': await keyFile(),
    listen: '127.0.0.1:0',
    side: '127.0.0.1:0',
    'public-url': 'https://cortado.example.com',
    'slack-url': slackUrl,
  };
  return Object.entries(values).flatMap(([name, value]) => [`--${name}`, value]);
}

async function started(child: ChildProcess): Promise<{ front: string; side: string }> {
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  const [line] = await once(lines, 'line');
  return JSON.parse(String(line));
}

describe('cortado-slack', () => {
  it('says in --help what every flag is for', async () => {
    const { stdout } = await run('--help');
    for (const flag of ['--api', '--app', '--organizations', '--seal-key', '--public-url', '--mode', '--courier']) {
      expect(stdout).toContain(flag);
    }
    expect(stdout).toContain('CORTADO_SLACK_PUBLIC_URL');
  });

  it('makes a key that nobody else can read, and replaces none', async () => {
    const path = await keyFile();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const made = readFileSync(path, 'utf8');
    expect(await failure('make-key', path)).toContain('is not replaced');
    expect(readFileSync(path, 'utf8')).toBe(made);
  });

  it('prints a link that installs for one organisation', async () => {
    const url = ['--public-url', 'https://cortado.example.com'];
    const { stdout } = await run('install-link', 'acme', '--seal-key', await keyFile(), ...url);
    expect(stdout).toMatch(
      /^https:\/\/cortado\.example\.com\/slack\/install\?organization=acme&until=\d+&code=[\w-]{43}\n$/,
    );
  });

  it('says what is missing, and takes secrets only from files of one’s own', async () => {
    expect(await failure()).toContain('--api');
    expect(await failure('--unknown', 'x')).toContain('--unknown');
    writeFileSync(here('open.json'), '{}', { mode: 0o644 });
    const open = ['--api', 'unix:/x', '--app', here('open.json'), '--side', '127.0.0.1:0'];
    expect(await failure(...open)).toContain('chmod 600');
    expect(await failure('--side', '0.0.0.0:9464')).toContain('this machine alone');
    expect(await failure('--listen', '0.0.0.0:3000')).toContain('--tls-in-front on');
  });

  it.each(['http', 'socket'] as const)('starts by %s without a back end, is healthy, and ends with 0', async (mode) => {
    const slack = await startSlack();
    const child = spawn(process.execPath, [program, ...(await flags(slack.apiUrl, mode, slack.app))], {
      env: {},
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const { front, side } = await started(child);
    expect((await fetch(`${side}/healthz`)).status).toBe(200);
    expect(await (await fetch(`${side}/metrics`)).text()).toContain('cortado_slack_ack_seconds');
    expect((await fetch(`${front}/elsewhere`)).status).toBe(404);
    expect((await fetch(`${front}/slack/install`)).status).toBe(403);
    child.kill('SIGTERM');
    expect((await once(child, 'exit'))[0]).toBe(0);
    await slack.stop();
  });
});

describe('the manifest', () => {
  const manifest = readFileSync(join(root, 'clients/slack/manifest.yaml'), 'utf8');

  it('asks for the scopes that the installation asks for, and no more', () => {
    const asked = [...manifest.matchAll(/^ {6}- ([a-z:.]+)$/gm)].map(([, scope]) => scope);
    expect(asked.filter((scope) => scope?.includes(':') || scope === 'commands').sort()).toEqual([...scopes].sort());
  });

  it('names the addresses at which the bot is reached', () => {
    const paths = [...manifest.matchAll(/https:\/\/cortado\.example\.com(\/\S*)/g)].map(([, path]) => path);
    expect(new Set(paths)).toEqual(
      new Set(['/slack/commands', '/slack/oauth_redirect', '/slack/events', '/slack/interactivity']),
    );
  });
});
