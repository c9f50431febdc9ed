import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codes, parametersOf, say } from '@cortado/api';
import { root } from '@cortado/testing';
import { describe, expect, test } from 'vitest';
import { html, isolate } from './html.js';
import { dayAfter, instantOf, knownZone, placeOf, sayClock, sayNearDay, sayOffset, startOfDay } from './times.js';
import { languages, preferredLanguage, speak } from './words.js';

describe('markup', () => {
  test('escapes whatever is put in, and nothing twice', () => {
    const inner = html`<b>${'<&>"\'`'}</b>`;
    expect(html`<p title="${'"'}">${inner}${['x<', inner]}${undefined}${false}${0}</p>`.markup).toBe(
      '<p title="&quot;"><b>&lt;&amp;&gt;&quot;&#39;&#96;</b>x&lt;<b>&lt;&amp;&gt;&quot;&#39;&#96;</b>0</p>',
    );
  });

  test('holds no character that HTML forbids', () => {
    expect(html`${'a\0b\x1b\x85\ufffe\ud800c\t\n'}`.markup).toBe('a\ufffdb\ufffd\ufffd\ufffd\ufffdc\t\n');
  });

  test('keeps words from right to left to themselves, and leaves others as they are', () => {
    expect([isolate('Ada Bergström'), isolate('عادل'), isolate('x\u202ey')]).toEqual([
      'Ada Bergström',
      '\u2068عادل\u2069',
      '\u2068x\u202ey\u2069',
    ]);
  });
});

describe('times', () => {
  test.each([
    ['2026-10-27', '15:00', 'Europe/Berlin', '2026-10-27T14:00:00Z'],
    ['2026-07-01', '00:30', 'Asia/Kolkata', '2026-06-30T19:00:00Z'],
    ['2026-01-01', '09:00', 'Pacific/Kiritimati', '2025-12-31T19:00:00Z'],
    ['2026-01-01', '09:00', 'Pacific/Pago_Pago', '2026-01-01T20:00:00Z'],
    ['2026-03-29', '03:00', 'Europe/Berlin', '2026-03-29T01:00:00Z'],
    ['2026-10-25', '02:30', 'Europe/Berlin', '2026-10-25T00:30:00Z'],
    ['2028-02-29', '12:00', 'UTC', '2028-02-29T12:00:00Z'],
  ])('%s %s in %s is %s', (day, clock, zone, instant) => {
    expect(instantOf(day, clock, zone)).toEqual(new Date(instant));
  });

  test.each([
    ['2026-03-29', '02:30', 'Europe/Berlin'],
    ['2026-02-29', '12:00', 'UTC'],
    ['2026-13-01', '12:00', 'UTC'],
    ['2026-01-01', '24:00', 'UTC'],
    ['1.2.2026', '12:00', 'UTC'],
    ['', '', 'UTC'],
  ])('%s %s in %s is no time', (day, clock, zone) => {
    expect(instantOf(day, clock, zone)).toBeUndefined();
  });

  test('read back as what was meant, all year, everywhere', () => {
    for (const zone of Intl.supportedValuesOf('timeZone').filter((_, index) => index % 7 === 0)) {
      for (let hour = 0; hour < 24 * 365; hour += 37) {
        const instant = new Date(Date.UTC(2026, 0, 1, hour));
        const day = dayAfter(instant, zone, 0);
        const found = instantOf(day, sayClock(instant, zone), zone);
        // An hour that comes twice is the first one.
        const isSame = found?.getTime() === instant.getTime();
        const isFirst = found !== undefined && found < instant && sayClock(found, zone) === sayClock(instant, zone);
        expect([zone, day, isSame || isFirst]).toEqual([zone, day, true]);
      }
    }
  });

  test('a day begins where midnight is left out, too', () => {
    expect(startOfDay('2026-09-06', 'America/Santiago')).toEqual(new Date('2026-09-06T04:00:00Z'));
    expect(startOfDay('2026-09-07', 'America/Santiago')).toEqual(new Date('2026-09-07T03:00:00Z'));
  });

  test('are said as people say them', () => {
    const instant = new Date('2026-12-01T23:05:00Z');
    expect([sayNearDay(instant, 'Europe/Berlin', 'de'), sayClock(instant, 'Europe/Berlin')]).toEqual([
      'Mittwoch, 2. Dezember',
      '00:05',
    ]);
    expect([sayOffset(instant, 'America/St_Johns'), sayOffset(instant, 'UTC')]).toEqual(['UTC-03:30', 'UTC+00:00']);
    expect([placeOf('America/Argentina/Buenos_Aires'), knownZone('Mars/Olympus'), knownZone('')]).toEqual([
      'Buenos Aires',
      'UTC',
      'UTC',
    ]);
  });
});

describe('words', () => {
  // What the pages say, and in which code: found in their own text.
  const source = readdirSync(join(root, 'clients/web/src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(root, 'clients/web/src', file), 'utf8'))
    .join('\n');

  test('that the pages say by name are all in the catalogue', () => {
    const said = [...source.matchAll(/\bsay\(\s*'([a-z_]+)'/g)].map(([, code]) => `web.${code}`);
    expect(said.length).toBeGreaterThan(40);
    expect(said.filter((code) => !codes().includes(code))).toEqual([]);
  });

  test('of the catalogue are all said somewhere', () => {
    const families =
      /^web\.(send|confirm|effect|wrong|used|try|expired|unknown|booked|matched|asked|later|declined|nothing|busy|refused|ask|decline|join|not_now|skip|take_part)_/;
    const unsaid = codes().filter((code) => code.startsWith('web.') && !families.test(code));
    expect(unsaid.filter((code) => !source.includes(`'${code.slice(4)}'`))).toEqual([]);
  });

  test('say the same in every language, with what is filled in', () => {
    for (const code of codes().filter((one) => one.startsWith('web.'))) {
      const names = languages.map((language) => parametersOf(code, language).sort());
      expect([code, names[0]]).toEqual([code, names[1]]);
      for (const language of languages) {
        const parameters = Object.fromEntries(parametersOf(code, language).map((name) => [name, `<${name}>`]));
        const text = say(code, language, parameters);
        for (const value of Object.values(parameters)) expect(text).toContain(value);
      }
    }
  });

  test('are in the language that is wished for most', () => {
    const wishes = ['de', 'en-US,de', 'fr;q=1, de;q=0.1', 'x'.repeat(10_000), '', undefined];
    expect(wishes.map(preferredLanguage)).toEqual(['de', 'en', 'de', 'en', 'en', 'en']);
    expect(speak('de').say('continue')).toBe('Weiter');
  });
});
