import { describe, expect, it } from 'vitest';
import { remember } from './once.js';

describe('a memory', () => {
  it('knows what came before, for as long as it should', () => {
    let now = 0;
    const memory = remember(1000, 10, () => now);
    expect(memory.isNew('a')).toBe(true);
    now = 999;
    expect(memory.isNew('a')).toBe(false);
    now = 1000;
    expect(memory.isNew('a')).toBe(true);
  });

  it('never holds more than it may; then the oldest goes', () => {
    const memory = remember(1000, 3, () => 0);
    for (const key of ['a', 'b', 'c', 'd']) memory.isNew(key);
    expect(memory.size).toBe(3);
    expect(memory.isNew('d')).toBe(false);
    expect(memory.isNew('a')).toBe(true);
  });
});
