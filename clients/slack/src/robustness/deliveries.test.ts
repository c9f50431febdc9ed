// What reaches the bot: from whom, how often, and how soon it is taken.
import { newRequestId } from '@cortado/api';
import { waitFor } from '@cortado/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Delivery, Person, SignedRequest } from '../testing/index.js';
import { sign } from '../testing/index.js';
import { type House, shownModal, startHouse } from './house.js';

let house: House;
let lotte: Person;
let joon: Person;

beforeAll(async () => {
  house = await startHouse();
  await house.toMonday();
  lotte = await house.person('lotte', { locale: 'de-DE' });
  joon = await house.person('joon');
});
afterAll(async () => {
  await house?.stop();
});

/** All that a delivery may have changed: calls to Slack, and what lotte asked for. */
async function effects(): Promise<string> {
  const { profile, matching } = await house.site.as('lotte');
  const [{ destinations }, { requests }] = await Promise.all([
    profile.listDestinations({ parent: 'people/lotte' }),
    matching.listRequests({ side: 1 }),
  ]);
  const calls = house.slack.calls.map(({ method }) => method);
  return JSON.stringify([calls, destinations.map(({ name }) => name), requests.map(({ name, etag }) => [name, etag])]);
}

function lastDelivery(): Delivery {
  const delivery = house.slack.deliveries.at(-1);
  if (!delivery) throw new Error('nothing was delivered yet');
  return delivery;
}

/** Lotte's form, filled in and sent off as Slack would bring it, though it was not. */
async function submission(): Promise<Delivery> {
  await lotte.command('/coffee');
  await lotte.submit(await shownModal(lotte), { skills: 'Go', kind: '2' });
  const sent = lastDelivery();
  await lotte.close(await shownModal(lotte));
  // Another act of hers, which has not come yet.
  return { ...sent, body: { ...sent.body, trigger_id: newRequestId() } };
}

describe('A delivery that Slack did not make', () => {
  let delivery: Delivery;
  let before = '';
  beforeAll(async () => {
    delivery = await submission();
    before = await effects();
  });

  const signed = (): SignedRequest => house.slack.signed(delivery);
  const withHeader = (name: string, value: string): SignedRequest => {
    const request = signed();
    return { ...request, headers: { ...request.headers, [name]: value } };
  };
  const now = () => Math.floor(house.slack.now() / 1000);
  const forged: [string, () => SignedRequest][] = [
    [
      'signed with another secret',
      () => withHeader('x-slack-signature', sign('another', String(now()), signed().body)),
    ],
    ['with the signature of another body', () => ({ ...signed(), body: signed().body.replace('payload', 'payloae') })],
    ['with one byte more', () => ({ ...signed(), body: `${signed().body}&` })],
    ['of 301 seconds ago', () => house.slack.signed(delivery, now() - 301)],
    ['of 301 seconds from now', () => house.slack.signed(delivery, now() + 302)],
    ['dated anew', () => withHeader('x-slack-request-timestamp', String(now() - 1))],
    [
      'of another version',
      () => withHeader('x-slack-signature', `v1${signed().headers['x-slack-signature']?.slice(2)}`),
    ],
    ['without a signature', () => withHeader('x-slack-signature', '')],
    ['without a time', () => withHeader('x-slack-request-timestamp', '')],
    ['whose time is no number', () => withHeader('x-slack-request-timestamp', 'NaN')],
  ];
  test.each(forged)('%s is refused and changes nothing', async (_, request) => {
    expect((await house.slack.send(request())).status).toBe(401);
    expect(await effects()).toBe(before);
  });

  test('but repeated byte for byte is refused and changes nothing', async () => {
    const request = house.slack.signed({ kind: 'event', body: { type: 'url_verification', challenge: 'x' } });
    expect((await house.slack.send(request)).status).toBe(200);
    expect((await house.slack.send(request)).status).toBe(401);
    expect(await effects()).toBe(before);
  });

  test('and five minutes off is still taken', async () => {
    const body = { type: 'url_verification', challenge: 'y' };
    for (const at of [now() - 299, now() + 299]) {
      expect((await house.slack.send(house.slack.signed({ kind: 'event', body }, at))).status).toBe(200);
    }
  });

  test('is counted', async () => {
    expect(await house.bot.metric('cortado_slack_refused_total')).toBeGreaterThanOrEqual(forged.length + 1);
  });
});

describe('What Slack delivers four times', () => {
  const countOf = (method: string) => house.slack.calls.filter((call) => call.method === method).length;
  beforeAll(() => {
    house.slack.faults.deliveries = 4;
  });
  afterAll(() => {
    house.slack.faults.deliveries = 1;
  });

  test('opens one modal for a command', async () => {
    const before = countOf('views.open');
    const ack = await lotte.command('/coffee');
    expect([ack, ...ack.more].map(({ ok }) => ok)).toEqual([true, true, true, true]);
    await shownModal(lotte);
    expect(countOf('views.open')).toBe(before + 1);
  });

  test('keeps one destination of a form, even where the bot was killed in between', async () => {
    const { profile } = await house.site.as('lotte');
    const count = async () => (await profile.listDestinations({ parent: 'people/lotte' })).destinations.length;
    const before = await count();
    await lotte.submit(await shownModal(lotte), { text: 'Once is enough' });
    await shownModal(lotte);
    expect(await count()).toBe(before + 1);
    const sent = lastDelivery();
    await house.bot.kill9();
    await house.bot.restart();
    const handled = () => house.bot.metric('cortado_slack_deliveries_total', { kind: 'submit.look' });
    expect((await house.slack.send(house.slack.signed(sent))).status).toBe(200);
    await waitFor(async () => (await handled()) > 0, { what: 'the repeat' });
    expect(await count()).toBe(before + 1);
  });

  test('publishes a home once', async () => {
    const before = countOf('views.publish');
    await joon.openHome();
    await joon.sees(() => countOf('views.publish') > before);
    await house.slack.send(house.slack.signed(lastDelivery()));
    expect(countOf('views.publish')).toBe(before + 1);
  });

  test('counts as repeated', async () => {
    expect(await house.bot.metric('cortado_slack_deliveries_total', { result: 'repeated' })).toBeGreaterThanOrEqual(3);
  });
});

describe('A back end that stands still', () => {
  test('keeps nobody waiting for the answer: p99 is under a second', async () => {
    await joon.openHome();
    const home = await joon.sees(() => joon.home());
    house.site.freeze();
    const acks: { ok: boolean; ms: number }[] = [];
    try {
      for (let round = 0; round < 40; round += 1) {
        acks.push(await lotte.command('/coffee'), await joon.openHome(), await joon.press(home, 'look.open'));
      }
    } finally {
      house.site.thaw();
    }
    expect(acks.filter(({ ok }) => !ok)).toEqual([]);
    const times = acks.map(({ ms }) => ms).sort((one, other) => one - other);
    expect(times[Math.floor(times.length * 0.99)]).toBeLessThan(1000);
  });

  test('keeps nobody waiting of a bot that was killed and knows nothing yet', async () => {
    house.site.freeze();
    try {
      await house.bot.kill9();
      await house.bot.restart();
      for (const ack of [await lotte.command('/coffee'), await joon.openHome(), await lotte.command('/coffee')]) {
        expect(ack).toMatchObject({ ok: true });
        expect(ack.ms).toBeLessThan(1000);
      }
    } finally {
      house.site.thaw();
    }
  });

  test('is told to the person, and is over when it goes on', async () => {
    await waitFor(async () => (await house.site.as('joon')).profile.getPerson({ name: 'people/joon' }), {
      limitMs: 20_000,
    });
    const before = lotte.modal()?.id;
    await lotte.command('/coffee');
    await lotte.sees(() => lotte.modal()?.id !== before && lotte.modal()?.callback_id.startsWith('look'), 20_000);
  });
});

test('Slack took all that was shown', () => {
  expect(house.slack.troubles).toEqual([]);
});
