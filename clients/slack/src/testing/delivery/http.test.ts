import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sign } from './http.js';

test('A signature is the one that its parts give by hand', () => {
  // printf 'v0:1700000000:token=x&text=1' | openssl dgst -sha256 -hmac SECRET.
  expect(sign('0123456789abcdef0123456789abcdef', '1700000000', 'token=x&text=1')).toBe(
    'v0=a4ac799adcba10663f8649e231602e487867d2a7fedc01de1a9c8096f22fb460',
  );
});

test('A signature is the one that Slack published', () => {
  const path = new URL('../../../../../../shared/data/adversarial/slack/signing-vector.json', import.meta.url);
  if (!existsSync(path)) return;
  const vector = JSON.parse(readFileSync(path, 'utf8'));
  expect(sign(vector.secret, vector.timestamp, vector.body)).toBe(vector.signature);
});
