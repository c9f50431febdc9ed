import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCortado, startMailServer, type TestCortado, waitFor } from './index.js';

describe('a Cortado whose time can be moved', () => {
  let site: TestCortado;
  beforeAll(async () => {
    site = await startCortado({ seed: 'duo' });
  });
  afterAll(() => site.stop());

  test('has the people of its seed', async () => {
    const { profile } = await site.as('ada');
    expect((await profile.getPerson({ name: 'people/ada' })).displayName).toMatch(/Ada/);
  });

  test('moves its time on, and its tokens with it', async () => {
    const { dev } = await site.as('ada');
    const before = await dev.getClock({});
    await site.advance('3d');
    const after = await (await site.as('ada')).dev.getClock({});
    expect(Number((after.offset?.seconds ?? 0n) - (before.offset?.seconds ?? 0n))).toBe(3 * 86400);
  });

  test('keeps its address and its data over kill -9', async () => {
    await site.kill9();
    await site.restart();
    const { profile } = await site.as('ada');
    expect((await profile.getPerson({ name: 'people/ben' })).name).toBe('people/ben');
  });

  test('answers nothing while frozen, and goes on when thawed', async () => {
    const { profile } = await site.as('ada', { timeoutMs: 200 });
    site.freeze();
    await expect(profile.getPerson({ name: 'people/ben' })).rejects.toMatchObject({ reason: 'DEADLINE_EXCEEDED' });
    site.thaw();
    await waitFor(() => profile.getPerson({ name: 'people/ben' }));
  });

  test('makes service keys', async () => {
    const key = site.cortado.serviceKey(await site.createServiceKey({ scope: 'slack' }));
    const { notifications } = site.cortado.as(key);
    expect((await notifications.listNotificationChanges({})).notifications).toEqual([]);
  });
});

test('three servers serve as one does', async () => {
  const mail = await startMailServer();
  const site = await startCortado({ separate: true, smtp: mail.address, webUrl: 'https://web.test.example' });
  const { profile } = await site.operator();
  await site.importPeople('id,display_name,skills_wanted\nada,Ada Żółć 💥,Go\n');
  expect((await profile.listPeople({})).people.map(({ displayName }) => displayName)).toEqual(['Ada Żółć 💥']);
  await site.kill9('matching');
  await site.restart();
  await site.stop();
  await mail.stop();
});
