import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Code, ConnectError } from '@connectrpc/connect';
import { startCortado, type TestCortado, temporaryFolder, waitFor } from '@cortado/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pauseAfter } from './calls.js';
import {
  accessToken,
  type Client,
  type ClientOptions,
  type CortadoError,
  connect,
  isReason,
  newRequestId,
  requestId,
  say,
} from './index.js';

async function failure(call: Promise<unknown>): Promise<CortadoError> {
  const thrown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!isReason(thrown)) throw new Error(`no CortadoError but ${thrown}`);
  return thrown;
}

describe('calls to a real server', () => {
  let site: TestCortado;
  const clientOf = async (person: string, options: ClientOptions = {}): Promise<Client> =>
    connect(site.addresses).as(accessToken(await site.tokenFor(person)), options);
  beforeAll(async () => {
    site = await startCortado({ seed: 'duo' });
  });
  afterAll(() => site.stop());

  test('an error tells its reason, what it speaks of, and what to tell the person in their language', async () => {
    for (const language of ['en', 'de'] as const) {
      const { matching } = await clientOf('ada', { language });
      const error = await failure(matching.requestMatch({ mentor: 'people/ada', requestId: newRequestId() }));
      expect(error).toMatchObject({ code: Code.InvalidArgument, reason: 'REQUEST_SELF' });
      expect(error.userMessage).toBe(say('error.request_self', language));
      expect(error.isReason('REQUEST_SELF', 'SLOT_TAKEN')).toBe(true);
      expect(isReason(error, 'SLOT_TAKEN')).toBe(false);
    }
  });

  test('an error tells every field that is wrong', async () => {
    const { matching } = await clientOf('ada');
    const error = await failure(matching.requestMatch({ mentor: 'nobody', requestId: newRequestId() }));
    expect(error.reason).toBe('FIELD_INVALID');
    expect(error.fieldViolations).toEqual([{ field: 'mentor', description: expect.any(String) }]);
  });

  test('a token that is none is refused without a second try', async () => {
    const { profile } = connect(site.addresses).as(accessToken('none'), { language: 'de-AT' });
    const error = await failure(profile.getPerson({ name: 'people/ada' }));
    expect(error).toMatchObject({ code: Code.Unauthenticated, reason: 'TOKEN_INVALID' });
    expect(error.userMessage).toBe(say('error.token_invalid', 'de'));
  });

  test('a call waits out a server that is killed and comes back, and a write happens once', async () => {
    const { matching } = await clientOf('ada', { attempts: 20 });
    const ask = { mentor: 'people/ben', message: 'Coffee?', requestId: requestId('Ev1', 'ask') };
    await site.kill9();
    const asked = Promise.all([matching.requestMatch(ask), matching.requestMatch(ask), matching.listRequests({})]);
    await site.restart();
    const [first, second] = await asked;
    expect(second.name).toBe(first.name);
    await site.kill9();
    await site.restart();
    expect((await matching.requestMatch(ask)).name).toBe(first.name);
    expect((await matching.listRequests({})).requests).toHaveLength(1);
  });

  test('a server that is not there is TRY_AGAIN, within the deadline', async () => {
    const { profile } = connect(`unix:${join(site.folder, 'nobody')}`).as(undefined, {
      timeoutMs: 500,
      language: 'de',
    });
    const began = performance.now();
    const error = await failure(profile.getPerson({ name: 'people/ada' }));
    expect(error).toMatchObject({ code: Code.Unavailable, reason: 'TRY_AGAIN' });
    expect(error.userMessage).toBe(say('error.try_again', 'de'));
    expect(performance.now() - began).toBeLessThan(4000);
  });

  test('a frozen server costs the deadline and no more, and its caller may hang up', async () => {
    const { profile } = await clientOf('ada', { timeoutMs: 300 });
    await profile.getPerson({ name: 'people/ada' });
    site.freeze();
    const began = performance.now();
    expect((await failure(profile.getPerson({ name: 'people/ada' }))).reason).toBe('DEADLINE_EXCEEDED');
    expect(performance.now() - began).toBeLessThan(3000);
    const signal = AbortSignal.timeout(50);
    expect((await failure(profile.getPerson({ name: 'people/ada' }, { signal }))).reason).toBe('CANCELLED');
    site.thaw();
    await waitFor(() => profile.getPerson({ name: 'people/ada' }));
  });

  test('a stream gives what happens, and its errors are ours', async () => {
    const { notifications } = connect(site.addresses).as(accessToken('none'));
    const read = async () => {
      for await (const change of notifications.watchNotifications({})) expect(change).toBeUndefined();
    };
    expect((await failure(read())).reason).toBe('TOKEN_INVALID');
  });
});

test('a caller that is too fast is slowed down by the server, and gets through', async () => {
  const site = await startCortado({ seed: 'duo', args: ['--limit_caller_per_second', '20'] });
  const { profile } = await site.as('ada', { attempts: 1 });
  const look = (client: Client['profile']) => client.getPerson({ name: 'people/ben' });
  const refused = await failure(Promise.all(Array.from({ length: 60 }, () => look(profile))));
  expect(refused.reason).toBe('RATE_LIMITED');
  expect(refused.retryDelayMs).toBeGreaterThan(0);
  const patient = await site.as('ada', { timeoutMs: 20_000, attempts: 50 });
  const began = performance.now();
  await Promise.all(Array.from({ length: 60 }, () => look(patient.profile)));
  expect(performance.now() - began).toBeGreaterThan(1000);
  await site.stop();
});

test('only what may be repeated is repeated, and not before the server says', () => {
  const error = (code: Code, pushback?: string) =>
    new ConnectError('', code, pushback === undefined ? {} : { 'grpc-retry-pushback-ms': pushback });
  expect(pauseAfter(error(Code.Unavailable), 1)).toBeLessThanOrEqual(50);
  expect(pauseAfter(error(Code.Unavailable), 9)).toBeLessThanOrEqual(2000);
  expect(pauseAfter(error(Code.Unavailable, '1234'), 1)).toBe(1234);
  expect(pauseAfter(error(Code.ResourceExhausted, '70'), 1)).toBe(70);
  const final = [error(Code.ResourceExhausted), error(Code.Unavailable, '-1'), error(Code.Unavailable, 'soon')];
  for (const code of [Code.Aborted, Code.Internal, Code.DeadlineExceeded, Code.AlreadyExists]) final.push(error(code));
  for (const one of final) expect(pauseAfter(one, 1)).toBeUndefined();
});

test('a write that names no intent is tried once, a read and one that does again and again', async () => {
  let connections = 0;
  const server = createServer((socket) => {
    ++connections;
    socket.destroy();
  });
  const folder = temporaryFolder();
  await new Promise<void>((resolve) => server.listen(join(folder.path, 's'), resolve));
  const client = connect(`unix:${join(folder.path, 's')}`).as(undefined, { attempts: 3 });
  const tries = async (call: Promise<unknown>) => {
    const before = connections;
    expect((await failure(call)).reason).toBe('TRY_AGAIN');
    return connections - before;
  };
  expect(await tries(client.notifications.testWebhook({ name: 'webhooks/w' }))).toBe(1);
  expect(await tries(client.matching.requestMatch({ mentor: 'people/ben' }))).toBe(1);
  expect(await tries(client.matching.requestMatch({ mentor: 'people/ben', requestId: newRequestId() }))).toBe(3);
  expect(await tries(client.profile.getPerson({ name: 'people/ben' }))).toBe(3);
  server.close();
  folder.remove();
});

test('who hangs up while a token is got waits no longer', async () => {
  const never = { token: () => new Promise<string>(() => {}), drop: () => false, person: async () => '' };
  const { profile } = connect('127.0.0.1:1').as(never, { timeoutMs: 100 });
  const signal = AbortSignal.timeout(20);
  expect((await failure(profile.getPerson({ name: 'people/ben' }, { signal, timeoutMs: 60_000 }))).reason).toBe(
    'CANCELLED',
  );
  expect((await failure(profile.getPerson({ name: 'people/ben' }))).reason).toBe('DEADLINE_EXCEEDED');
});

// An authority and two certificates for this machine, of today.
function makeCertificates(folder: string): (name: string) => string {
  const path = (name: string) => join(folder, `${name}.pem`);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const key = (name: string) => [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    path(`${name}-key`),
  ];
  mkdirSync(folder, { recursive: true });
  openssl('req', '-x509', ...key('ca'), '-subj', '/CN=test', '-days', '2', '-out', path('ca'));
  for (const name of ['server', 'client']) {
    const names = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
    openssl(
      'req',
      '-x509',
      '-CA',
      path('ca'),
      '-CAkey',
      path('ca-key'),
      ...key(name),
      ...names,
      '-days',
      '2',
      '-out',
      path(name),
    );
  }
  return path;
}

test('mTLS lets in whom both sides trust, and nobody else', async () => {
  const folder = temporaryFolder();
  const pem = makeCertificates(folder.path);
  const tls = { cert: pem('server'), key: pem('server-key'), clientCa: pem('ca') };
  const site = await startCortado({
    tcp: true,
    tls,
    clientTls: { ca: pem('ca'), cert: pem('client'), key: pem('client-key') },
  });
  await site.seed('duo');
  const { profile } = await site.as('ada');
  expect((await profile.getPerson({ name: 'people/ada' })).name).toBe('people/ada');
  for (const wrong of [{ ca: pem('ca') }, { cert: pem('client'), key: pem('client-key') }]) {
    const client = connect(site.addresses, { tls: wrong, attempts: 1, timeoutMs: 2000 }).as(undefined);
    expect((await failure(client.auth.listSigningKeys({}))).reason).toBe('TRY_AGAIN');
  }
  await site.stop();
  folder.remove();
});
