/** The forms that choose an answer; what they choose is confirmed on the next page. */
import { type Html, html } from '../page/html.js';
import type { Behind } from './asked.js';

/** A form for the answer `kind`, with what there is to fill in and to press. `proof`: of csrf.ts. */
export function choiceForm({ words, path }: Behind, proof: string, kind: string, inside: Html): Html {
  return html`<form method="post" action="${path}/confirm">
<input type="hidden" name="answer" value="${kind}">
<input type="hidden" name="lang" value="${words.language}">
<input type="hidden" name="csrf" value="${proof}">
${inside}
</form>`;
}
