// Lines of a terminal: colours where there is one, and words wrapped to a width.

/** How a piece of text looks. */
export type Ink = 'plain' | 'bold' | 'dim' | 'act' | 'button' | 'bad';

/** Colours a text, or leaves it as it is. */
export type Paint = (ink: Ink, text: string) => string;

const codes: Readonly<Record<Ink, string>> = { plain: '', bold: '1', dim: '2', act: '36', button: '7', bad: '31' };

/** Paints with ANSI colours where `colour` is true. */
export function painter(colour: boolean): Paint {
  return (ink, text) => (colour && codes[ink] !== '' ? `\u001b[${codes[ink]}m${text}\u001b[0m` : text);
}

/** A line before it is painted. */
export interface Line {
  ink: Ink;
  text: string;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** How many columns a text takes, each grapheme counted as one and wide ones as two. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) {
    columns += /\p{Extended_Pictographic}|[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFF00-\uFF60]/u.test(
      segment,
    )
      ? 2
      : 1;
  }
  return columns;
}

// What a terminal would obey instead of show.
const control = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu;

/**
 * `text` in lines of at most `width` columns, broken at spaces, without what would steer a terminal; a word that is
 * longer stays whole.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n').map((line) => line.replace(control, ''))) {
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && columnsOf(line) + 1 + columnsOf(word) > width) {
        lines.push(line);
        line = word;
      } else line = line === '' ? word : `${line} ${word}`;
    }
    lines.push(line);
  }
  return lines;
}
