// A real Cortado, the stand-in Slack and the bot between them, for tests and the demo.
import { randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { newRequestId } from '@cortado/api';
import { type CortadoOptions, startCortado, type TestCortado } from '@cortado/testing';
import { type Bot, startBot } from '../bot.js';
import type { Config } from '../config.js';
import { scopes } from '../installations/install_pages.js';
import { makeSeal } from '../installations/seal.js';
import { openJournal } from '../journal.js';
import {
  type Person,
  type Slack,
  type SlackOptions,
  startSlack,
  type Team,
  type User,
  type View,
} from '../testing/index.js';

/** What a trial is started with. */
export interface TrialOptions {
  cortado?: CortadoOptions;
  slack?: SlackOptions;
  mode?: Config['mode'];
  /** Without: the bot follows no notifications. */
  courier?: boolean;
}

/** All of it, running. */
export interface Trial {
  site: TestCortado;
  slack: Slack;
  team: Team;
  bot: Bot;
  config: Config;
  /** Every line that the bot logged. */
  log(): string[];
  /** A user of the workspace with the address of this person of the organisation; the same one when asked again. */
  user(id: string, facts?: Partial<User>): Person;
  /** The same, linked, and told of things at any hour. */
  linked(id: string, facts?: Partial<User>): Promise<Person>;
  /** Installs the bot in a workspace of the organisation, without OAuth. */
  install(team: Team): Promise<void>;
  /** Moves the time of Cortado and Slack on to this one. */
  moveTo(time: Date): Promise<void>;
  /** Resolves when every service knows what the profile service knows. */
  settled(): Promise<void>;
  /** Ends the bot and starts it anew at the same address. */
  restartBot(): Promise<void>;
  stop(): Promise<void>;
}

function configFor(site: TestCortado, slack: Slack, key: string, options: TrialOptions): Config {
  return {
    mode: options.mode ?? 'http',
    api: site.addresses,
    tls: undefined,
    app: slack.app,
    keys: new Map([['house', key]]),
    sealKey: randomBytes(32),
    listen: { host: '127.0.0.1', port: 0 },
    side: { host: '127.0.0.1', port: 0 },
    publicUrl: 'http://cortado.example',
    slackUrl: slack.apiUrl,
    authorizeUrl: slack.authorizeUrl,
    courier: options.courier ?? true,
    level: 'debug',
  };
}

async function listenAtAnyHour(site: TestCortado, id: string): Promise<void> {
  const { notifications } = await site.as(id);
  const name = `people/${id}/notificationPreferences`;
  const { etag } = await notifications.getNotificationPreferences({ name });
  const preferences = { name, etag, anyTime: true };
  const updateMask = { paths: ['any_time'] };
  await notifications.updateNotificationPreferences({ preferences, updateMask, requestId: newRequestId() });
}

/** The values that a select in a view offers, by the name of its input. */
export function optionsOf(view: View, name: string): string[] {
  const found = view.blocks.find((block) => block['block_id'] === name);
  const element = found?.['element'] as { options?: { value: string }[] } | undefined;
  return (element?.options ?? []).map(({ value }) => value);
}

/** Starts everything; `house` is planted, but with three servers. */
export async function startTrial(options: TrialOptions = {}): Promise<Trial> {
  // Three servers have no seeds: whoever wants them brings people.
  const seed = options.cortado?.separate === true ? {} : { seed: 'house' };
  const [site, slack] = await Promise.all([startCortado({ ...seed, ...options.cortado }), startSlack(options.slack)]);
  const key = await site.createServiceKey({ scope: 'slack' });
  const config = configFor(site, slack, key, options);
  const out = new PassThrough();
  let log = '';
  out.on('data', (part) => {
    log += part;
  });
  const start = () => startBot(config, openJournal(out, config.level), () => new Date(slack.now()));
  const team = slack.addTeam({ name: 'House' });
  const users = new Map<string, Person>();
  const areLinked = new Set<string>();
  let bot = await start();
  const deliver = () => slack.deliverTo(config.mode === 'socket' ? 'socket' : { http: `${bot.front}/slack/events` });
  deliver();

  const trial: Trial = {
    site,
    slack,
    team,
    config,
    get bot() {
      return bot;
    },
    log: () => log.split('\n').filter((line) => line !== ''),
    user(id, facts = {}) {
      const known = users.get(id);
      if (known !== undefined) return known;
      const made = slack.user(
        slack.addUser(team, { name: id, email: `${id}@example.org`, zone: 'Europe/Berlin', ...facts }),
      );
      users.set(id, made);
      return made;
    },
    async linked(id, facts) {
      const person = trial.user(id, facts);
      if (areLinked.has(id)) return person;
      areLinked.add(id);
      await person.openHome();
      const home = await person.sees(() => person.home());
      await person.press(home, 'link.start');
      const question = await person.seesModal(/\?/);
      await person.press(question, 'link.confirm');
      await person.seesModal(/\/coffee/);
      await listenAtAnyHour(site, id);
      return person;
    },
    async install(where) {
      const token = slack.install(where, [...scopes]);
      const botTokens = makeSeal(config.sealKey).seal(where.id, JSON.stringify({ token }));
      const { profile } = site.cortado.as(site.cortado.serviceKey(key));
      const slackInstallation = { team: where.id, botTokens };
      await profile.createSlackInstallation({ slackInstallation, requestId: newRequestId() });
    },
    async moveTo(time) {
      const seconds = Math.ceil((time.getTime() - slack.now()) / 1000);
      slack.advance(seconds * 1000);
      await site.advance(`${seconds}s`);
    },
    settled: () => sleep(300),
    async restartBot() {
      await bot.stop();
      bot = await start();
      deliver();
    },
    async stop() {
      await bot.stop();
      await slack.stop();
      await site.stop();
    },
  };
  await trial.install(team);
  return trial;
}
