/** The token of a link, as far as it can be read without its signature: only to say more kindly what is wrong with it. */

/** What a link is for. */
export type About = 'request' | 'match' | 'program';

/** What a link says of itself. Believed by nobody until the services have exchanged it. */
export interface Link {
  readonly token: string;
  readonly about: About;
  /** What it may answer: `requests/R`, `matches/M` or `programs/P`. */
  readonly name: string;
  /** The request’s etag that the mail told of; `any` where an answer may be changed. */
  readonly etag: string;
  /** When it ends. */
  readonly expires: Date;
}

// The longest that the services take.
const longest = 4096;
const form = /^[A-Za-z0-9_-]+\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+$/;
const scopeForm = /^answer:(([a-z]+)\/[a-z0-9-]{1,63})@(.{1,64})$/;
const abouts: ReadonlyMap<string, About> = new Map([
  ['requests', 'request'],
  ['matches', 'match'],
  ['programs', 'program'],
]);

function claimsOf(token: string): { scope: unknown; exp: unknown } | undefined {
  try {
    const payload: unknown = JSON.parse(Buffer.from(form.exec(token)?.[1] ?? '', 'base64url').toString());
    return typeof payload === 'object' && payload !== null && 'scope' in payload && 'exp' in payload
      ? payload
      : undefined;
  } catch {
    return undefined;
  }
}

/** Reads a link; undefined for what is none, so that nobody has to be asked about it. */
export function readLink(token: string): Link | undefined {
  if (token.length > longest || !form.test(token)) return undefined;
  const claims = claimsOf(token);
  const [, name, collection, etag] = scopeForm.exec(typeof claims?.scope === 'string' ? claims.scope : '') ?? [];
  const about = abouts.get(collection ?? '');
  if (about === undefined || name === undefined || etag === undefined) return undefined;
  if (typeof claims?.exp !== 'number') return undefined;
  return { token, about, name, etag, expires: new Date(claims.exp * 1000) };
}
