// A small company with all of Cortado: real servers, the bot as a process of its own, and a stand-in for Slack.

import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { say } from '@cortado/api';
import {
  type CortadoOptions,
  type Running,
  ready,
  root,
  start,
  startCortado,
  type TestCortado,
} from '@cortado/testing';
import {
  type Person,
  type Slack,
  type SlackOptions,
  startSlack,
  type Team,
  type User,
  type View,
} from '../testing/index.js';

const main = join(root, 'clients/slack/dist/main.js');

/** The bot as a process. */
export interface BotProcess {
  /** Where Slack and browsers reach it. */
  front: string;
  /** /metrics and /healthz. */
  side: string;
  running(): Running;
  /** kill -9, and nothing else. */
  kill9(): Promise<void>;
  /** Starts it again at the same addresses. */
  restart(): Promise<void>;
  stop(): Promise<void>;
  /** One number of /metrics: of `name` with these labels, summed where several fit; 0 where there is none. */
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
}

/** How a house differs from the usual. */
export interface HouseOptions {
  mode?: 'http' | 'socket';
  cortado?: CortadoOptions;
  slack?: SlackOptions;
  /** Service keys of other organisations of this Cortado, by label. */
  moreKeys?: (site: TestCortado) => Promise<ReadonlyMap<string, string>>;
}

/** A house, and its people. */
export interface House {
  slack: Slack;
  site: TestCortado;
  bot: BotProcess;
  team: Team;
  /** A person of the seed, with a linked Slack user of their own. */
  person(id: string, facts?: Partial<User>): Promise<Person>;
  /** The same, not linked yet. */
  stranger(id: string, facts?: Partial<User>): Person;
  /** Another workspace, of the organisation of this label, where the bot is installed too. */
  anotherTeam(label: string): Promise<Team>;
  /** Moves Cortado's time on to Monday, 10 o'clock in Hamburg, when everybody works. */
  toMonday(): Promise<void>;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function writeSecret(path: string, text: string): string {
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

/** The files and switches of a bot for `keys`: service key by label. */
async function settingsOf(slack: Slack, folder: string, api: string, mode: string, keys: ReadonlyMap<string, string>) {
  const organizations = join(folder, 'organizations');
  mkdirSync(organizations, { recursive: true });
  for (const [label, key] of keys) writeSecret(join(organizations, `${label}.key`), key);
  const [front, side] = [await freePort(), await freePort()];
  const flags = {
    mode,
    api,
    app: writeSecret(join(folder, 'app.json'), JSON.stringify(slack.app)),
    organizations,
    'seal-key': writeSecret(join(folder, 'seal'), `${Buffer.alloc(32, 7).toString('base64')}\n`),
    listen: `127.0.0.1:${front}`,
    'public-url': `http://127.0.0.1:${front}`,
    side: `127.0.0.1:${side}`,
    'slack-url': slack.apiUrl,
    'authorize-url': slack.authorizeUrl,
    log: 'info',
  };
  const args = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value]);
  return { args, front: flags['public-url'], side: `http://127.0.0.1:${side}` };
}

function sumOf(text: string, name: string, labels: Readonly<Record<string, string>>): number {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  const fitting = lines.filter((line) => wanted.every((label) => line.includes(label)));
  return fitting.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** Starts a bot for `keys`; `stop` ends it. */
export async function startBotProcess(
  slack: Slack,
  folder: string,
  api: string,
  mode: 'http' | 'socket',
  keys: ReadonlyMap<string, string>,
): Promise<BotProcess & { args: string[] }> {
  mkdirSync(folder, { recursive: true });
  const { args, front, side } = await settingsOf(slack, folder, api, mode, keys);
  const launch = async (): Promise<Running> => {
    const log = join(folder, `bot-${Date.now()}.log`);
    const running = start(process.execPath, [main, ...args], log);
    await ready(running, 'the bot', () => running.log().includes('"front"'));
    return running;
  };
  let running = await launch();
  slack.deliverTo(mode === 'http' ? { http: `${front}/slack/events` } : 'socket');
  return {
    args,
    front,
    side,
    running: () => running,
    kill9: () => running.kill9(),
    async restart() {
      running = await launch();
    },
    stop: () => running.stop(),
    async metric(name, labels = {}) {
      const answer = await fetch(`${side}/metrics`);
      return sumOf(await answer.text(), name, labels);
    },
  };
}

/** A link to install the bot for the organisation `label`, as its operator prints it. */
export async function installLink(bot: { args: string[] }, label: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...bot.args, 'install-link', label]);
  return stdout.trim();
}

const loading = (['en', 'de'] as const).map((language) => say('slack.loading', language));

/** The modal of `person`, once it shows what they waited for. */
export function shownModal(person: Person): Promise<View> {
  return person.sees(() => {
    const view = person.modal();
    return view && !loading.some((sentence) => person.read(view).includes(sentence)) && view;
  });
}

/** Links a Slack user to the person of their e-mail address, as they would by hand. */
export async function link(person: Person): Promise<void> {
  await person.openHome();
  const home = await person.sees(() => person.home());
  await person.press(home, 'link.start');
  const asked = await shownModal(person);
  await person.press(asked, 'link.confirm');
  await person.sees(() => person.modal()?.hash !== asked.hash && person.home()?.hash !== home.hash);
  await person.close(await shownModal(person));
}

function hoursToMonday(now: Date): number {
  const monday = new Date(now);
  // 9 o'clock UTC is 10 or 11 in Hamburg, whatever the season.
  monday.setUTCHours(9, 0, 0, 0);
  while (monday.getUTCDay() !== 1 || monday <= now) monday.setUTCDate(monday.getUTCDate() + 1);
  return Math.ceil((monday.getTime() - now.getTime()) / 3_600_000);
}

/** Starts everything, with the bot installed in one workspace. `stop` ends all of it. */
export async function startHouse(options: HouseOptions = {}): Promise<House> {
  const slack = await startSlack({ retryWaits: [0, 0, 0], ...options.slack });
  const site = await startCortado({ seed: 'house', ...options.cortado });
  const key = await site.createServiceKey({ scope: 'slack' });
  const folder = join(site.folder, 'bot');
  const keys = new Map([['house', key], ...((await options.moreKeys?.(site)) ?? [])]);
  const bot = await startBotProcess(slack, folder, site.addresses, options.mode ?? 'http', keys);
  const addTeam = async (label: string): Promise<Team> => {
    const team = slack.addTeam();
    const admin = slack.addUser(team, { name: `admin-${team.id.toLowerCase()}` });
    const { status, page } = await slack.installFrom(await installLink(bot, label), admin);
    if (status !== 200) throw new Error(`the bot was not installed: ${page}`);
    return team;
  };
  const team = await addTeam('house');
  const stranger = (id: string, facts: Partial<User> = {}): Person => {
    const usual = { name: id, realName: id, email: `${id}@house.example`, zone: 'Europe/Berlin' };
    return slack.user(slack.addUser(team, { ...usual, ...facts }));
  };
  return {
    slack,
    site,
    bot,
    team,
    stranger,
    async person(id, facts) {
      const { profile } = await site.as(id);
      const { email } = await profile.getPerson({ name: `people/${id}` });
      const person = stranger(id, { email, ...facts });
      await link(person);
      return person;
    },
    anotherTeam: addTeam,
    toMonday: () => site.advance(`${hoursToMonday(new Date())}h`),
    async stop() {
      await bot.stop();
      await site.stop();
      await slack.stop();
    },
  };
}
