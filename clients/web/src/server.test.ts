import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { Chat_State } from '@cortado/api/gen/cortado/scheduling/v1/chat_pb.js';
import { startCortado } from '@cortado/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isServing } from './health/services.js';
import { startBrowser } from './testing/browser.js';
import { startSite, tuesday } from './testing/site.js';
import { visitor } from './testing/visitor.js';

let folder: string;
const at = (name: string) => join(folder, name);

// A certificate for this machine that signs itself.
function makeCertificate(name: string): { cert: string; key: string } {
  const pair = { cert: at(`${name}.pem`), key: at(`${name}.key`) };
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
  const files = ['-keyout', pair.key, '-out', pair.cert];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', ...kind, ...subject, ...files], { stdio: 'pipe' });
  return pair;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cortado-web-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('over https a browser chooses, confirms and books, and a renewed certificate needs no restart', async () => {
  const tls = makeCertificate('first');
  const site = await startSite({ tls });
  const asked = await site.ask({ times: [tuesday(site.now(), 3)] });
  expect(asked.url).toMatch(/^https:/);
  const browser = await startBrowser();
  const context = await browser.newContext({ ignoreHTTPSErrors: true, javaScriptEnabled: false });
  const page = await context.newPage();
  const answer = await page.goto(asked.url);
  expect(answer?.headers()['strict-transport-security']).toBe('max-age=63072000');
  await page.getByRole('button', { name: 'Continue' }).first().click();
  await page.getByRole('button', { name: 'Say yes' }).click();
  expect(await page.textContent('h1')).toBe('You two are having coffee');
  const [cookie] = await context.cookies();
  expect(cookie).toMatchObject({ name: '__Host-cortado', secure: true, httpOnly: true, sameSite: 'Strict', path: '/' });
  await browser.close();

  const issuer = () =>
    new Promise((resolve, reject) => {
      const call = request(`${site.origin}/robots.txt`, { rejectUnauthorized: false, agent: false }, (response) => {
        resolve((response.socket as TLSSocket).getPeerCertificate().subject.CN);
        response.resume();
      });
      call.on('error', reject).end();
    });
  expect(await issuer()).toBe('first');
  const next = makeCertificate('second');
  copyFileSync(next.cert, tls.cert);
  copyFileSync(next.key, tls.key);
  site.web.renewCertificate();
  expect(await issuer()).toBe('second');
  await site.stop();
});

test('over three separate services a yes books, and readiness names the one that is missing', async () => {
  const site = await startSite({}, { separate: true });
  const time = tuesday(site.now(), 3);
  const asked = await site.ask({ times: [time] });
  const ben = visitor();
  const confirm = await ben.choose(await ben.get(asked.url), 'accept');
  expect((await ben.get(`${site.ops}/readyz`)).body).toBe('ready\n');
  await site.cortado.kill9('matching');
  expect((await ben.get(`${site.ops}/readyz`)).body).toBe('not serving: matching\n');
  const away = await ben.confirm(confirm);
  expect(away.status).toBe(503);
  await site.cortado.restart();
  expect((await ben.confirm(away)).text).toContain('You two are having coffee');
  const { scheduling } = await site.cortado.as(asked.requester.replace('people/', ''));
  const { chats } = await scheduling.listChats({});
  expect(chats.map((chat) => [chat.state, Number(chat.startTime?.seconds)])).toEqual([
    [Chat_State.BOOKED, time.getTime() / 1000],
  ]);
  await site.stop();
});

describe('the health of services over TLS', () => {
  test('is asked with the certificate they want, of the server they are', async () => {
    const [server, client, stranger] = ['server', 'client', 'stranger'].map(makeCertificate);
    if (server === undefined || client === undefined || stranger === undefined) throw new Error('no certificates');
    const cortado = await startCortado({ tcp: true, clock: 'real', tls: { ...server, clientCa: client.cert } });
    const ask = (own: { cert: string; key: string }, ca: string) => isServing(cortado.addresses, { ...own, ca }, 3000);
    const answers = await Promise.all([
      ask(client, server.cert),
      ask(stranger, server.cert),
      ask(client, stranger.cert),
    ]);
    expect(answers).toEqual([true, false, false]);
    expect(await isServing(cortado.addresses, undefined, 1000)).toBe(false);
    await cortado.stop();
    expect(await ask(client, server.cert)).toBe(false);
  });
});
