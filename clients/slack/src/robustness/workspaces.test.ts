// Two organisations, a workspace each, one bot: what belongs to one is out of reach of the other, whatever Slack says.
import { join } from 'node:path';
import { accessToken, type Client, newRequestId, say } from '@cortado/api';
import { binary, run, type TestCortado, waitFor } from '@cortado/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Delivery, Person, Team } from '../testing/index.js';
import { type House, link, shownModal, startHouse } from './house.js';

let house: House;

let there: Team;
let lotte: Person;
let request = '';

/** Another organisation of the same Cortado, with one person in it; its operator. */
async function anotherOrganization(site: TestCortado): Promise<Client> {
  const reach = ['--address', site.addresses, '--key-file', join(site.folder, 'data/keys/token.pem')];
  const made = await run(binary('cortadoctl'), [...reach, '--json', 'org', 'create', 'Elsewhere']);
  const organization = JSON.parse(made).name.replace('organizations/', '');
  const roles = ['--role', 'HR_ADMIN', '--role', 'OPERATOR'];
  const create = ['token', 'create', '--person', 'operator', '--for', '8h', ...roles];
  const token = await run(binary('cortadoctl'), [...reach, '--organization', organization, ...create]);
  const operator = site.cortado.as(accessToken(token.trim()));
  const person = { externalId: 'zoe', displayName: 'Zoe Elsewhere', email: 'zoe@elsewhere.example', active: true };
  await operator.profile.importPeople(
    (async function* () {
      yield { rows: [{ person }] };
    })(),
  );
  return operator;
}

beforeAll(async () => {
  house = await startHouse({
    async moreKeys(site) {
      const { auth } = await anotherOrganization(site);
      const serviceKey = { displayName: 'bot', scope: 'slack' };
      return new Map([['elsewhere', (await auth.createServiceKey({ serviceKey, requestId: newRequestId() })).secret]]);
    },
  });

  there = await house.anotherTeam('elsewhere');
  lotte = await house.person('lotte', { id: 'USAME0001' });
  const { matching } = await house.site.as('lotte');
  request = (await matching.listRequests({ side: 1 })).requests[0]?.name ?? '';
});
afterAll(() => house?.stop());

/** Somebody of the workspace there. */
function foreigner(facts: { id?: string; email?: string; name: string }): Person {
  return house.slack.user(house.slack.addUser(there, facts), there);
}

async function stateOfRequest(): Promise<string> {
  const { requests } = await (await house.site.as('lotte')).matching.listRequests({ side: 1 });
  return JSON.stringify(requests.map(({ name, etag, state }) => [name, etag, state]));
}

function withBody(delivery: Delivery, change: Delivery['body']): Delivery {
  return { ...delivery, body: { ...delivery.body, trigger_id: newRequestId(), ...change } };
}

describe('A workspace of another organisation', () => {
  test('does not know the user of the same id', async () => {
    const twin = foreigner({ id: 'USAME0001', name: 'twin', email: 'twin@elsewhere.example' });
    await twin.openHome();
    const home = await twin.sees(() => twin.home());
    expect(twin.read(home)).not.toContain('Joon');
    await twin.press(home, 'link.start');
    expect(twin.read(await shownModal(twin))).not.toMatch(/Lotte/);
  });

  test('links nobody of the first by their address', async () => {
    const guest = foreigner({ name: 'copycat', email: lotte.user.email });
    await guest.command('/coffee');
    const modal = await shownModal(guest);
    expect(guest.read(modal)).not.toMatch(/Lotte/);
    expect(modal.blocks.some(({ type }) => type === 'actions')).toBe(false);
  });

  test('reaches no request of the first, not even by its name', async () => {
    const zoe = foreigner({ name: 'zoe', email: 'zoe@elsewhere.example' });
    await link(zoe);
    const before = await stateOfRequest();
    await zoe.openHome();
    const home = await zoe.sees(() => zoe.home()?.blocks.some(({ type }) => type === 'section') && zoe.home());
    await zoe.press(home, 'look.open');
    await shownModal(zoe);
    const press = house.slack.deliveries.at(-1);
    if (!press) throw new Error('nothing was pressed');
    for (const action_id of ['request.withdraw', 'request.accept_other', 'request.decline']) {
      const forged = withBody(press, { actions: [{ type: 'button', action_id, block_id: 'b', value: request }] });
      expect((await house.slack.send(house.slack.signed(forged))).status).toBe(200);
    }
    await zoe.close(await shownModal(zoe));
    await zoe.command('/coffee');
    await shownModal(zoe);
    expect(await stateOfRequest()).toBe(before);
  });
});

describe('Somebody of the first organisation', () => {
  test('reaches no request of two others', async () => {
    const suna = await house.person('suna');
    const before = await stateOfRequest();
    await suna.openHome();
    await suna.press(await suna.sees(() => suna.home()), 'look.open');
    await shownModal(suna);
    const press = house.slack.deliveries.at(-1);
    if (!press) throw new Error('nothing was pressed');
    const action = { type: 'button', action_id: 'request.withdraw', block_id: 'b', value: request };
    const forged = withBody(press, {
      actions: [action],
      view: undefined,
      container: { type: 'view', view_id: 'V404' },
    });
    expect((await house.slack.send(house.slack.signed(forged))).status).toBe(200);
    await suna.sees(() => suna.modal() && house.slack.calls.at(-1)?.method.startsWith('views.'));
    expect(await stateOfRequest()).toBe(before);
  });
});

test('A workspace that never installed the bot gets an answer and no effect', async () => {
  const nowhere = house.slack.addTeam();
  const nobody = house.slack.user(house.slack.addUser(nowhere, { name: 'nobody', email: lotte.user.email }), nowhere);
  const calls = house.slack.calls.length;
  expect(await nobody.command('/coffee')).toMatchObject({ ok: true });
  await nobody.seesMessage(say('slack.not_installed', 'en'));
  const made = house.slack.calls.slice(calls).filter(({ team }) => team === nowhere.id);
  expect(made.map(({ method }) => method)).toEqual(['response_url']);
  expect(await nobody.openHome()).toMatchObject({ ok: true });
});

test('A workspace that removed the app is forgotten, and the other is not', async () => {
  house.slack.uninstall(there);
  await waitFor(() => house.bot.running().log().includes('workspace.removed'), { what: 'the end of the workspace' });
  const zoe = house.slack.user(house.slack.addUser(there, { name: 'late', email: 'zoe@elsewhere.example' }), there);
  await zoe.command('/coffee');
  await zoe.seesMessage(say('slack.not_installed', 'en'));
  await lotte.openHome();
  await lotte.press(await lotte.sees(() => lotte.home()), 'look.open');
  expect((await shownModal(lotte)).callback_id).toMatch(/^look/);
});

test('Slack took all that was shown', () => {
  expect(house.slack.troubles).toEqual([]);
});
