/** Before anything happens: what one is about to say, and what happens then. */
import { type Html, html, type Insert } from '../page/html.js';
import type { Page } from '../page/layout.js';
import { sayDay } from '../page/times.js';
import { type Asked, sayHere, sayThere, sayZone } from './asked.js';
import { type Choice, fieldsOf } from './choice.js';
import { personCard } from './person.js';

/** What the page needs beside the choice. */
export interface ConfirmParts {
  /** The proof of csrf.ts. */
  readonly proof: string;
  /** Said above it all: why to confirm once more. */
  readonly notice?: string;
}

function fact(label: string, value: Insert): Html {
  return html`<div><dt>${label}</dt><dd>${value}</dd></div>`;
}

function factOf(asked: Asked, choice: Choice): Html | undefined {
  const { words, here } = asked;
  if (choice.kind === 'accept' && choice.time !== undefined) {
    const there = sayThere(asked, choice.time);
    const zone = words.say('your_zone', { zone: sayZone(asked, choice.time) });
    const value = html`${sayHere(asked, choice.time)} <span class="quiet">${zone}</span>`;
    return fact(words.say('fact_when'), html`${value}${there && html` <span class="quiet">${there}</span>`}`);
  }
  if (choice.kind === 'ask') {
    return fact(words.say('fact_question'), html`<span class="words" dir="auto">${choice.question}</span>`);
  }
  if (choice.kind === 'later') return fact(words.say('fact_again'), sayDay(choice.until, here.zone, words.language));
  return undefined;
}

function effectCodes(choice: Choice): readonly string[] {
  switch (choice.kind) {
    case 'accept':
      return choice.time === undefined
        ? ['effect_told_yes', 'effect_find_later']
        : ['effect_told_yes', 'effect_booked', 'effect_not_free'];
    case 'ask':
      return ['effect_asked', 'effect_hear_again'];
    case 'later':
      return ['effect_later_told', 'effect_later_again'];
    case 'decline':
      return ['effect_declined', 'effect_closed'];
  }
}

function effects({ words, name, here }: Asked, choice: Choice): Html {
  const date = choice.kind === 'later' ? sayDay(choice.until, here.zone, words.language) : '';
  return html`<ul class="steps" role="list">
${effectCodes(choice).map((code) => html`<li>${words.say(code, { name, date })}</li>`)}
</ul>`;
}

/** A form without fields to fill in: what it sends is said already. `fields` come on top of the language and the proof. */
export function readyForm(
  { words, path }: Pick<Asked, 'words' | 'path'>,
  target: string,
  fields: Readonly<Record<string, string>>,
  proof: string,
  button: string,
): Html {
  const all = Object.entries({ ...fields, lang: words.language, csrf: proof });
  return html`<form method="post" action="${target}">
${all.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<div class="actions"><button>${button}</button>
<a class="button second" href="${path}?lang=${words.language}">${words.say('back')}</a></div>
</form>`;
}

/** The page that asks once more. */
export function confirmPage(asked: Asked, choice: Choice, parts: ConfirmParts): Page {
  const { words, name } = asked;
  const facts = factOf(asked, choice);
  const main = html`<h1>${words.say('confirm_title')}</h1>
<p class="lead">${words.say('confirm_lead')}</p>
${parts.notice && html`<p class="notice" role="alert">${parts.notice}</p>`}
<section class="card">
${personCard(asked)}
<div class="below">
<h2>${words.say(`confirm_${choice.kind}`, { name })}</h2>
${facts && html`<dl class="facts">${facts}</dl>`}
</div>
</section>
<section class="card">
<h2>${words.say('what_happens')}</h2>
${effects(asked, choice)}
${readyForm(asked, asked.path, fieldsOf(choice), parts.proof, words.say(`send_${choice.kind}`))}
</section>`;
  return { words, title: words.say('confirm_title'), main };
}
