import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@cortado/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { help, readSettings } from './flags.js';
import { visitor } from './testing/visitor.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cortado-web-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

describe('flags', () => {
  const address = ['--address', '127.0.0.1:1'];
  const read = (...args: string[]) => readSettings([...address, ...args], {});

  test('--help tells all of them', () => {
    expect(help()).toMatch(/--listen HOST:PORT[\s\S]*--web_url[\s\S]*--trusted_proxies[\s\S]*--help/);
  });

  test('have usual values', () => {
    expect(read()).toMatchObject({
      address: '127.0.0.1:1',
      listen: { host: '127.0.0.1', port: 8080 },
      opsListen: { host: '127.0.0.1', port: 8081 },
      origin: 'http://127.0.0.1:8080',
      proxies: 0,
      perLink: { burst: 120, perMinute: 60 },
    });
  });

  test('can stand in the environment; the command line counts more', () => {
    const environment = {
      CORTADO_WEB_LISTEN: '127.0.0.1:90',
      CORTADO_WEB_URL: 'https://a.example',
      CORTADO_ADDRESS: 'unix:/s',
    };
    expect(readSettings([], environment)).toMatchObject({
      listen: { port: 90 },
      origin: 'https://a.example',
      address: 'unix:/s',
    });
    expect(readSettings(['--listen', '[::1]:91'], environment).listen).toEqual({ host: '::1', port: 91 });
  });

  test('find the local server by its data directory', () => {
    mkdirSync(join(folder, 'data/run'), { recursive: true });
    file('data/run/address', 'unix:/there\n');
    expect(readSettings(['--data', join(folder, 'data')], { CORTADO_ADDRESS: 'elsewhere:1' }).address).toBe(
      'unix:/there',
    );
    expect(readSettings([], { CORTADO_DATA: join(folder, 'data') }).address).toBe('unix:/there');
    expect(() => readSettings(['--data', folder], {})).toThrow('--address is missing');
  });

  test.each([
    [['--listen', '8080'], '--listen must be host:port'],
    [['--listen', '0.0.0.0:8080'], '--listen beyond this machine needs --tls_cert, or --trusted_proxies'],
    [['--tls_cert', 'a'], '--tls_key is missing'],
    [['--web_url', 'ftp://x'], '--web_url must begin with https:// or http://'],
    [['--web_url', 'x'], '--web_url must be a URL'],
    [['--web_url', 'https://x/cortado'], '--web_url must end with the host'],
    [['--tls_cert', 'a', '--tls_key', 'b', '--web_url', 'http://x'], '--web_url must begin with https://'],
    [['--trusted_proxies', '-1'], '--trusted_proxies'],
    [['--trusted_proxies', '99'], '--trusted_proxies must be a number from 0 to 9'],
    [['--rate_per_link', '0'], '--rate_per_link must be a number from 1'],
    [['--speed', '9'], '--speed'],
    [['extra'], 'extra'],
  ])('%o are refused: %s', (args, problem) => {
    expect(() => read(...args)).toThrow(problem);
  });

  test('a secret is long, and for one’s own eyes', () => {
    expect(read('--secret_file', file('good', Buffer.alloc(32))).secret).toHaveLength(32);
    expect(() => read('--secret_file', file('short', 'x'))).toThrow('at least 32 bytes');
    expect(() => read('--secret_file', file('open', Buffer.alloc(32), 0o644))).toThrow('chmod 600');
    expect(read().secret).not.toEqual(read().secret);
  });
});

describe('the program', () => {
  let program: ChildProcess | undefined;
  afterEach(() => {
    program?.kill('SIGKILL');
  });

  function run(...args: string[]) {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../dist/main.js'), ...args], { stdio: 'pipe' });
    program = child;
    const output = { out: '', err: '' };
    child.stdout.on('data', (part) => {
      output.out += part;
    });
    child.stderr.on('data', (part) => {
      output.err += part;
    });
    const ended = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)));
    return { child, output, ended };
  }

  async function listening(output: { out: string }) {
    const ports = await waitFor(() => {
      const found = [...output.out.matchAll(/"event":"(?:ops\.)?listening","address":"127\.0\.0\.1:(\d+)"/g)];
      return found.length === 2 ? found.map(([, port]) => Number(port)) : undefined;
    });
    return { port: ports[0] ?? 0, ops: ports[1] ?? 0 };
  }

  const claims = Buffer.from(JSON.stringify({ scope: 'answer:requests/r1@1', exp: 4_000_000_000 })).toString(
    'base64url',
  );
  const path = `/answer/aa.${claims}.bb`;
  const local = ['--address', 'unix:/nonexistent', '--listen', '127.0.0.1:0', '--ops_listen', '127.0.0.1:0'];

  test('prints its flags and ends', async () => {
    const { output, ended } = run('--help');
    expect([await ended, output.out, output.err]).toEqual([0, help(), '']);
  });

  test('says in one line what is wrong with them', async () => {
    const { output, ended } = run('--listen', 'x', '--address', 'unix:/s');
    expect([await ended, output.err]).toEqual([1, 'cortado-web: --listen must be host:port\n']);
  });

  test('serves, logs JSON, and ends in order when asked to, finishing what is under way', async () => {
    const { child, output, ended } = run(...local, '--web_url', 'http://127.0.0.1');
    const { port, ops } = await listening(output);
    expect((await visitor().get(`http://127.0.0.1:${ops}/healthz`)).body).toBe('alive\n');
    expect((await visitor().get(`http://127.0.0.1:${ops}/readyz`)).status).toBe(503);
    expect((await visitor().get(`http://127.0.0.1:${ops}/metrics`)).body).toContain('process_cpu_seconds_total');
    expect((await visitor().get(`http://127.0.0.1:${port}/metrics`)).status).toBe(404);
    const status = await new Promise((resolve, reject) => {
      const headers = { expect: '100-continue', 'content-type': 'application/x-www-form-urlencoded' };
      const half = request(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers });
      half.on('continue', () => {
        child.kill('SIGTERM');
        half.end('answer=decline');
      });
      half.on('response', (response) => resolve([response.statusCode, response.headers.connection]));
      half.on('error', reject);
      half.flushHeaders();
    });
    // The services are not there, which took a moment to find out.
    expect(status).toEqual([503, 'close']);
    expect(await ended).toBe(0);
    const lines = output.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const events = lines.map((line) => line.event);
    expect(events).toEqual(['listening', 'ops.listening', 'request', 'stopping', 'away', 'request', 'stopped']);
    expect(lines[5]).toMatchObject({ level: 'info', place: 'answer', method: 'POST', status: 503 });
    expect(output.err).toBe('');
  });
});
