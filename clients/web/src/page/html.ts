/** Markup that is safe to send: made by `html` alone, which escapes whatever is put in. */
export interface Html {
  readonly markup: string;
}

/** What may stand between the words of a template: nothing for undefined and false. */
export type Insert = Html | string | number | false | undefined | readonly Insert[];

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** `text` as text, in an element or in a quoted attribute. What HTML forbids even escaped is replaced. */
export function escapeText(text: string): string {
  const allowed = text.replace(/[\p{Surrogate}\p{Noncharacter_Code_Point}]|(?![\t\n\r])\p{Control}/gu, '\ufffd');
  return allowed.replace(/[&<>"'`]/g, (one) => escapes[one] ?? '');
}

function isHtml(value: Insert): value is Html {
  return typeof value === 'object' && 'markup' in value;
}

function markupOf(value: Insert): string {
  if (value === undefined || value === false) return '';
  if (typeof value === 'string' || typeof value === 'number') return escapeText(String(value));
  return isHtml(value) ? value.markup : value.map(markupOf).join('');
}

/** A template whose inserts are escaped: html`<p>${name}</p>`. */
export function html(words: TemplateStringsArray, ...inserts: readonly Insert[]): Html {
  const parts = words.map((word, index) => word + (index < inserts.length ? markupOf(inserts[index]) : ''));
  return { markup: parts.join('') };
}

const rightToLeft =
  /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Somebody’s words inside a sentence of ours, so that writing from right to left turns nothing around them. */
export function isolate(words: string): string {
  return rightToLeft.test(words) ? `\u2068${words}\u2069` : words;
}
