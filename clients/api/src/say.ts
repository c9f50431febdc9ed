import { IntlMessageFormat } from 'intl-messageformat';
import { catalog } from './gen/catalog.js';

/** A language that sentences exist in. */
export type Language = 'en' | 'de';

/** What is filled into a sentence. Absent and empty are the same. */
export type Parameters = Readonly<Record<string, string | number | undefined>>;

interface Sentence {
  format: IntlMessageFormat;
  /** The arguments it takes, and whether each needs a number. */
  takes: Map<string, boolean>;
}

type Part = ReturnType<IntlMessageFormat['getAst']>[number];

// The kinds of parts of the parser's syntax tree, whose enum is not exported to us.
const kind = { argument: 1, number: 2, date: 3, time: 4, select: 5, plural: 6 } as const;

// English is British: the week begins on Monday and the day has 24 hours.
const locales = { en: 'en-GB', de: 'de-DE' } as const;

const compiled = new Map<string, Sentence>();

function findArguments(parts: readonly Part[], takes: Map<string, boolean>): Map<string, boolean> {
  for (const part of parts) {
    if (part.type < kind.argument || part.type > kind.plural || !('value' in part)) continue;
    const isText = part.type === kind.argument || part.type === kind.select;
    takes.set(part.value, takes.get(part.value) === true || !isText);
    if (!('options' in part) || part.options === undefined) continue;
    for (const option of Object.values(part.options)) findArguments(option.value, takes);
  }
  return takes;
}

function findSentence(code: string, language: Language): Sentence | undefined {
  const key = `${language} ${code}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  // Own entries only: `constructor` is no code.
  const entry = Object.hasOwn(catalog, code) ? catalog[code] : undefined;
  if (entry === undefined) return undefined;
  // What looks like a tag is text.
  const format = new IntlMessageFormat(entry[language], locales[language], undefined, { ignoreTag: true });
  const sentence = { format, takes: findArguments(format.getAst(), new Map()) };
  compiled.set(key, sentence);
  return sentence;
}

function textOf(parameters: Parameters, name: string): string {
  const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  return value === undefined ? '' : String(value);
}

function argumentOf(name: string, needsNumber: boolean, parameters: Parameters): string | number {
  if (name.startsWith('has_')) return textOf(parameters, name.slice(4)) === '' ? 'no' : 'yes';
  const value = textOf(parameters, name);
  if (!needsNumber) return value;
  return /^\s*[+-]?[0-9]+\s*$/.test(value) ? Number(value) : 0;
}

/** The best of the languages that sentences exist in for a BCP 47 tag such as `de-AT`: German for any German, else English. */
export function languageOf(tag: string | undefined): Language {
  return /^de($|[-_])/i.test(tag ?? '') ? 'de' : 'en';
}

/**
 * The sentence `code` of common/text/catalog in `language`, by the rules of common/text/catalog.h: whole numbers may be
 * text, a parameter that is absent or empty is left out, `has_NAME` says whether NAME is there, one that the sentence does
 * not know is ignored. An unknown code gives the code itself: a person sees a dull word instead of a failed screen.
 */
export function say(code: string, language: Language, parameters: Parameters = {}): string {
  const sentence = findSentence(code, language);
  if (sentence === undefined) return code;
  const values: Record<string, string | number> = {};
  for (const [name, needsNumber] of sentence.takes) values[name] = argumentOf(name, needsNumber, parameters);
  return String(sentence.format.format(values));
}

/** Every code that `say` knows, for tests. */
export function codes(): string[] {
  return Object.keys(catalog);
}

/** The names of the parameters that a sentence takes, `has_NAME` among them; none for an unknown code. */
export function parametersOf(code: string, language: Language): string[] {
  return [...(findSentence(code, language)?.takes.keys() ?? [])];
}

/** The items as one phrase: "Go, Rust and SQL", "Go, Rust und SQL". */
export function joinList(items: readonly string[], language: Language): string {
  return new Intl.ListFormat(locales[language]).format(items);
}
