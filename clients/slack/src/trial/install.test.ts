// Connecting workspaces over OAuth: two of them, of two organisations that know nothing of each other.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { accessToken, type Client, newRequestId, say } from '@cortado/api';
import { startCortado, type TestCortado, waitFor } from '@cortado/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bot, startBot } from '../bot.js';
import { type Config, readCommand, readConfig } from '../config.js';
import { installLinks } from '../installations/install_pages.js';
import { makeSeal } from '../installations/seal.js';
import { openJournal } from '../journal.js';
import { type Slack, startSlack, type Team, type User } from '../testing/index.js';

let site: TestCortado;
let slack: Slack;
let bot: Bot;
let config: Config;
const clients = new Map<string, Client>();

interface House {
  team: Team;
  admin: User;
}
let east: House;
let west: House;

async function organization(display: string, person: string): Promise<{ operator: Client; key: string }> {
  const made = JSON.parse(await site.ctl('--json', 'org', 'create', display));
  const id = made.name.replace('organizations/', '');
  const roles = ['HR_ADMIN', 'OPERATOR'].flatMap((role) => ['--role', role]);
  const token = await site.ctl(
    '--organization',
    id,
    'token',
    'create',
    '--person',
    'operator',
    '--for',
    '8h',
    ...roles,
  );
  const operator = site.cortado.as(accessToken(token.trim()));
  const fields = { displayName: person, email: `${person.toLowerCase()}@example.org`, active: true };
  await operator.profile.createPerson({ person: fields, personId: person.toLowerCase(), requestId: newRequestId() });
  const serviceKey = { displayName: 'bot', scope: 'slack', roles: [] };
  const key = (await operator.auth.createServiceKey({ serviceKey, requestId: newRequestId() })).secret;
  return { operator, key };
}

function house(name: string, person: string): House {
  const team = slack.addTeam({ name });
  const email = `${person.toLowerCase()}@example.org`;
  return { team, admin: slack.addUser(team, { name: person, email }) };
}

function write(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600 });
}

beforeAll(async () => {
  [site, slack] = await Promise.all([startCortado(), startSlack({ retryWaits: [] })]);
  const folder = join(site.folder, 'bot');
  mkdirSync(join(folder, 'organizations'), { recursive: true });
  for (const [label, person] of [
    ['east', 'Ada'],
    ['west', 'Ben'],
  ] as const) {
    const { operator, key } = await organization(label, person);
    clients.set(label, operator);
    write(join(folder, 'organizations', `${label}.key`), `${key}\n`);
  }
  write(join(folder, 'app.json'), JSON.stringify(slack.app));
  write(join(folder, 'seal.key'), Buffer.alloc(32, 7).toString('base64'));
  const args = Object.entries({
    api: site.addresses,
    app: join(folder, 'app.json'),
    organizations: join(folder, 'organizations'),
    'seal-key': join(folder, 'seal.key'),
    listen: '127.0.0.1:0',
    side: '127.0.0.1:0',
    'public-url': 'https://bot.example',
    'slack-url': slack.apiUrl,
    'authorize-url': slack.authorizeUrl,
  }).flatMap(([name, value]) => [`--${name}`, value]);
  config = readConfig(readCommand(args, {}));
  bot = await startBot(config, openJournal(new PassThrough().resume(), 'debug'));
  slack.deliverTo({ http: `${bot.front}/slack/events` });
  east = house('East', 'Ada');
  west = house('West', 'Ben');
});
afterAll(async () => {
  await bot.stop();
  await slack.stop();
  await site.stop();
});

const here = (address: string) => address.replace('https://bot.example', bot.front);
const linkFor = (organization: string, at = Date.now() / 1000) =>
  here(installLinks(makeSeal(config.sealKey).derive('install link')).make(config.publicUrl, organization, at));

/** What an administrator does: opens the link, consents at Slack, comes back. */
async function install(link: string, admin: User, { forgets = false } = {}) {
  const first = await fetch(link, { redirect: 'manual' });
  const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? '';
  const back = slack.consent(first.headers.get('location') ?? '', admin);
  const headers: Record<string, string> = forgets ? {} : { cookie };
  return fetch(here(back), { headers, redirect: 'manual' });
}

async function coffee(admin: User): Promise<string> {
  const person = slack.user(admin);
  await person.command('/coffee');
  const modal = await person.seesModal();
  return waitFor(() => {
    const read = person.read(person.modal() ?? modal);
    return read.includes('One moment') ? undefined : read;
  });
}

describe('installing', () => {
  it('needs a link that the operator made, and not one that is over', async () => {
    for (const link of [here('https://bot.example/slack/install'), linkFor('east', Date.now() / 1000 - 3601)]) {
      const answer = await fetch(link, { redirect: 'manual' });
      expect(answer.status).toBe(403);
      expect(await answer.text()).toContain(say('slack.install.link_over', 'en'));
    }
    const altered = linkFor('east').replace('organization=east', 'organization=west');
    expect((await fetch(altered, { redirect: 'manual' })).status).toBe(403);
    const german = await fetch(altered, { headers: { 'accept-language': 'de-DE,de;q=0.9' } });
    expect(await german.text()).toContain(say('slack.install.link_over', 'de'));
  });

  it('refuses a way back without the state of the browser that went', async () => {
    const answer = await install(linkFor('east'), east.admin, { forgets: true });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(say('slack.install.failed', 'en'));
  });

  it('tells somebody of a workspace that is not connected what to do', async () => {
    const person = slack.user(east.admin);
    await person.command('/coffee');
    await person.seesMessage(say('slack.not_installed', 'en'));
  });

  it('connects each workspace to its own organisation, with the token sealed', async () => {
    for (const [label, one] of [
      ['east', east],
      ['west', west],
    ] as const) {
      const answer = await install(linkFor(label), one.admin);
      expect(await answer.text()).toContain(say('slack.install.done', 'en'));
      expect(answer.status).toBe(200);
    }
    await waitFor(async () => (await coffee(east.admin)).includes('Are you Ada?'));
    expect(await coffee(west.admin)).toContain('Are you Ben?');
    for (const [label, { team }, secret] of [
      ['east', east, config.keys.get('east')],
      ['west', west, config.keys.get('west')],
    ] as const) {
      const { profile } = site.cortado.as(site.cortado.serviceKey(secret ?? ''));
      const kept = Buffer.from((await profile.getSlackInstallation({ team: team.id })).botTokens).toString('latin1');
      expect(kept, label).not.toContain('xoxb');
    }
  });

  it('does not give a workspace to another organisation', async () => {
    const answer = await install(linkFor('west'), east.admin);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(say('slack.install.taken', 'en'));
    expect(await coffee(east.admin)).toContain('Are you Ada?');
  });

  it('ends with the app in the workspace, and that of the others goes on', async () => {
    slack.uninstall(east.team);
    const operator = clients.get('east');
    await waitFor(() =>
      operator?.profile.getSlackInstallation({ team: east.team.id }).then(
        () => false,
        () => true,
      ),
    );
    expect(await coffee(west.admin)).toContain('Are you Ben?');
    const answer = await install(linkFor('east'), east.admin);
    expect(answer.status).toBe(200);
    await waitFor(async () => (await coffee(east.admin)).includes('Are you Ada?'));
  });

  it('starts with no secret that others may read', () => {
    const path = join(site.folder, 'bot/app.json');
    chmodSync(path, 0o644);
    const flags = ['--api', 'unix:/x', '--app', path, '--organizations', '/x', '--seal-key', '/x'];
    expect(() => readConfig(readCommand([...flags, '--public-url', 'https://x'], {}))).toThrow(/chmod 600/);
  });
});
