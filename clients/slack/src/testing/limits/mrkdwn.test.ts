import { describe, expect, test } from 'vitest';
import { dressedWords, mrkdwnIn, problemsOf, readable } from './mrkdwn.js';

const allowed = { user: (id: string) => id === 'U1', link: (url: string) => url.startsWith('https://cortado.example') };

describe('Mark-up in a text', () => {
  test.each([
    'Ask Ann &amp; Bo &lt;3',
    'See <https://cortado.example/a|your chats>',
    '<@U1> says yes',
    '<!date^1700000000^{date}|today>',
  ])('that only speaks is no problem: %s', (text) => expect(problemsOf(text, allowed)).toEqual([]));

  test.each([
    ['<!channel>', 'pings !channel'],
    ['<!here|here>', 'pings !here'],
    ['<!subteam^S1>', 'pings !subteam^S1'],
    ['<@U2>', 'names an unknown user @U2'],
    ['<#C1>', 'names a channel #C1'],
    ['<https://evil.example|your chats>', 'links to https://evil.example'],
    ['<script>', 'is no mark-up: <script>'],
    ['Ann & Bo', 'has & unescaped'],
    ['I <3 tea', 'has < unescaped'],
    ['a > b', 'has > unescaped'],
  ])('that does more is found: %s', (text, problem) => expect(problemsOf(text, allowed)).toEqual([problem]));

  test('is looked for wherever Slack reads it, and not in plain text', () => {
    const payload = {
      text: 'one',
      blocks: [
        {
          type: 'section',
          text: { type: 'mrkdwn', text: 'two' },
          accessory: { type: 'button', text: { type: 'plain_text', text: 'no' } },
        },
        { type: 'context', elements: [{ type: 'mrkdwn', text: 'three' }] },
      ],
    };
    expect(mrkdwnIn(payload).map(({ text }) => text)).toEqual(['one', 'two', 'three']);
  });

  test('is read by people without its signs', () => {
    expect(readable('*Bold* and _so_ ~on~ `here` <https://a.example|label> &lt;3')).toBe(
      'Bold and so on here label <3',
    );
    expect(readable('2*3*4 snake_case_name')).toBe('2*3*4 snake_case_name');
  });

  test('that changes a word somebody said is found', () => {
    expect(dressedWords({ text: 'Hello *Ann*' }, ['Ann'])).toEqual([]);
    expect(dressedWords({ text: 'Hello *Ann*' }, ['*Ann*'])).toEqual(['*Ann*']);
    expect(dressedWords({ text: 'Hello \u2060*\u2060Ann\u2060*' }, ['*Ann*'])).toEqual([]);
    expect(dressedWords({ text: 'a &lt;b&gt;' }, ['<b>'])).toEqual([]);
  });
});
