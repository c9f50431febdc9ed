/** Proof that a form was shown by us, to this browser, for this link (a signed double-submit cookie). */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What the proof needs. */
export interface CsrfParts {
  /** Known to all servers behind one address, and to nobody else. */
  readonly secret: Buffer;
  readonly isHttps: boolean;
  /** The origin that people come to, as `https://cortado.example.com`. */
  readonly origin: string;
}

/** What a form and its page carry. */
export interface CsrfProof {
  /** For the form’s hidden field. */
  readonly field: string;
  /** For the answer’s Set-Cookie. */
  readonly cookie: string;
}

// A __Host- cookie can come from this host alone, not from its neighbours under one domain.
function cookieName(parts: CsrfParts): string {
  return parts.isHttps ? '__Host-cortado' : 'cortado';
}

function readCookie(headers: IncomingHttpHeaders, name: string): string | undefined {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const value = pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
  return value !== undefined && /^[A-Za-z0-9_-]{22}$/.test(value) ? value : undefined;
}

function sign(parts: CsrfParts, browser: string, token: string): string {
  return createHmac('sha256', parts.secret).update(`csrf\0${browser}\0${token}`).digest('base64url');
}

/** The proof for a form about the link `token`. A browser that has a cookie of ours keeps it: other tabs stay good. */
export function makeProof(parts: CsrfParts, headers: IncomingHttpHeaders, token: string): CsrfProof {
  const name = cookieName(parts);
  const browser = readCookie(headers, name) ?? randomBytes(16).toString('base64url');
  const cookie = `${name}=${browser}; Path=/; HttpOnly; SameSite=Strict${parts.isHttps ? '; Secure' : ''}`;
  return { field: sign(parts, browser, token), cookie };
}

/** Whether the form came with the proof that its page carried. */
export function isProven(parts: CsrfParts, headers: IncomingHttpHeaders, token: string, field: string | null): boolean {
  const browser = readCookie(headers, cookieName(parts));
  if (browser === undefined || field === null) return false;
  const expected = Buffer.from(sign(parts, browser, token));
  const given = Buffer.from(field);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Whether the browser itself says that another site sent the form. Browsers that say nothing are not foreign. */
export function isForeign(parts: CsrfParts, headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  // `null` is what browsers say for our own forms, whose pages forbid to tell where one comes from.
  const origin = headers.origin;
  return origin !== undefined && origin !== 'null' && origin !== parts.origin;
}
