/** A code block of a Markdown document. */
export interface Block {
  /** Its lines, without the indentation or fence that makes it a block. */
  text: string;
  /** What a fence says it is, as `json`; empty for an indented block and a fence that says nothing. */
  language: string;
  /** The line it begins on, from 1. */
  line: number;
}

const fence = /^(```+|~~~+)\s*(\S*)\s*$/;

function trimEnd(lines: string[]): string {
  return lines.join('\n').trimEnd();
}

// From the line after the opening fence; returns the lines up to the closing one.
function fenced(lines: readonly string[], from: number, mark: string): string[] {
  const end = lines.findIndex((line, index) => index >= from && line.trim() === mark);
  return lines.slice(from, end === -1 ? lines.length : end);
}

// An indented block goes on over blank lines, and begins after one (CommonMark 4.4).
function indented(lines: readonly string[], from: number): string[] {
  let end = from;
  while (end < lines.length && (/^ {4}/.test(lines[end] ?? '') || (lines[end] ?? '').trim() === '')) ++end;
  return lines.slice(from, end);
}

/** The code blocks of a document, in order. Blocks inside lists are not looked for. */
export function codeBlocks(markdown: string): Block[] {
  const lines = markdown.split('\n');
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; ++at) {
    const line = lines[at] ?? '';
    const [, mark, language = ''] = fence.exec(line) ?? [];
    if (mark !== undefined) {
      const inside = fenced(lines, at + 1, mark);
      blocks.push({ text: trimEnd(inside), language, line: at + 1 });
      at += inside.length + 1;
    } else if (/^ {4}\S|^ {4} /.test(line) && line.trim() !== '' && (lines[at - 1] ?? '').trim() === '') {
      const inside = indented(lines, at);
      blocks.push({ text: trimEnd(inside.map((one) => one.slice(4))), language: '', line: at + 1 });
      at += inside.length - 1;
    }
  }
  return blocks;
}
