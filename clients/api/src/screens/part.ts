import { type CortadoError, toCortadoError } from '../errors.js';
import type { Language } from '../say.js';

/** One part of a screen: what it shows, or why it cannot. */
export type Part<T> = { ok: true; value: T } | { ok: false; error: CortadoError };

/** Waits for a part; never rejects. */
export async function partOf<T>(value: Promise<T>, language: Language): Promise<Part<T>> {
  try {
    return { ok: true, value: await value };
  } catch (thrown) {
    return { ok: false, error: toCortadoError(thrown, language) };
  }
}

/** What a part shows, or something else where it cannot. */
export function valueOr<T, Other>(part: Part<T>, other: Other): T | Other {
  return part.ok ? part.value : other;
}
