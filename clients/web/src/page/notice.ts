/** Pages that only tell something: what happened, and what to do now. */
import { type Html, html, type Insert } from './html.js';
import type { Page } from './layout.js';
import type { Words } from './words.js';

/** What one tells. */
export interface Notice {
  readonly title: string;
  readonly lead: string;
  /** What one can do, as a list. */
  readonly steps?: readonly string[];
  /** Below it all, as a button. */
  readonly rest?: Insert;
  /** Above it all. */
  readonly mark?: Html;
  /** Of this page, where it can be opened again. */
  readonly path?: string | undefined;
}

/** The page that tells `notice`. */
export function noticePage(words: Words, notice: Notice): Page {
  const steps = notice.steps?.map((step) => html`<li>${step}</li>`);
  const main = html`<section class="card">
${notice.mark}<h1>${notice.title}</h1>
<p class="lead">${notice.lead}</p>
${steps !== undefined && html`<ul class="steps" role="list">${steps}</ul>`}
${notice.rest}
</section>`;
  return { words, title: notice.title, main, path: notice.path };
}
