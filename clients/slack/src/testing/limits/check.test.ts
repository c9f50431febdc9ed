import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../json.js';
import { checkMessage, checkView } from './check.js';

const plain = (length: number): JsonObject => ({ type: 'plain_text', text: 'x'.repeat(length) });
const mrkdwn = (length: number): JsonObject => ({ type: 'mrkdwn', text: 'x'.repeat(length) });
const repeat = <Item>(count: number, item: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, i) => item(i));
const divider = (): JsonObject => ({ type: 'divider' });
const button = (more: JsonObject = {}): JsonObject => ({ type: 'button', text: plain(1), ...more });
const option = (index: number, more: JsonObject = {}): JsonObject => ({ text: plain(1), value: `v${index}`, ...more });
const options = (count: number): JsonObject[] => repeat(count, (index) => option(index));
const actions = (...elements: JsonObject[]): JsonObject => ({ type: 'actions', elements });
const select = (more: JsonObject): JsonObject => actions({ type: 'static_select', options: options(1), ...more });
const input = (element: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'input',
  label: plain(1),
  element,
  ...more,
});
const typed = (more: JsonObject): JsonObject => input({ type: 'plain_text_input', ...more });
const confirm = (more: JsonObject): JsonObject =>
  actions(button({ confirm: { title: plain(1), text: plain(1), confirm: plain(1), deny: plain(1), ...more } }));
const modal = (more: JsonObject = {}): JsonObject => ({
  type: 'modal',
  title: plain(1),
  submit: plain(1),
  blocks: [],
  ...more,
});
const message = (...blocks: JsonObject[]): JsonObject => ({ text: 'x', blocks });

/** What has a greatest size: how it looks at a size, and the greatest. */
type Limit = [name: string, most: number, of: (size: number) => JsonObject];

const inMessages: Limit[] = [
  ['blocks of a message', 50, (size) => message(...repeat(size, divider))],
  ['text of a section', 3000, (size) => message({ type: 'section', text: mrkdwn(size) })],
  ['fields of a section', 10, (size) => message({ type: 'section', fields: repeat(size, () => mrkdwn(1)) })],
  ['text of a field', 2000, (size) => message({ type: 'section', fields: [mrkdwn(size)] })],
  ['header', 150, (size) => message({ type: 'header', text: plain(size) })],
  ['elements of a context', 10, (size) => message({ type: 'context', elements: repeat(size, () => mrkdwn(1)) })],
  ['elements of actions', 25, (size) => message(actions(...repeat(size, () => button())))],
  ['text of a button', 75, (size) => message(actions(button({ text: plain(size) })))],
  ['value of a button', 2000, (size) => message(actions(button({ value: 'x'.repeat(size) })))],
  ['url of a button', 3000, (size) => message(actions(button({ url: 'x'.repeat(size) })))],
  ['action_id', 255, (size) => message(actions(button({ action_id: 'x'.repeat(size) })))],
  ['block_id', 255, (size) => message({ ...divider(), block_id: 'x'.repeat(size) })],
  ['accessibility label', 75, (size) => message(actions(button({ accessibility_label: 'x'.repeat(size) })))],
  ['options of a menu', 100, (size) => message(select({ options: options(size) }))],
  ['text of an option', 75, (size) => message(select({ options: [option(1, { text: plain(size) })] }))],
  ['value of an option', 150, (size) => message(select({ options: [option(1, { value: 'x'.repeat(size) })] }))],
  ['description of an option', 75, (size) => message(select({ options: [option(1, { description: plain(size) })] }))],
  ['placeholder', 150, (size) => message(select({ placeholder: plain(size) }))],
  [
    'groups of options',
    100,
    (size) => {
      const groups = repeat(size, (index) => ({ label: plain(1), options: [option(index)] }));
      return message(actions({ type: 'static_select', option_groups: groups }));
    },
  ],
  [
    'label of a group',
    75,
    (size) => message(actions({ type: 'static_select', option_groups: [{ label: plain(size), options: options(1) }] })),
  ],
  ['radio buttons', 10, (size) => message(actions({ type: 'radio_buttons', options: options(size) }))],
  ['checkboxes', 10, (size) => message(actions({ type: 'checkboxes', options: options(size) }))],
  ['overflow', 5, (size) => message(actions({ type: 'overflow', options: options(size) }))],
  ['title of a confirmation', 100, (size) => message(confirm({ title: plain(size) }))],
  ['text of a confirmation', 300, (size) => message(confirm({ text: mrkdwn(size) }))],
  ['yes of a confirmation', 30, (size) => message(confirm({ confirm: plain(size) }))],
  ['no of a confirmation', 30, (size) => message(confirm({ deny: plain(size) }))],
  ['alternative text', 2000, (size) => message({ type: 'image', image_url: 'x', alt_text: 'x'.repeat(size) })],
  ['address of an image', 3000, (size) => message({ type: 'image', image_url: 'x'.repeat(size), alt_text: 'x' })],
  ['text of a message', 40_000, (size) => ({ text: 'x'.repeat(size) })],
  ['markdown', 12_000, (size) => message({ type: 'markdown', text: 'x'.repeat(size) })],
];

const inViews: Limit[] = [
  ['blocks of a modal', 100, (size) => modal({ blocks: repeat(size, divider) })],
  ['blocks of a home', 100, (size) => ({ type: 'home', blocks: repeat(size, divider) })],
  ['title', 24, (size) => modal({ title: plain(size) })],
  ['submit', 24, (size) => modal({ submit: plain(size) })],
  ['close', 24, (size) => modal({ close: plain(size) })],
  ['private metadata', 3000, (size) => modal({ private_metadata: 'x'.repeat(size) })],
  ['callback id', 255, (size) => modal({ callback_id: 'x'.repeat(size) })],
  ['external id', 255, (size) => modal({ external_id: 'x'.repeat(size) })],
  ['label of an input', 2000, (size) => modal({ blocks: [input({ type: 'datepicker' }, { label: plain(size) })] })],
  ['hint of an input', 2000, (size) => modal({ blocks: [input({ type: 'datepicker' }, { hint: plain(size) })] })],
  ['max_length', 3000, (size) => modal({ blocks: [typed({ max_length: size })] })],
  ['initial value', 3000, (size) => modal({ blocks: [typed({ initial_value: 'x'.repeat(size) })] })],
  [
    'initial value against max_length',
    9,
    (size) => modal({ blocks: [typed({ initial_value: 'x'.repeat(size), max_length: 9 })] }),
  ],
];

describe('What Slack takes', () => {
  test.each(inMessages)('ends for the %s at %i', (_, most, of) => {
    expect(checkMessage(of(most))).toEqual([]);
    expect(checkMessage(of(most + 1))).not.toEqual([]);
  });

  test.each(inViews)('ends in views for the %s at %i', (_, most, of) => {
    expect(checkView(of(most))).toEqual([]);
    expect(checkView(of(most + 1))).not.toEqual([]);
  });

  test('ends for a view at 250 KB', () => {
    const section = (): JsonObject => ({ type: 'section', text: mrkdwn(2500) });
    expect(checkView(modal({ blocks: repeat(95, section) }))).toEqual([]);
    const wide = { type: 'section', text: { type: 'mrkdwn', text: '€'.repeat(2500) } };
    expect(checkView(modal({ blocks: repeat(95, () => wide) }))).toMatchObject([{ error: 'view_too_large' }]);
  });

  test('ends for all texts of a message together', () => {
    const section = (): JsonObject => ({ type: 'section', text: mrkdwn(2600) });
    expect(checkMessage(message(...repeat(5, section)))).toEqual([]);
    expect(checkMessage(message(...repeat(6, section)))).toMatchObject([{ error: 'msg_blocks_too_long' }]);
  });
});

describe('What Slack refuses', () => {
  const wrong: [string, JsonObject][] = [
    ['an empty text', message({ type: 'section', text: mrkdwn(0) })],
    ['a text of spaces', message({ type: 'header', text: { type: 'plain_text', text: '  ' } })],
    ['an empty list', message(actions())],
    ['a section without words', message({ type: 'section' })],
    ['mark-up where plain text belongs', message({ type: 'header', text: mrkdwn(1) })],
    ['emoji in mark-up', message({ type: 'section', text: { ...mrkdwn(1), emoji: true } })],
    ['a field nobody knows', message({ ...divider(), colour: 'red' })],
    ['a block nobody knows', message({ type: 'carousel' })],
    ['an element out of its place', message(actions({ type: 'plain_text_input' }))],
    ['a menu without options', message(actions({ type: 'static_select' }))],
    ['options and groups at once', message(select({ option_groups: [{ label: plain(1), options: options(1) }] }))],
    ['an initial option that is not offered', message(select({ initial_option: option(7) }))],
    ['options of the same value', message(select({ options: [option(1), option(1, { text: plain(2) })] }))],
    ['a block_id twice', message({ ...divider(), block_id: 'a' }, { ...divider(), block_id: 'a' })],
    ['an action_id twice in a block', message(actions(button({ action_id: 'a' }), button({ action_id: 'a' })))],
    ['a style nobody knows', message(actions(button({ style: 'warning' })))],
    ['a day that is none', message(actions({ type: 'datepicker', initial_date: '2026-13-01' }))],
    ['a time that is none', message(actions({ type: 'timepicker', initial_time: '24:00' }))],
    ['an instant in milliseconds', message(actions({ type: 'datetimepicker', initial_date_time: 1_700_000_000_000 }))],
    ['an image without words', message({ type: 'image', image_url: 'x' })],
    ['a confirmation without a no', message(confirm({ deny: undefined }))],
    ['nothing to say', { text: '', blocks: [] }],
  ];
  test.each(wrong)('%s', (_, payload) => expect(checkMessage(payload)).not.toEqual([]));

  const wrongViews: [string, JsonObject][] = [
    ['a modal that asks but cannot be sent', modal({ submit: undefined, blocks: [typed({})] })],
    ['a modal without a title', modal({ title: undefined })],
    ['a home with a title', { type: 'home', title: plain(1), blocks: [] }],
    ['markdown in a modal', modal({ blocks: [{ type: 'markdown', text: 'x' }] })],
    ['two elements in focus', modal({ blocks: [typed({ focus_on_load: true }), typed({ focus_on_load: true })] })],
    ['least above most', modal({ blocks: [typed({ min_length: 5, max_length: 4 })] })],
  ];
  test.each(wrongViews)('%s', (_, view) => expect(checkView(view)).not.toEqual([]));

  test('names the place of what it refuses', () => {
    const [violation] = checkMessage(message(divider(), { type: 'header', text: plain(151) }));
    expect(violation).toMatchObject({ pointer: '/blocks/1/text/text', error: 'invalid_blocks' });
  });

  test('the same action_id in two blocks is taken', () => {
    expect(checkMessage(message(actions(button({ action_id: 'a' })), actions(button({ action_id: 'a' }))))).toEqual([]);
  });
});
