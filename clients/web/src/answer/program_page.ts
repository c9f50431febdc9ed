/** The page of a programme: what it is, and what one may say to it, as often as one likes. */
import { type Program, ProgramKind } from '@cortado/api/gen/cortado/matching/v1/program_pb.js';
import { type Html, html } from '../page/html.js';
import type { Page } from '../page/layout.js';
import { noticePage } from '../page/notice.js';
import type { Behind } from './asked.js';
import type { Statement } from './confirm_page.js';
import { close, cup } from './done_page.js';
import { choiceForm } from './forms.js';

/** What one may say to a programme. */
export type ProgramAnswer = 'join' | 'not_now' | 'skip' | 'take_part';

const answers: readonly ProgramAnswer[] = ['join', 'not_now', 'skip', 'take_part'];

/** The answer that a form is about. */
export function readAnswer(form: URLSearchParams): ProgramAnswer | undefined {
  return answers.find((answer) => answer === form.get('answer'));
}

function formFor(at: Behind, proof: string, answer: ProgramAnswer): Html {
  const isSecond = answer !== 'join';
  const button = html`<button${isSecond && html` class="second"`}>${at.words.say('continue')}</button>`;
  return choiceForm(at, proof, answer, html`<div class="actions">${button}</div>`);
}

function drawer(at: Behind, proof: string, answer: ProgramAnswer): Html {
  return html`<details name="answer">
<summary>${at.words.say(`${answer}_heading`)}</summary>
<div class="inside">
<p class="quiet">${at.words.say(`${answer}_hint`)}</p>
${formFor(at, proof, answer)}
</div>
</details>`;
}

// What each kind is, in a sentence; none for one that is newer than this page.
const kinds: Partial<Record<ProgramKind, string>> = {
  [ProgramKind.COHORT]: 'kind_cohort',
  [ProgramKind.EVERGREEN]: 'kind_evergreen',
  [ProgramKind.COFFEE]: 'kind_coffee',
  [ProgramKind.REVERSE]: 'kind_reverse',
  [ProgramKind.CIRCLES]: 'kind_circles',
};

/** The page with the answers. `problem`: what is said above them. */
export function programPage(at: Behind, program: Program, proof: string, problem?: string): Page {
  const { words } = at;
  const description = program.description.trim();
  const kind = kinds[program.kind];
  const main = html`<h1><bdi>${program.displayName}</bdi></h1>
<p class="lead">${words.say('program_lead')}</p>
${problem !== undefined && html`<p class="notice" role="alert">${problem}</p>`}
<section class="card" aria-label="${words.say('program_about')}">
${kind !== undefined && html`<p>${words.say(kind)}</p>`}
${description !== '' && html`<div class="said"><p dir="auto">${description}</p></div>`}
</section>
<div class="answers">
<h2>${words.say('answer_heading')}</h2>
<section class="card" aria-labelledby="join">
<h3 id="join">${words.say('join_heading')}</h3>
<p class="quiet">${words.say('join_hint')}</p>
${formFor(at, proof, 'join')}
</section>
<h2 class="or">${words.say('others_heading')}</h2>
<div class="others">
${drawer(at, proof, 'not_now')}
${drawer(at, proof, 'skip')}
${drawer(at, proof, 'take_part')}
</div>
</div>`;
  return { words, title: words.say('program_tab'), main, path: at.path };
}

/** What one is about to say. */
export function programStatement({ words }: Behind, { displayName }: Program, answer: ProgramAnswer): Statement {
  return {
    title: words.say(`confirm_${answer}`, { title: displayName }),
    effects: [words.say(`${answer}_hint`), words.say('program_again')],
    fields: { answer },
    button: words.say(`${answer}_heading`),
  };
}

/** What came of it. */
export function programDonePage(at: Behind, { displayName }: Program, answer: ProgramAnswer): Page {
  const { words, path } = at;
  const change = html`<div class="actions"><a class="button second" href="${path}?lang=${words.language}">${words.say('back')}</a></div>`;
  return noticePage(words, {
    title: words.say(`${answer}_done`, { title: displayName }),
    lead: words.say(`${answer}_lead`),
    mark: cup,
    rest: html`${close(at)}${change}`,
  });
}

/** The page of an archived programme. */
export function programOverPage({ words, path }: Behind, { displayName }: Program): Page {
  const title = words.say('program_over', { title: displayName });
  return noticePage(words, { title, lead: words.say('used_closed'), path });
}
