/** The sentences of the catalogue in one language. They are plain text: `html` escapes them like everything else. */
import { type Language, say } from '@cortado/api';
import { isolate } from './html.js';

export type { Language };

/** The languages that the catalogue is complete in. */
export const languages: readonly Language[] = ['en', 'de'];

/** What each language calls itself. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', de: 'Deutsch' };

/** What speaks one language. */
export interface Words {
  readonly language: Language;
  /** The sentence of the entry `web.CODE`. */
  say(code: string, parameters?: Readonly<Record<string, string>>): string;
}

/** What speaks `language`. */
export function speak(language: Language): Words {
  const isolated = (parameters: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, isolate(value)]));
  return { language, say: (code, parameters = {}) => say(`web.${code}`, language, isolated(parameters)) };
}

/** The language named by `word`, as a form or an address holds it. */
export function readLanguage(word: string | undefined): Language | undefined {
  return languages.find((language) => language === word);
}

/** The first of our languages by the weights of an Accept-Language header (RFC 9110, 12.5.4); English if it has none. */
export function preferredLanguage(header: string | undefined): Language {
  const wishes = (header ?? '').slice(0, 500).split(',').map(readWish);
  const known = wishes.filter((wish) => wish.language !== undefined && wish.weight > 0);
  known.sort((one, other) => other.weight - one.weight);
  return known[0]?.language ?? 'en';
}

function readWish(wish: string): { language: Language | undefined; weight: number } {
  const [tag = '', ...parameters] = wish.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
  const primary = tag.split('-')[0];
  return { language: readLanguage(primary), weight: /^[01](\.\d{0,3})?$/.test(weight) ? Number(weight) : 0 };
}
