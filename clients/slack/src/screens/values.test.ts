import { describe, expect, it } from 'vitest';
import { subjectOf, valueFor } from './values.js';

describe('what a button carries', () => {
  it.each([
    { name: 'chats/c1' },
    { name: 'chats/c1', etag: '17' },
    { name: 'requests/r-1', time: 1_790_000_000 },
    { name: 'chats/c1', etag: 'aB3_-', time: 0 },
  ])('comes back as it was: %o', (subject) => {
    expect(subjectOf(valueFor(subject))).toEqual(subject);
  });
});
