// Messages, modals and homes as lines of text: what a person sees, without a screen.
import { shownState, wordsOf } from '../find.js';
import { isObject, type JsonObject, objectsOf, textOf } from '../json.js';
import { optionsOf } from '../limits/check.js';
import type { View } from '../world.js';
import { type Line, wrap } from './paint.js';

type Values = View['state']['values'];

function optionLines(element: JsonObject, state: JsonObject | undefined): string[] {
  const picked = [state?.['selected_option'], ...objectsOf(state?.['selected_options'])].filter(isObject);
  const values = picked.map((option) => option['value']);
  const [yes, no] = element['type'] === 'checkboxes' ? ['[x]', '[ ]'] : ['(•)', '( )'];
  return optionsOf(element).map((option) => {
    const description = wordsOf(option['description']);
    const words = wordsOf(option['text']) + (description === '' ? '' : ` · ${description}`);
    return `${values.includes(option['value']) ? yes : no} ${words}`;
  });
}

/** One element as a person sees it: a button in brackets, a menu with what is chosen. */
function elementText(element: JsonObject, state: JsonObject | undefined): string {
  const type = textOf(element['type']);
  if (type === 'button') return `[ ${wordsOf(element['text'])} ]`;
  if (type === 'overflow')
    return `[ … ] ${optionLines(element, undefined)
      .map((line) => line.slice(4))
      .join(' | ')}`;
  if (type === 'image') return `(${textOf(element['alt_text'])})`;
  if (type === 'radio_buttons' || type === 'checkboxes') return optionLines(element, state).join('\n');
  const shown = shownState(state) || wordsOf(element['placeholder']) || '…';
  return type.endsWith('_input') ? `[ ${shown} ]` : `[ ${shown} ▾ ]`;
}

function stateOf(block: JsonObject, element: JsonObject, values: Values): JsonObject | undefined {
  return values[textOf(block['block_id'])]?.[textOf(element['action_id'])];
}

function lines(ink: Line['ink'], text: string, width: number): Line[] {
  return text === '' ? [] : wrap(text, width).map((line) => ({ ink, text: line }));
}

function sectionLines(block: JsonObject, values: Values, width: number): Line[] {
  const fields = objectsOf(block['fields']).map(wordsOf).join('\n');
  const { accessory } = block;
  const extra = isObject(accessory) ? elementText(accessory, stateOf(block, accessory, values)) : '';
  return [
    ...lines('plain', wordsOf(block['text']), width),
    ...lines('plain', fields, width),
    ...lines('act', extra, width),
  ];
}

function inputLines(block: JsonObject, values: Values, width: number): Line[] {
  const { element } = block;
  const shown = isObject(element) ? elementText(element, stateOf(block, element, values)) : '';
  return [
    ...lines('bold', wordsOf(block['label']), width),
    ...lines('act', shown, width),
    ...lines('dim', wordsOf(block['hint']), width),
  ];
}

function blockLines(block: JsonObject, values: Values, width: number): Line[] {
  switch (block['type']) {
    case 'header':
      return lines('bold', wordsOf(block['text']), width);
    case 'section':
      return sectionLines(block, values, width);
    case 'context':
      return lines(
        'dim',
        objectsOf(block['elements'])
          .map((element) => wordsOf(element) || elementText(element, undefined))
          .join('\n'),
        width,
      );
    case 'divider':
      return [{ ink: 'dim', text: '┄'.repeat(width) }];
    case 'actions':
      return lines(
        'act',
        objectsOf(block['elements'])
          .map((element) => elementText(element, stateOf(block, element, values)))
          .join('  '),
        width,
      );
    case 'input':
      return inputLines(block, values, width);
    case 'image':
      return lines('dim', `(${textOf(block['alt_text'])})`, width);
    default:
      return lines('plain', textOf(block['text']), width);
  }
}

/** The lines of a message, or of what stands in a view. */
export function bodyLines(surface: { text?: unknown; blocks: JsonObject[] }, values: Values, width: number): Line[] {
  if (surface.blocks.length === 0) return lines('plain', wordsOf(surface.text), width);
  return surface.blocks.flatMap((block) => blockLines(block, values, width));
}

/** A modal: its title, what stands in it, its buttons. */
export function modalLines(view: View, width: number): Line[] {
  const buttons = [view['submit'], view['close']].map(wordsOf).filter((words) => words !== '');
  return [
    ...lines('bold', wordsOf(view['title']), width),
    ...bodyLines(view, view.state.values, width),
    ...lines('act', buttons.map((words) => `[ ${words} ]`).join('  '), width),
  ];
}
