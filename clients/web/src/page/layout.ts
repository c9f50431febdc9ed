/** What every page has around what it says. */
import { iconFile, styleSheet } from './assets.js';
import { type Html, html, type Insert } from './html.js';
import { languageNames, languages, type Words } from './words.js';

/** One page. */
export interface Page {
  readonly words: Words;
  /** Of the browser’s tab. Names nobody: tabs are seen by whoever walks past. */
  readonly title: string;
  readonly main: Html;
  /** The address of this page without its query, for the language switch; undefined: what was sent cannot be had again. */
  readonly path?: string | undefined;
}

const glass = html`<svg viewBox="0 0 32 32" aria-hidden="true" focusable="false"><path class="milk" d="M7.500 10h17l-.9 8h-15.200z"/><path
 class="coffee" d="M8.400 18h15.200l-1 8.500q-.2 2-2.200 2h-8.800q-2 0-2.200-2z"/><path class="glass" d="M6.500 5h19l-2.600
 21.500q-.2 2-2.200 2h-9.400q-2 0-2.200-2z"/></svg>`;

function languageSwitch({ words, path }: Page): Insert {
  if (path === undefined) return undefined;
  const entries = languages.map((language) => {
    const name = languageNames[language];
    return language === words.language
      ? html`<li><span aria-current="true">${name}</span></li>`
      : html`<li><a href="${path}?lang=${language}" hreflang="${language}" lang="${language}">${name}</a></li>`;
  });
  return html`<nav aria-label="${words.say('language')}"><ul class="languages" role="list">${entries}</ul></nav>`;
}

/** The whole document. */
export function render(page: Page): string {
  const { words } = page;
  return html`<!doctype html>
<html lang="${words.language}">
<head>
<meta charset="utf-8">
<title>${page.title} · Cortado</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" media="(prefers-color-scheme: light)" content="#f5efe6">
<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#15100c">
<meta name="robots" content="noindex, nofollow">
<meta name="format-detection" content="telephone=no">
<link rel="stylesheet" href="${styleSheet.path}">
<link rel="icon" type="image/svg+xml" href="${iconFile.path}">
</head>
<body>
<a class="skip" href="#content">${words.say('skip')}</a>
<header>
<span class="brand">${glass}Cortado</span>
${languageSwitch(page)}
</header>
<main id="content" tabindex="-1">
${page.main}
</main>
<footer>
<p>${words.say('footer')}</p>
<p>${words.say('tagline')}</p>
</footer>
</body>
</html>
`.markup;
}
