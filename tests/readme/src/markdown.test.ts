import { expect, test } from 'vitest';
import { codeBlocks } from './markdown.js';

test('indented and fenced blocks are found, and nothing else', () => {
  const text = [
    'Text',
    '    not code: the paragraph goes on',
    '',
    '    a=1',
    '',
    '      b',
    '',
    'Text',
    '',
    '```json',
    '{}',
    '```',
    '- item',
    '',
  ];
  expect(codeBlocks(text.join('\n'))).toEqual([
    { text: 'a=1\n\n  b', language: '', line: 4 },
    { text: '{}', language: 'json', line: 10 },
  ]);
});
