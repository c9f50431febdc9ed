// Words of people on their way to Slack: nothing in them may name, ping, link or dress, and all of it fits.

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

// Characters that turn the direction of what follows, or that nobody sees: a name must not reorder the sentence around it.
// The zero-width joiner stays: it holds emoji and some scripts together.
const unseen = /(?!\n)[\p{Cc}\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]/gu;
const nothingToSee = /^(?:[\s\p{C}\p{Z}]|\uFE0F)*$/u;

/** `text` within `most` UTF-16 units, cut between graphemes with "…" where it is longer. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  let kept = '';
  for (const { segment } of graphemes.segment(text.slice(0, most + 64))) {
    if (kept.length + segment.length > most - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/** `text` as it may stand in a plain_text of `most` units: without what nobody sees, and never empty. */
export function shown(text: string, most: number): string {
  const clean = text
    .replace(/\r\n?/g, '\n')
    .replace(unseen, '')
    .replace(/\p{Cs}/gu, '\uFFFD');
  return nothingToSee.test(clean) ? '–' : cut(clean, most);
}

// U+FEFF after a sign of mark-up keeps it from opening anything, and is not seen.
const signs = /[*_~`]/g;

/**
 * `text` as it may stand where Slack reads mark-up (the `text` of a message, which notifications show): & < > escaped, and
 * no sign of mark-up works. At most `most` units.
 */
export function harmless(text: string, most = 3000): string {
  let kept = '';
  for (const { segment } of graphemes.segment(shown(text, most))) {
    const safe = segment
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(signs, (sign) => `${sign}\uFEFF`);
    if (kept.length + safe.length > most) break;
    kept += safe;
  }
  return kept;
}
