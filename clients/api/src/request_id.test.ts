import { expect, test } from 'vitest';
import { newRequestId, requestId } from './index.js';

const allowed = /^[A-Za-z0-9_-]{8,64}$/;

test('equal parts are one intent, others are another', () => {
  expect(requestId('T1', 'Ev1', 'accept')).toBe(requestId('T1', 'Ev1', 'accept'));
  const others = [
    requestId('T1', 'Ev1'),
    requestId('T1', 'Ev1', 'decline'),
    requestId('T1Ev1', 'accept'),
    requestId('T1', 'Ev1accept'),
  ];
  expect(new Set([requestId('T1', 'Ev1', 'accept'), ...others]).size).toBe(5);
});

test('request ids have the form that servers take, whatever they are made from', () => {
  for (const part of ['', 'a', 'ü', '\u0000', '💥'.repeat(1000)]) expect(requestId(part)).toMatch(allowed);
  expect(newRequestId()).toMatch(allowed);
  expect(newRequestId()).not.toBe(newRequestId());
});
