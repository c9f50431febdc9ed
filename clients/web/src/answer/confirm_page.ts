/** Before anything happens: what one is about to say, and what happens then. */
import { type Html, html, type Insert } from '../page/html.js';
import type { Page } from '../page/layout.js';
import { sayDay } from '../page/times.js';
import { type Asked, type Behind, type Between, sayHere, sayThere, sayZone } from './asked.js';
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

/** When, on the clocks of the two. */
export function timeFact(at: Between, time: Date): Html {
  const there = sayThere(at, time);
  const zone = at.words.say('your_zone', { zone: sayZone(at, time) });
  const value = html`${sayHere(at, time)} <span class="quiet">${zone}</span>`;
  return fact(at.words.say('fact_when'), html`${value}${there && html` <span class="quiet">${there}</span>`}`);
}

function factOf(asked: Asked, choice: Choice): Html | undefined {
  const { words, here } = asked;
  if (choice.kind === 'accept' && choice.time !== undefined) return timeFact(asked, choice.time);
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

/** A form without fields to fill in: what it sends is said already. `fields` come on top of the language and the proof. */
export function readyForm(
  { words, path }: Behind,
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

/** What one is about to say. */
export interface Statement {
  readonly title: string;
  /** Who or what it is about. */
  readonly card?: Insert;
  readonly fact?: Insert;
  /** What happens then, as sentences. */
  readonly effects: readonly string[];
  readonly fields: Readonly<Record<string, string>>;
  /** What the button says that does it. */
  readonly button: string;
}

/** The page that asks once more. */
export function statementPage(at: Behind, statement: Statement, parts: ConfirmParts): Page {
  const { words } = at;
  const { title, card, fact, effects, fields, button } = statement;
  const main = html`<h1>${words.say('confirm_title')}</h1>
<p class="lead">${words.say('confirm_lead')}</p>
${parts.notice && html`<p class="notice" role="alert">${parts.notice}</p>`}
<section class="card">
${card}
<div${card !== undefined && html` class="below"`}>
<h2>${title}</h2>
${fact !== undefined && html`<dl class="facts">${fact}</dl>`}
</div>
</section>
<section class="card">
<h2>${words.say('what_happens')}</h2>
<ul class="steps" role="list">
${effects.map((effect) => html`<li>${effect}</li>`)}
</ul>
${readyForm(at, at.path, fields, parts.proof, button)}
</section>`;
  return { words, title: words.say('confirm_title'), main };
}

/** The page that asks once more before a request is answered. */
export function confirmPage(asked: Asked, choice: Choice, parts: ConfirmParts): Page {
  const { words, name, request, here } = asked;
  const date = choice.kind === 'later' ? sayDay(choice.until, here.zone, words.language) : '';
  const statement = {
    title: words.say(`confirm_${choice.kind}`, { name }),
    card: personCard(asked, request.requester),
    fact: factOf(asked, choice),
    effects: effectCodes(choice).map((code) => words.say(code, { name, date })),
    fields: fieldsOf(choice),
    button: words.say(`send_${choice.kind}`),
  };
  return statementPage(asked, statement, parts);
}
