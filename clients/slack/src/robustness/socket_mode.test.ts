// The bot behind Socket Mode: it reaches Slack, Slack does not reach it. The same promises hold.
import { waitFor } from '@cortado/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Person } from '../testing/index.js';
import { type House, shownModal, startHouse } from './house.js';

let house: House;
let lotte: Person;

beforeAll(async () => {
  house = await startHouse({ mode: 'socket' });
  lotte = await house.person('lotte');
});
afterAll(() => house?.stop());

/** Whether a command of Lotte's gets its form. */
async function answers(): Promise<boolean> {
  const ack = await lotte.command('/coffee');
  if (!ack.ok) return false;
  const modal = await shownModal(lotte);
  await lotte.close(modal);
  return modal.callback_id.startsWith('look');
}

const connected = (count = 1) =>
  waitFor(() => house.slack.sockets.connected() >= count, { limitMs: 60_000, what: 'a connection' });

test('People are answered', async () => {
  expect(await answers()).toBe(true);
});

test('A delivery that comes four times has one effect', async () => {
  const opened = () => house.slack.calls.filter(({ method }) => method === 'views.open').length;
  const before = opened();
  house.slack.faults.deliveries = 4;
  expect(await answers()).toBe(true);
  house.slack.faults.deliveries = 1;
  expect(opened()).toBe(before + 1);
});

test('Nobody waits for the answer while the back end stands still', async () => {
  house.site.freeze();
  const times: number[] = [];
  try {
    for (let round = 0; round < 100; round += 1) {
      const { ok, ms } = await lotte.openHome();
      expect(ok).toBe(true);
      times.push(ms);
    }
  } finally {
    house.site.thaw();
  }
  expect(times.sort((one, other) => one - other)[98]).toBeLessThan(1000);
});

test('A connection that Slack asks to renew is renewed', async () => {
  house.slack.sockets.refresh(100);
  await waitFor(() => house.slack.sockets.connected() === 0, { limitMs: 20_000, what: 'the end of the connection' });
  await connected();
  expect(await answers()).toBe(true);
}, 90_000);

test('The bot comes back after an outage of Slack', async () => {
  house.slack.outage(true);
  await waitFor(() => house.slack.sockets.connected() === 0);
  // Long enough for the bot to try in vain.
  await waitFor(() => !house.bot.running().isUp() || house.slack.refused() >= 3, { limitMs: 40_000, what: 'tries' });
  house.slack.faults.next('apps.connections.open', { status: 503 }, 2);
  house.slack.outage(false);
  await connected();
  expect(await answers()).toBe(true);
}, 120_000);

test('A bot that was killed is there again', async () => {
  await house.bot.kill9();
  await house.bot.restart();
  await connected();
  expect(await answers()).toBe(true);
}, 90_000);

test('Slack took all that was shown', () => {
  expect(house.slack.troubles).toEqual([]);
});
