/** The page behind the link: who asks, and what one may answer. */
import { timestampDate } from '@cortado/api';
import { type Html, html, type Insert } from '../page/html.js';
import type { Page } from '../page/layout.js';
import { fieldDay } from '../page/times.js';
import { type Asked, openTimes, sayHere, sayShortly, sayThere, sayZone } from './asked.js';
import { daysToChoose, type Kind, longestQuestion } from './choice.js';
import { choiceForm } from './forms.js';
import { conversation, personCard } from './person.js';

/** What a form showed before, and what was wrong with it. */
export interface Draft {
  readonly fields: URLSearchParams;
  readonly kind: Kind | undefined;
  /** The entry `web.PROBLEM`, or a sentence that the services said. */
  readonly problem: string;
}

/** What forms need beside their own fields. */
export interface FormParts {
  /** The proof of csrf.ts. */
  readonly proof: string;
  readonly draft?: Draft | undefined;
}

// The services take no more questions about one request.
const mostQuestions = 5;

function problemOf(parts: FormParts, kind: Kind): Insert {
  return (
    parts.draft?.kind === kind && html`<p class="notice" id="problem-${kind}" role="alert">${parts.draft.problem}</p>`
  );
}

function told(parts: FormParts, kind: Kind, field: string): string | undefined {
  return parts.draft?.kind === kind ? (parts.draft.fields.get(field) ?? undefined) : undefined;
}

// Points a field to what is wrong with it.
function wrong(parts: FormParts, kind: Kind): Insert {
  return parts.draft?.kind === kind && html` aria-invalid="true" aria-describedby="problem-${kind}"`;
}

function answerForm(asked: Asked, parts: FormParts, kind: Kind, inside: Html): Html {
  return choiceForm(
    asked,
    parts.proof,
    kind,
    html`${problemOf(parts, kind)}
${inside}
<div class="actions"><button${kind !== 'accept' && html` class="second"`}>${asked.words.say('continue')}</button></div>`,
  );
}

function timeOption(asked: Asked, time: Date, isChecked: boolean): Html {
  const there = sayThere(asked, time);
  return html`<label class="option"><input type="radio" name="time" value="${time.getTime() / 1000}"${isChecked && html` checked`}>
<span><strong>${sayShortly(asked, time)}</strong>${there && html` <span class="quiet">${there}</span>`}</span></label>`;
}

function ownTime(asked: Asked, parts: FormParts): Html {
  const { words, here } = asked;
  const { last } = daysToChoose(here);
  return html`<label class="option"><input class="own" type="radio" name="time" value="own"${told(parts, 'accept', 'time') === 'own' && html` checked`}>
<span><strong>${words.say('accept_own')}</strong></span></label>
<div class="other">
<div class="field"><label for="day">${words.say('day')}</label><input id="day" name="day" type="date"
 min="${fieldDay(here.now, here.zone)}" max="${last}" value="${told(parts, 'accept', 'day')}"${wrong(parts, 'accept')}></div>
<div class="field"><label for="clock">${words.say('clock')}</label><input id="clock" name="clock" type="time"
 value="${told(parts, 'accept', 'clock')}"${wrong(parts, 'accept')}></div>
<p class="quiet">${words.say('accept_own_hint')}</p>
</div>`;
}

function acceptCard(asked: Asked, parts: FormParts): Html {
  const { words } = asked;
  const times = openTimes(asked);
  const chosen = told(parts, 'accept', 'time');
  const options = times.map((time, index) => {
    const value = String(time.getTime() / 1000);
    return timeOption(asked, time, chosen === undefined ? index === 0 : chosen === value);
  });
  const isLater = chosen === undefined ? times.length === 0 : chosen === 'open';
  const question = words.say(times.length > 0 ? 'accept_when' : 'accept_when_own', { zone: sayZone(asked, times[0]) });
  return html`<section class="card" aria-labelledby="accept">
<h2 id="accept">${words.say('accept_heading')}</h2>
${answerForm(
  asked,
  parts,
  'accept',
  html`<fieldset${wrong(parts, 'accept')}><legend>${question}</legend>
<div class="options">
${options}
${ownTime(asked, parts)}
<label class="option"><input type="radio" name="time" value="open"${isLater && html` checked`}>
<span><strong>${words.say('accept_later')}</strong> <span class="quiet">${words.say('accept_later_hint')}</span></span></label>
</div></fieldset>`,
)}
</section>`;
}

function drawer(asked: Asked, parts: FormParts, kind: Kind, inside: Html): Html {
  return html`<details name="answer"${parts.draft?.kind === kind && html` open`}>
<summary>${asked.words.say(`${kind}_heading`)}</summary>
<div class="inside">
<p class="quiet">${asked.words.say(`${kind}_hint`, { name: asked.name })}</p>
${answerForm(asked, parts, kind, inside)}
</div>
</details>`;
}

function askDrawer(asked: Asked, parts: FormParts): Insert {
  if (asked.request.questions.length >= mostQuestions) return undefined;
  const field = html`<div class="field"><label for="question">${asked.words.say('ask_label')}</label>
<textarea id="question" name="question" rows="4" required maxlength="${longestQuestion}" dir="auto"${wrong(parts, 'ask')}>
${told(parts, 'ask', 'question')}</textarea></div>`;
  return drawer(asked, parts, 'ask', field);
}

function laterDrawer(asked: Asked, parts: FormParts): Html {
  const { first, last } = daysToChoose(asked.here);
  const field = html`<div class="field"><label for="until">${asked.words.say('later_label')}</label>
<input id="until" name="until" type="date" required min="${first}" max="${last}" value="${told(parts, 'later', 'until')}"${wrong(parts, 'later')}></div>`;
  return drawer(asked, parts, 'later', field);
}

/** The page of a request that waits for an answer. */
export function requestPage(asked: Asked, parts: FormParts): Page {
  const { words, name, request } = asked;
  const until = request.expireTime && sayHere(asked, timestampDate(request.expireTime));
  const elsewhere = parts.draft && parts.draft.kind === undefined && parts.draft.problem;
  const main = html`<h1>${words.say('request_title', { name })}</h1>
<p class="lead">${words.say('request_lead')}</p>
${elsewhere && html`<p class="notice" role="alert">${elsewhere}</p>`}
<section class="card" aria-label="${words.say('request_title', { name })}">
${personCard(asked, asked.request.requester)}
${conversation(asked)}
${until && html`<p class="until">${words.say('answer_until', { date: until })}</p>`}
</section>
<div class="answers">
<h2>${words.say('answer_heading')}</h2>
${acceptCard(asked, parts)}
<h2 class="or">${words.say('others_heading')}</h2>
<div class="others">
${askDrawer(asked, parts)}
${laterDrawer(asked, parts)}
${drawer(asked, parts, 'decline', html``)}
</div>
</div>`;
  return { words, title: words.say('request_tab'), main, path: asked.path };
}
