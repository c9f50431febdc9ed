import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanEnvironment, type Running, ready, root, run, start } from '@cortado/testing';
import { describe, expect, test } from 'vitest';
import { type Document, documents } from './documents.js';
import { type Fresh, freshClone } from './fresh.js';
import { type Block, codeBlocks } from './markdown.js';

function read({ path }: Document): string {
  return readFileSync(join(root, path), 'utf8');
}

function environment({ home }: Fresh): NodeJS.ProcessEnv {
  return cleanEnvironment({ HOME: home, XDG_DATA_HOME: '', LANG: 'C.UTF-8' });
}

// What `make` would run in the end, once everything is installed and built: this machine is, and a test that builds
// would run into the build that runs it.
function serverCommand(serve: string, fresh: Fresh): string {
  const recipe = execFileSync('bash', ['-c', serve.replace(/^make /, 'make --no-print-directory -n ')], {
    cwd: fresh.clone,
    env: environment(fresh),
    encoding: 'utf8',
  });
  const last = recipe.trim().split('\n').at(-1) ?? '';
  expect(last).toMatch(/^exec build\/release\/bin\//);
  return last;
}

async function serve(command: string, fresh: Fresh): Promise<Running> {
  const inClone = `cd '${fresh.clone}' && ${serverCommand(command, fresh)}`;
  const server = start('bash', ['-c', inClone], join(fresh.home, 'server.log'), environment(fresh));
  await ready(server, command, () => server.log().includes(' is up: '));
  return server;
}

function runs(document: Document, { text }: Block): boolean {
  return !document.notRun.some(({ begins }) => text.startsWith(begins));
}

// One shell for the document, as somebody types it: aliases and exports last. What is kept running in another terminal
// is not typed in this one.
function script(document: Document): string {
  const typed = codeBlocks(read(document))
    .filter((block) => runs(document, block))
    .map(({ text }) =>
      text
        .split('\n')
        .filter((line) => !line.startsWith(document.serve))
        .join('\n'),
    );
  return ['set -euo pipefail', 'shopt -s expand_aliases', ...typed, ''].join('\n');
}

async function typed(text: string, fresh: Fresh): Promise<string> {
  const file = join(fresh.home, 'typed.sh');
  writeFileSync(file, text);
  const options = { cwd: fresh.clone, env: environment(fresh) };
  return run('bash', [file], options).catch((failed: Error & { stdout?: string }) => {
    throw new Error(`${failed.message}\n${failed.stdout ?? ''}`);
  });
}

describe.each(documents)('$path', (document) => {
  test('says to keep its server running, and every block that is not run is in it and has a reason', () => {
    expect(read(document)).toContain(document.serve);
    for (const { begins, why } of document.notRun) {
      expect(codeBlocks(read(document)).filter(({ text }) => text.startsWith(begins))).toHaveLength(1);
      expect(why).not.toBe('');
    }
  });

  test('its commands work as printed, in a fresh folder', { timeout: 240_000 }, async () => {
    const fresh = freshClone();
    const server = await serve(document.serve, fresh);
    try {
      const output = await typed(script(document), fresh);
      for (const wanted of document.prints) expect(output).toMatch(wanted);
    } finally {
      await server.stop();
      fresh.remove();
    }
  });
});
