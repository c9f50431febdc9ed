import { type Language, type Parameters, say } from '@cortado/api';

/** The language somebody reads, and the sentences in it. */
export interface Words {
  readonly language: Language;
  /** The sentence of common/text/catalog with this code. */
  say(code: string, parameters?: Parameters): string;
}

const made: Record<Language, Words> = {
  en: { language: 'en', say: (code, parameters) => say(code, 'en', parameters) },
  de: { language: 'de', say: (code, parameters) => say(code, 'de', parameters) },
};

/** The sentences in `language`. */
export function wordsIn(language: Language): Words {
  return made[language];
}
