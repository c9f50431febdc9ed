/** What somebody wants to answer, read from a form: first as they chose it, then as the page to confirm repeats it. */
import { dayAfter, instantOf, startOfDay } from '../page/times.js';

/** An answer to a request. */
export type Choice =
  | { readonly kind: 'accept'; readonly time: Date | undefined }
  | { readonly kind: 'ask'; readonly question: string }
  | { readonly kind: 'later'; readonly day: string; readonly until: Date }
  | { readonly kind: 'decline' };

/** Which answer a form is about. */
export type Kind = Choice['kind'];

/** A choice; or the entry `web.PROBLEM` that says what to mend. */
export type Reading = { readonly choice: Choice } | { readonly problem: string };

/** When and where the one who answers is. */
export interface Here {
  readonly now: Date;
  /** IANA zone. */
  readonly zone: string;
}

/** The services’ limit for a question, in characters. */
export const longestQuestion = 2000;

// "Not now" is for at most a year.
const longestBreakDays = 365;

/** The first and the last day that "not now" may name, as a form field holds them. */
export function daysToChoose({ now, zone }: Here): { first: string; last: string } {
  return { first: dayAfter(now, zone, 1), last: dayAfter(now, zone, longestBreakDays) };
}

function readOwnTime(form: URLSearchParams, { now, zone }: Here): Reading {
  const day = (form.get('day') ?? '').trim();
  const clock = (form.get('clock') ?? '').trim().slice(0, 5);
  if (instantOf(day, clock, 'UTC') === undefined) return { problem: 'wrong_own_time' };
  const time = instantOf(day, clock, zone);
  if (time === undefined) return { problem: 'wrong_skipped' };
  return time > now ? { choice: { kind: 'accept', time } } : { problem: 'wrong_past' };
}

function readAccept(form: URLSearchParams, here: Here): Reading {
  const time = form.get('time') ?? '';
  if (time === 'own') return readOwnTime(form, here);
  if (time === 'open') return { choice: { kind: 'accept', time: undefined } };
  if (!/^[1-9]\d{0,10}$/.test(time) || Number(time) % 60 !== 0) return { problem: 'wrong_time' };
  const instant = new Date(Number(time) * 1000);
  return instant > here.now ? { choice: { kind: 'accept', time: instant } } : { problem: 'wrong_past' };
}

function readQuestion(form: URLSearchParams): Reading {
  // Forms send lines as CRLF, and a text field counts them as one character.
  const question = (form.get('question') ?? '').replace(/\r\n?/g, '\n').trim();
  const isGood = question !== '' && [...question].length <= longestQuestion;
  return isGood ? { choice: { kind: 'ask', question } } : { problem: 'wrong_question' };
}

function readLater(form: URLSearchParams, here: Here): Reading {
  const day = (form.get('until') ?? '').trim();
  const { first, last } = daysToChoose(here);
  const until = startOfDay(day, here.zone);
  return until !== undefined && day >= first && day <= last
    ? { choice: { kind: 'later', day, until } }
    : { problem: 'wrong_day' };
}

/** Which of the answers the form is about, whatever else is wrong with it. */
export function readKind(form: URLSearchParams): Kind | undefined {
  const kinds: readonly Kind[] = ['accept', 'ask', 'later', 'decline'];
  return kinds.find((kind) => kind === form.get('answer'));
}

/** Reads an answer, as either page sends it. */
export function readChoice(form: URLSearchParams, here: Here): Reading {
  switch (readKind(form)) {
    case 'accept':
      return readAccept(form, here);
    case 'ask':
      return readQuestion(form);
    case 'later':
      return readLater(form, here);
    case 'decline':
      return { choice: { kind: 'decline' } };
    default:
      return { problem: 'wrong_answer' };
  }
}

/** The fields that say `choice` so that `readChoice` reads the same again. */
export function fieldsOf(choice: Choice): Readonly<Record<string, string>> {
  switch (choice.kind) {
    case 'accept':
      return { answer: 'accept', time: choice.time === undefined ? 'open' : String(choice.time.getTime() / 1000) };
    case 'ask':
      return { answer: 'ask', question: choice.question };
    case 'later':
      return { answer: 'later', until: choice.day };
    case 'decline':
      return { answer: 'decline' };
  }
}

const fieldNames = ['answer', 'time', 'day', 'clock', 'question', 'until', 'once'];

/** The fields of `form` that are about an answer, as they came: to send the same again. */
export function answerFields(form: URLSearchParams): Readonly<Record<string, string>> {
  return Object.fromEntries([...form].filter(([name]) => fieldNames.includes(name)));
}
