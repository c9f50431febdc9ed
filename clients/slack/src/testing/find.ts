// Finding what a person would press or fill in, on what they have before them.
import { isObject, type JsonObject, objectsOf, textOf } from './json.js';
import { elementsIn, optionsOf } from './limits/check.js';
import { readable } from './limits/mrkdwn.js';

/** An element on a surface, and the block it stands in. */
export interface Found {
  block: JsonObject;
  element: JsonObject;
}

/** The element named `actionId`, with this `value` where one is given; undefined where there is none to press. */
export function findElement(blocks: JsonObject[], actionId: string, value?: string): Found | undefined {
  for (const block of blocks) {
    for (const element of elementsIn(block)) {
      const same = textOf(element['action_id']) === actionId;
      if (same && (value === undefined || element['value'] === value)) return { block, element };
    }
  }
  return undefined;
}

/** The words of a text object or a plain string as a person reads them. */
export function wordsOf(value: unknown): string {
  if (typeof value === 'string') return readable(value);
  if (!isObject(value)) return '';
  const text = textOf(value['text']);
  return value['type'] === 'mrkdwn' ? readable(text) : text;
}

/** What a person would call an element: its own text, its block's label, what stands in it while empty. */
export function labelOf({ block, element }: Found): string {
  return (
    wordsOf(element['text']) || wordsOf(block['label']) || wordsOf(element['placeholder']) || wordsOf(block['text'])
  );
}

const single: Readonly<Record<string, string>> = {
  plain_text_input: 'value',
  number_input: 'value',
  email_text_input: 'value',
  url_text_input: 'value',
  datepicker: 'selected_date',
  timepicker: 'selected_time',
  datetimepicker: 'selected_date_time',
  users_select: 'selected_user',
  multi_users_select: 'selected_users',
};

/**
 * The state of `element` once somebody chose or typed `choice`: the value of an option, several for an element that
 * takes several, a date, a text. Throws where the element does not offer it, as a person could not choose it.
 */
export function chosen(element: JsonObject, choice: string | string[]): JsonObject {
  const type = textOf(element['type']);
  const field = single[type];
  if (field !== undefined) {
    return { type, [field]: type === 'datetimepicker' ? Number(choice) : choice === '' ? null : choice };
  }
  const options = optionsOf(element);
  const pick = (value: string): JsonObject => {
    const option = options.find((other) => other['value'] === value);
    if (!option) throw new Error(`${textOf(element['action_id'])} does not offer ${value}`);
    return option;
  };
  if (type === 'checkboxes' || type.startsWith('multi_')) return { type, selected_options: [choice].flat().map(pick) };
  return { type, selected_option: Array.isArray(choice) ? pick(choice[0] ?? '') : pick(choice) };
}

/** What stands in an element of this state, for a person in `zone` to read; '' when nothing does. */
export function shownState(state: JsonObject | undefined, zone = 'UTC'): string {
  if (!state) return '';
  const instant = state['selected_date_time'];
  if (typeof instant === 'number') {
    const format = { timeZone: zone, dateStyle: 'short', timeStyle: 'short' } as const;
    return new Intl.DateTimeFormat('sv-SE', format).format(instant * 1000);
  }
  const options = [state['selected_option'], ...objectsOf(state['selected_options'])].filter(isObject);
  if (options.length > 0) return options.map((option) => wordsOf(option['text'])).join(', ');
  const value = state['value'] ?? state['selected_date'] ?? state['selected_time'] ?? state['selected_user'];
  return value === undefined || value === null ? '' : String(value);
}

/** Why Slack's own client would not send this off: an input left empty, a text too short or too long. */
export function unsendable({ block, element }: Found, state: JsonObject | undefined): string | undefined {
  const shown = shownState(state);
  if (shown === '') {
    return block['optional'] === true ? undefined : `${labelOf({ block, element })}: needs an answer`;
  }
  const [min, max] = [element['min_length'], element['max_length']];
  if (typeof min === 'number' && shown.length < min) return `${labelOf({ block, element })}: too short`;
  if (typeof max === 'number' && shown.length > max) return `${labelOf({ block, element })}: too long`;
  return undefined;
}

/** Every word on a surface, in order. */
export function surfaceWords(surface: { text?: unknown; title?: unknown; blocks: JsonObject[] }): string {
  const words: string[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (!isObject(value)) return;
    if (value['type'] === 'mrkdwn' || value['type'] === 'plain_text') words.push(wordsOf(value));
    else for (const [name, field] of Object.entries(value)) if (name !== 'confirm') visit(field);
  };
  visit(surface.title);
  visit(surface.blocks);
  return surface.blocks.length > 0 ? words.join('\n') : wordsOf(surface.text);
}
