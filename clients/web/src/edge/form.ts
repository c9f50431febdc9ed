/** Reads what a form sent: urlencoded, and no more than a form of ours can hold. */
import type { IncomingMessage } from 'node:http';

/** The most that a form may hold, in bytes. */
export const largestForm = 64 * 1024;

/** What was sent; or the status to answer with: 413 too large, 415 no form, 400 broken off. */
export type Form = { readonly fields: URLSearchParams } | { readonly refused: 400 | 413 | 415 };

const formType = /^application\/x-www-form-urlencoded\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/** Reads the body of `request`. How long that may take is the server’s time limit for requests. */
export async function readForm(request: IncomingMessage): Promise<Form> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity' || !formType.test(request.headers['content-type'] ?? '')) return { refused: 415 };
  if (Number(request.headers['content-length'] ?? 0) > largestForm) return { refused: 413 };
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of request.iterator({ destroyOnReturn: false })) {
      size += part.length;
      if (size > largestForm) return { refused: 413 };
      parts.push(part);
    }
  } catch {
    return { refused: 400 };
  }
  return { fields: new URLSearchParams(Buffer.concat(parts).toString('utf8')) };
}
