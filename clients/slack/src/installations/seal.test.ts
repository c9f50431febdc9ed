import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makeSeal } from './seal.js';

describe('a seal', () => {
  const seal = makeSeal(randomBytes(32));

  it('opens what it sealed, and shows nothing of it', () => {
    const sealed = seal.seal('T1', 'xoxb-secret');
    expect(Buffer.from(sealed).toString('latin1')).not.toContain('xoxb');
    expect(seal.open('T1', sealed)).toBe('xoxb-secret');
  });

  it('seals the same differently every time', () => {
    expect(Buffer.from(seal.seal('T1', 'x')).equals(Buffer.from(seal.seal('T1', 'x')))).toBe(false);
  });

  it('opens nothing of another workspace, of another key, altered, or cut', () => {
    const sealed = seal.seal('T1', 'xoxb-secret');
    expect(() => seal.open('T2', sealed)).toThrow();
    expect(() => makeSeal(randomBytes(32)).open('T1', sealed)).toThrow();
    for (let at = 0; at < sealed.length; ++at) {
      const altered = Uint8Array.from(sealed);
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect(() => seal.open('T1', altered), `byte ${at}`).toThrow();
      expect(() => seal.open('T1', sealed.subarray(0, at)), `cut at ${at}`).toThrow();
    }
  });

  it('takes no key of another length', () => {
    expect(() => makeSeal(randomBytes(16))).toThrow(RangeError);
  });

  it('derives another key for every purpose', () => {
    expect(seal.derive('a')).not.toBe(seal.derive('b'));
    expect(seal.derive('a')).toBe(seal.derive('a'));
  });
});
