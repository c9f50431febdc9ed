// Bot tokens at rest: AES-256-GCM under a key that only the bot has, bound to the workspace they are of.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const version = 1;
const ivBytes = 12;
const tagBytes = 16;

/** Seals and opens, under one key of 32 bytes. */
export interface Seal {
  seal(team: string, plain: string): Uint8Array<ArrayBuffer>;
  /** Throws Error for what was sealed with another key, for another workspace, or altered. */
  open(team: string, sealed: Uint8Array): string;
  /** A key for another purpose, derived from this one (RFC 5869). */
  derive(purpose: string): string;
}

/** `key`: 32 bytes; throws RangeError for another length. */
export function makeSeal(key: Uint8Array): Seal {
  if (key.length !== 32) throw new RangeError('the key that seals tokens must have 32 bytes');
  return {
    seal(team, plain) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      cipher.setAAD(Buffer.from(`${version}:${team}`));
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return new Uint8Array(Buffer.concat([Buffer.from([version]), iv, body, cipher.getAuthTag()]));
    },
    open(team, sealed) {
      const bytes = Buffer.from(sealed);
      if (bytes.length < 1 + ivBytes + tagBytes || bytes[0] !== version) throw new Error('these are no sealed tokens');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 1 + ivBytes));
      decipher.setAAD(Buffer.from(`${version}:${team}`));
      decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes));
      const body = bytes.subarray(1 + ivBytes, bytes.length - tagBytes);
      return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
    },
    derive: (purpose) => Buffer.from(hkdfSync('sha256', key, '', `cortado-slack/${purpose}`, 32)).toString('hex'),
  };
}
