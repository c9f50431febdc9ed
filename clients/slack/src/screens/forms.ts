// What people fill in.

import { timestampMs } from '@cortado/api';
import type { Destination } from '@cortado/api/gen/cortado/profile/v1/person_pb.js';
import { DestinationKind } from '@cortado/api/gen/cortado/profile/v1/person_pb.js';
import type { FreeTime } from '@cortado/api/gen/cortado/scheduling/v1/chat_pb.js';
import type { InputBlock, ModalView, PlainTextInput, PlainTextOption } from '@slack/types';
import { context, input, modal, option, plain, section } from './blocks.js';
import { dayIn } from './instants.js';
import { cut } from './text.js';
import type { Words } from './words.js';

/** Of a message, a question, a reply: what the services take. */
const mostOfWords = 2000;

const kinds = [
  DestinationKind.NOT_SURE_YET,
  DestinationKind.NEXT_LEVEL,
  DestinationKind.SIDEWAYS,
  DestinationKind.DEEPEN_HERE,
  DestinationKind.NEW_FIELD,
  DestinationKind.BACK_TO_CRAFT,
  DestinationKind.FEWER_HOURS,
  DestinationKind.PORTFOLIO,
];

/** The sentence for where somebody wants to go. */
function kindText(words: Words, kind: DestinationKind): string {
  return words.say(`slack.look.kind_${DestinationKind[kind]?.toLowerCase()}`);
}

function textInput(most: number, multiline: boolean, initial?: string): PlainTextInput {
  return {
    type: 'plain_text_input',
    multiline,
    max_length: most,
    ...(initial === undefined || initial === '' ? {} : { initial_value: cut(initial, most) }),
  };
}

/** What somebody typed before, kept when a form comes back with a problem. */
export interface LookAnswers {
  skills?: string;
  /** A DestinationKind. */
  kind?: number;
  text?: string;
}

/**
 * `/coffee`: what one looks for. Nothing has to be filled in: what was said before counts. `problem` stands on top when the
 * last try did not work.
 */
export function lookForm(
  words: Words,
  last: Destination | undefined,
  answers: LookAnswers,
  problem?: string,
): ModalView {
  const said = last === undefined ? undefined : last.text || kindText(words, last.kind);
  const options = kinds.map((kind) => option(kindText(words, kind), String(kind)));
  const chosen = options.find(({ value }) => value === String(answers.kind));
  return modal(words, {
    title: words.say('slack.look.title'),
    close: words.say('slack.close'),
    submit: words.say('slack.look.submit'),
    callback: 'look',
    blocks: [
      ...(problem === undefined ? [] : [section(problem)]),
      section(words.say('slack.look.intro', { said: said && cut(said, 300) })),
      input({
        label: words.say('slack.look.skills'),
        hint: words.say('slack.look.skills_hint'),
        name: 'skills',
        element: textInput(500, false, answers.skills),
        optional: true,
      }),
      input({
        label: words.say('slack.look.kind'),
        name: 'kind',
        element: {
          type: 'static_select',
          placeholder: plain(words.say('slack.look.kind_hint'), 150),
          options,
          ...(chosen === undefined ? {} : { initial_option: chosen }),
        },
        optional: true,
      }),
      input({
        label: words.say('slack.look.text'),
        hint: words.say('slack.look.text_hint'),
        name: 'text',
        element: textInput(500, true, answers.text),
        optional: true,
      }),
    ],
  });
}

/** A free time as a choice: how it looks on one's own clock, and on the other's where that differs. */
export function timeOption(time: FreeTime, mine: number, theirs: number): PlainTextOption | undefined {
  if (time.startTime === undefined) return undefined;
  const own = time.localStarts[mine]?.text ?? '';
  const other = time.localStarts[theirs]?.text ?? '';
  return option(own, String(timestampMs(time.startTime) / 1000), other === own ? undefined : other);
}

/** Somebody who could be asked next. */
export interface Choice {
  person: string;
  name: string;
}

/** What the form of a request is about. */
export interface AskForm {
  person: string;
  name: string;
  about: string;
  /** Times that suit both; empty where the other one decides first. */
  times: PlainTextOption[];
  next: Choice[];
  message?: string;
  problem?: string;
  /** The one asked is in the asker's own line, and the asker says "all the same" by sending the form again. */
  ownLine?: boolean;
}

function proposals(words: Words, times: PlainTextOption[]): InputBlock[] {
  if (times.length > 0) {
    const element: InputBlock['element'] = {
      type: 'multi_static_select',
      placeholder: plain(words.say('slack.ask.times_hint'), 150),
      options: times,
      max_selected_items: 3,
    };
    return [input({ label: words.say('slack.ask.times'), name: 'times', element, optional: true })];
  }
  return [1, 2, 3].map((number) =>
    input({
      label: words.say('slack.ask.time', { number }),
      name: `time${number}`,
      element: { type: 'datetimepicker' },
      optional: true,
    }),
  );
}

function nextChoices(words: Words, next: Choice[]): InputBlock[] {
  if (next.length === 0) return [];
  const element: InputBlock['element'] = {
    type: 'multi_static_select',
    placeholder: plain(words.say('slack.ask.next_hint'), 150),
    options: next.slice(0, 100).map(({ person, name }) => option(name, person)),
    max_selected_items: 4,
  };
  const hint = words.say('slack.ask.next_note');
  return [input({ label: words.say('slack.ask.next'), name: 'next', hint, element, optional: true })];
}

/** Asking one person. */
export function askForm(words: Words, form: AskForm): ModalView {
  return modal(words, {
    title: words.say('slack.ask.title'),
    close: words.say('slack.back'),
    submit: words.say(form.ownLine ? 'slack.ask.all_the_same' : 'slack.ask.submit'),
    callback: 'ask',
    metadata: { person: form.person, ...(form.ownLine ? { ownLine: true } : {}) },
    blocks: [
      ...(form.problem === undefined ? [] : [section(form.problem)]),
      section(words.say('slack.ask.intro', { name: form.name })),
      ...context(form.about),
      input({
        label: words.say('slack.ask.message'),
        name: 'message',
        element: textInput(mostOfWords, true, form.message),
        optional: true,
      }),
      ...proposals(words, form.times),
      ...nextChoices(words, form.next),
    ],
  });
}

/** Choosing one time, for a yes, a booking or a move. */
export interface SlotForm {
  title: string;
  intro: string;
  submit: string;
  callback: string;
  metadata: object;
  times: PlainTextOption[];
  /** Whether the two may find a time later instead. */
  mayBeOpen: boolean;
}

function listedTimes(words: Words, times: PlainTextOption[]): InputBlock[] {
  if (times.length === 0) return [];
  const element: InputBlock['element'] = {
    type: 'static_select',
    placeholder: plain(words.say('slack.slot.hint'), 150),
    options: times.slice(0, 20),
  };
  return [input({ label: words.say('slack.slot.listed'), name: 'slot', element, optional: true })];
}

/** The slot picker: at most 20 times, two clocks each, and any other time. */
export function slotForm(words: Words, form: SlotForm): ModalView {
  const listed = listedTimes(words, form.times);
  return modal(words, {
    title: form.title,
    close: words.say('slack.back'),
    submit: form.submit,
    callback: form.callback,
    metadata: form.metadata,
    blocks: [
      section(form.intro),
      ...listed,
      input({
        label: words.say('slack.slot.own'),
        ...(form.mayBeOpen ? { hint: words.say('slack.slot.none') } : {}),
        name: 'own',
        element: { type: 'datetimepicker' },
        optional: form.mayBeOpen || listed.length > 0,
      }),
    ],
  });
}

/** One question with one box for words. */
export interface WordsForm {
  title: string;
  intro: string;
  label: string;
  submit: string;
  callback: string;
  metadata: object;
}

export function wordsForm(words: Words, form: WordsForm): ModalView {
  return modal(words, {
    title: form.title,
    close: words.say('slack.back'),
    submit: form.submit,
    callback: form.callback,
    metadata: form.metadata,
    blocks: [section(form.intro), input({ label: form.label, name: 'words', element: textInput(mostOfWords, true) })],
  });
}

/** "Not now": until which day, from tomorrow on. */
export function postponeForm(words: Words, name: string, zone: string, now: Date, metadata: object): ModalView {
  return modal(words, {
    title: words.say('slack.request.postpone_title'),
    close: words.say('slack.back'),
    submit: words.say('slack.save'),
    callback: 'request.postpone',
    metadata,
    blocks: [
      section(words.say('slack.request.postpone_intro', { name })),
      input({
        label: words.say('slack.request.postpone_label'),
        name: 'day',
        element: { type: 'datepicker', initial_date: dayIn(zone, now, 14) },
      }),
    ],
  });
}
