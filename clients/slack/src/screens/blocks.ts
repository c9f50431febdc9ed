// Block Kit in Cortado's few forms. All words go out as plain_text, which Slack neither parses nor links; every part is
// cut to Slack's limit for it.
import type {
  ActionsBlock,
  ActionsBlockElement,
  Button,
  ConfirmationDialog,
  ContextBlock,
  DividerBlock,
  HeaderBlock,
  InputBlock,
  KnownBlock,
  ModalView,
  PlainTextElement,
  PlainTextOption,
  SectionBlock,
  SectionBlockAccessory,
} from '@slack/types';
import { shown } from './text.js';
import type { Words } from './words.js';

export type Block = KnownBlock;

export const limits = {
  blocksOfMessage: 50,
  blocksOfView: 100,
  section: 3000,
  header: 150,
  button: 75,
  option: 75,
  value: 2000,
  optionValue: 150,
  title: 24,
  label: 2000,
  metadata: 3000,
} as const;

export function plain(text: string, most: number): PlainTextElement {
  return { type: 'plain_text', text: shown(text, most), emoji: false };
}

export function section(text: string, accessory?: SectionBlockAccessory): SectionBlock {
  return { type: 'section', text: plain(text, limits.section), ...(accessory === undefined ? {} : { accessory }) };
}

export function header(text: string): HeaderBlock {
  return { type: 'header', text: plain(text, limits.header) };
}

export function divider(): DividerBlock {
  return { type: 'divider' };
}

/** Small grey lines; at most ten, empty ones left out. Undefined when none is left. */
export function context(...lines: (string | undefined)[]): ContextBlock[] {
  const elements = lines.filter((line) => line !== undefined && line !== '').map((line) => plain(line ?? '', 2000));
  return elements.length === 0 ? [] : [{ type: 'context', elements: elements.slice(0, 10) }];
}

export interface ButtonForm {
  text: string;
  action: string;
  value?: string;
  style?: 'primary' | 'danger';
  confirm?: ConfirmationDialog;
}

export function button({ text, action, value, style, confirm }: ButtonForm): Button {
  return {
    type: 'button',
    text: plain(text, limits.button),
    action_id: action,
    ...(value === undefined ? {} : { value }),
    ...(style === undefined ? {} : { style }),
    ...(confirm === undefined ? {} : { confirm }),
  };
}

export interface ConfirmForm {
  title: string;
  text: string;
  yes: string;
  no: string;
  danger?: boolean;
}

export function confirm({ title, text, yes, no, danger }: ConfirmForm): ConfirmationDialog {
  return {
    title: plain(title, 100),
    text: plain(text, 300),
    confirm: plain(yes, 30),
    deny: plain(no, 30),
    ...(danger ? { style: 'danger' as const } : {}),
  };
}

/** A row of buttons and pickers; none when there are none. */
export function actions(...elements: (ActionsBlockElement | undefined)[]): ActionsBlock[] {
  const present = elements.filter((element) => element !== undefined);
  return present.length === 0 ? [] : [{ type: 'actions', elements: present.slice(0, 25) }];
}

export function option(text: string, value: string, description?: string): PlainTextOption {
  return {
    text: plain(text, limits.option),
    value,
    ...(description === undefined || description === '' ? {} : { description: plain(description, limits.option) }),
  };
}

export interface InputForm {
  label: string;
  /** Names both the block and the element, for reading what was filled in. */
  name: string;
  element: InputBlock['element'];
  hint?: string;
  optional?: boolean;
}

export function input({ label, name, element, hint, optional }: InputForm): InputBlock {
  return {
    type: 'input',
    block_id: name,
    label: plain(label, limits.label),
    element: { ...element, action_id: name } as InputBlock['element'],
    optional: optional ?? false,
    ...(hint === undefined ? {} : { hint: plain(hint, limits.label) }),
  };
}

export interface ModalForm {
  title: string;
  close: string;
  blocks: readonly (Block | undefined)[];
  submit?: string;
  /** Which action takes what is submitted. */
  callback?: string;
  /** What the action will need to know; at most 3,000 characters as JSON. */
  metadata?: object;
}

/** A modal. Its callback says the language too, so that what is wrong in it can be said before anything is looked up. */
export function modal(words: Words, { title, close, blocks, submit, callback, metadata }: ModalForm): ModalView {
  return {
    type: 'modal',
    title: plain(title, limits.title),
    close: plain(close, limits.title),
    ...(submit === undefined ? {} : { submit: plain(submit, limits.title) }),
    ...(callback === undefined ? {} : { callback_id: `${callback}/${words.language}` }),
    ...(metadata === undefined ? {} : { private_metadata: JSON.stringify(metadata) }),
    blocks: fit(blocks, limits.blocksOfView),
  };
}

/** At most `most` blocks: what is beyond is left off. */
export function fit(blocks: readonly (Block | undefined)[], most: number): Block[] {
  return blocks.filter((block) => block !== undefined).slice(0, most);
}
