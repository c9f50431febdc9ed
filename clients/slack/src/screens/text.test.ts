import { describe, expect, it } from 'vitest';
import { cut, harmless, shown } from './text.js';

describe('cut', () => {
  it('leaves what fits', () => {
    expect(cut('Ada', 3)).toBe('Ada');
  });

  it('cuts between graphemes and says so', () => {
    const family = '👨‍👩‍👧‍👦';
    expect(cut(family.repeat(3), family.length * 2 + 1)).toBe(`${family.repeat(2)}…`);
    expect(cut('né'.normalize('NFD').repeat(4), 5)).toBe(`${'né'.normalize('NFD')}n…`.slice(0, 5));
  });

  it('never gives more than was asked for', () => {
    for (const text of ['a'.repeat(99), '👩🏽‍🚀'.repeat(20), 'ǵ̈́'.repeat(30)]) {
      for (let most = 1; most < 40; ++most) expect(cut(text, most).length).toBeLessThanOrEqual(most);
    }
  });
});

describe('what is shown', () => {
  it('is never nothing', () => {
    for (const text of ['', ' ', '\u200B', '\u202E\n', '\u200D']) expect(shown(text, 75)).toBe('–');
  });

  it('has no characters that turn the text around them, or that nobody sees', () => {
    expect(shown('Ada\u202Egnp.exe\u0000', 75)).toBe('Adagnp.exe');
  });

  it('keeps lines and emoji whole', () => {
    expect(shown('a\r\nb\rc\n👩‍🚀', 75)).toBe('a\nb\nc\n👩‍🚀');
  });

  it('has no half of a character', () => {
    expect(shown('a\uD83D', 75)).toBe('a\uFFFD');
  });
});

describe('what stands where Slack reads mark-up', () => {
  it('names nobody and links nowhere', () => {
    expect(harmless('<!channel> <@U1> <https://x|y> & more')).toBe(
      '&lt;!channel&gt; &lt;@U1&gt; &lt;https://x|y&gt; &amp; more',
    );
  });

  it('is not dressed', () => {
    expect(harmless('*bold* _it_')).toBe('*\uFEFFbold*\uFEFF _\uFEFFit_\uFEFF');
  });

  it('is not cut within what was escaped', () => {
    for (let most = 1; most < 30; ++most) {
      const text = harmless('&'.repeat(50), most);
      expect(text.replace(/&amp;|–|…/g, '')).toBe('');
      expect(text.length).toBeLessThanOrEqual(most);
    }
  });
});
