#!/usr/bin/env node
// cortado-slack: see `--help`.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { startBot } from './bot.js';
import { type Command, ConfigError, help, readCommand, readConfig, readSealKey } from './config.js';
import { installLinks } from './installations/install_pages.js';
import { makeSeal } from './installations/seal.js';
import { openJournal } from './journal.js';

function makeKey(path: string | undefined): void {
  if (path === undefined) throw new ConfigError('make-key needs the name of the file to make');
  try {
    writeFileSync(path, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  } catch {
    throw new ConfigError(`${path} cannot be made; a key that is there is not replaced`);
  }
}

function printLink({ words, values }: Command): void {
  const organization = words[1];
  const [sealKey, publicUrl] = [values.get('seal-key'), values.get('public-url')];
  if (organization === undefined || sealKey === undefined || publicUrl === undefined) {
    throw new ConfigError('install-link needs the name of an organisation, --seal-key and --public-url');
  }
  const links = installLinks(makeSeal(readSealKey(sealKey)).derive('install link'));
  process.stdout.write(`${links.make(publicUrl, organization, Date.now() / 1000)}\n`);
}

async function run(command: Command): Promise<void> {
  const config = readConfig(command);
  const bot = await startBot(config, openJournal(process.stderr, config.level));
  process.stdout.write(`${JSON.stringify({ front: bot.front, side: bot.side })}\n`);
  const stop = () => {
    void bot.stop().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

async function main(): Promise<void> {
  const command = readCommand(process.argv.slice(2), process.env);
  if (command.wantsHelp) process.stdout.write(help());
  else if (command.words[0] === 'make-key') makeKey(command.words[1]);
  else if (command.words[0] === 'install-link') printLink(command);
  else if (command.words.length === 0) await run(command);
  else throw new ConfigError(`there is no command ${command.words[0]}: see --help`);
}

try {
  await main();
} catch (thrown) {
  if (!(thrown instanceof ConfigError)) throw thrown;
  process.stderr.write(`cortado-slack: ${thrown.message}\n`);
  process.exitCode = 2;
}
