import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, startCortado, type TestCortado, waitFor } from '@cortado/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Notification } from './gen/cortado/scheduling/v1/notification_pb.js';
import {
  type Client,
  codes,
  formatTimeSpan,
  joinList,
  type Language,
  languageOf,
  parametersOf,
  say,
  timestampDate,
} from './index.js';

/** A sentence of a server's, and the same rendered here. */
interface Told {
  code: string;
  said: string;
  again: string;
}

const languages = ['en', 'de'] as const;

describe('every sentence, in both languages', () => {
  test.each(codes())('%s takes the same parameters and leaves nothing open', (code) => {
    const names = parametersOf(code, 'en').sort();
    expect(parametersOf(code, 'de').sort()).toEqual(names);
    const fillings = [undefined, '', '0', '1', '2', '1200', 'Ada'];
    for (const language of languages) {
      for (const filling of fillings) {
        const text = say(code, language, Object.fromEntries(names.map((name) => [name, filling])));
        expect(text).not.toMatch(/[{}#]|undefined/);
        expect(text).not.toBe(code);
        expect(text).not.toBe('');
      }
    }
  });
});

// What common/text/catalog_test.cc says of Render, word for word.
describe('a sentence is rendered as the services do', () => {
  test('it counts in both languages', () => {
    expect(say('suggest.more_would_fit', 'en', { count: '1' })).toMatch(/^1 /);
    expect(say('suggest.more_would_fit', 'en', { count: 1200 })).toContain('1,200');
    expect(say('suggest.more_would_fit', 'de', { count: '0' })).toBe('Sonst würde niemand passen.');
    expect(say('suggest.more_would_fit', 'de', { count: '1200' })).toContain('1.200');
  });

  test('it leaves out what is not given', () => {
    expect(say('reason.journey', 'en', { past: 'Tester' })).toBe('Was once where you are now (Tester).');
    expect(say('reason.journey', 'en', { past: 'Tester', present: '' })).toBe('Was once where you are now (Tester).');
    expect(say('reason.journey', 'de', { past: 'Test', present: 'Leitung' })).toMatch(/und ist heute Leitung/);
  });

  test('it writes parameters as they are even when they look like patterns', () => {
    const name = "{0} '{x}' # <b>ÄÖ</b> 007";
    expect(say('chat.title', 'en', { name })).toBe(`Coffee chat with ${name}`);
  });

  test('it gives an unknown code back', () => {
    for (const code of ['no.such_code', 'constructor', '__proto__', '']) expect(say(code, 'de')).toBe(code);
  });

  test('it survives a number that is none, and parameters it does not know', () => {
    expect(say('suggest.more_would_fit', 'en', { count: 'many', x: 'y' })).toBe('Nobody else would fit.');
  });

  test('it joins lists as the language does', () => {
    expect([[], ['Go'], ['Go', 'Rust', 'SQL']].map((items) => joinList(items, 'en'))).toEqual([
      '',
      'Go',
      'Go, Rust and SQL',
    ]);
    expect(joinList(['Go', 'Rust', 'SQL'], 'de')).toBe('Go, Rust und SQL');
  });

  test('it speaks German to any German, and English to everybody else', () => {
    expect(['de', 'de-AT', 'DE', 'en', 'fr', '', undefined, 'den'].map(languageOf)).toEqual([
      'de',
      'de',
      'de',
      'en',
      'en',
      'en',
      'en',
      'en',
    ]);
  });
});

test('every sentence of docs/errors.md, which C++ rendered, is rendered to the same', () => {
  const lines = readFileSync(join(root, 'docs/errors.md'), 'utf8').split('\n');
  const rows = lines.map((line) => line.match(/^\| ([A-Z_]+) \|.*\| (.*) \|$/)).filter((row) => row !== null);
  expect(rows.length).toBeGreaterThan(40);
  for (const [, reason = '', sentence = ''] of rows) {
    const code = `error.${reason.toLowerCase()}`;
    // A number is shown as 3, everything else as its name.
    const render = (value: (name: string) => string) =>
      say(code, 'en', Object.fromEntries(parametersOf(code, 'en').map((name) => [name, value(name)])));
    expect([render((name) => `{${name}}`), render(() => '3'), sentence]).toContain(sentence);
    if (!sentence.includes('3')) expect(render((name) => `{${name}}`)).toBe(sentence);
  }
});

describe('what a real server says', () => {
  let site: TestCortado;
  let people: string[];
  beforeAll(async () => {
    site = await startCortado();
    people = (await site.seed('house')).people;
    await site.advance('1m'); // Whoever is to be told of something has been, then.
  });
  afterAll(() => site.stop());

  // A notification's text comes without its parameters, which are other people's data: they are looked up.
  async function tellAgain(client: Client, zone: string, { text, other, subject }: Notification): Promise<Told> {
    const code = text?.code ?? '';
    const parameters: Record<string, string> = { name: other?.displayName ?? '' };
    if (parametersOf(code, 'en').includes('when')) {
      const { startTime, endTime } = await client.scheduling.getChat({ name: subject });
      if (startTime === undefined || endTime === undefined) throw new Error(`${subject} has no time`);
      parameters['when'] = formatTimeSpan(timestampDate(startTime), timestampDate(endTime), zone, client.language);
    }
    const said = text?.text ?? '';
    // Of a chat that is over the sentence tells no time.
    const bare = say(code, client.language, { ...parameters, when: '' });
    return { code, said, again: bare === said ? bare : say(code, client.language, parameters) };
  }

  async function suggested(client: Client, person: string): Promise<Told[]> {
    const { note, suggestions } = await client.matching.suggestRoleModels({ person, pageSize: 100 });
    const reasons = suggestions.flatMap(({ reason, parts }) => [reason, ...parts.map((part) => part.reason)]);
    const texts = [note, ...reasons].filter((text) => text !== undefined);
    return texts.map(({ code, parameters, text }) => ({
      code,
      said: text,
      again: say(code, client.language, parameters),
    }));
  }

  // All that everybody is told in this language.
  async function heard(language: Language): Promise<Told[]> {
    const all: Told[] = [];
    for (const person of people) {
      const client = await site.as(person.replace('people/', ''), { language });
      const self = await client.profile.getPerson({ name: person }).catch(() => undefined);
      if (self?.active !== true) continue; // Who has left is told nothing.
      const { notifications } = await client.notifications.listNotifications({ parent: person });
      all.push(...(await Promise.all(notifications.map((one) => tellAgain(client, self.timeZone, one)))));
      all.push(...(await suggested(client, person)));
    }
    return all;
  }

  test.each<Language>(['en', 'de'])(
    'is rendered here from its code and parameters to the same text (%s)',
    async (language) => {
      const seen = new Set<string>();
      // Notifications follow what happened, at their own pace.
      await waitFor(
        async () => {
          for (const { code, said, again } of await heard(language)) {
            expect(again).toBe(said);
            seen.add(code);
          }
          return seen.size > 12;
        },
        { what: 'more than 12 different sentences' },
      );
    },
  );
});
