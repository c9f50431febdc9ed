// Slack's documented limits of Block Kit, as data: what each block, element and object may hold. Read from
// docs.slack.dev/reference/block-kit and /reference/views; check.ts holds payloads against them.

/** What one field has to be. Lengths count UTF-16 units, which is never less than what Slack counts. */
export type Rule =
  | { is: 'string'; max?: number; min?: number; matches?: RegExp; oneOf?: readonly string[] }
  | { is: 'plain' | 'text'; max: number }
  | { is: 'boolean' }
  | { is: 'number'; min?: number; max?: number }
  | { is: 'list'; of: Rule; min?: number; max?: number }
  | { is: 'shape'; name: string }
  | { is: 'typed'; among: readonly string[] }
  | { is: 'anything' };

/** The fields of one kind of object; those it does not name are refused, as Slack refuses them. */
export interface Shape {
  fields: Readonly<Record<string, Rule>>;
  required?: readonly string[];
  /** Of each of these sets of fields one must be there, and no more. */
  exactlyOne?: readonly (readonly string[])[];
  /** Of each of these sets at least one must be there. */
  atLeastOne?: readonly (readonly string[])[];
}

const string = (max: number, min = 1): Rule => ({ is: 'string', max, min });
const like = (matches: RegExp): Rule => ({ is: 'string', matches });
const plain = (max: number): Rule => ({ is: 'plain', max });
const text = (max: number): Rule => ({ is: 'text', max });
const list = (of: Rule, max: number, min = 1): Rule => ({ is: 'list', of, max, min });
const shape = (name: string): Rule => ({ is: 'shape', name });
const boolean: Rule = { is: 'boolean' };

const actionable = { type: string(50), action_id: string(255), confirm: shape('confirm'), focus_on_load: boolean };
const placeholder = plain(150);
const date = like(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/);
const time = like(/^([01]\d|2[0-3]):[0-5]\d$/);
const optionLists = {
  options: list(shape('option'), 100),
  option_groups: list(shape('option_group'), 100),
};
const many = { max_selected_items: { is: 'number', min: 1 } as Rule };
const typing = {
  type: string(50),
  action_id: string(255),
  placeholder,
  focus_on_load: boolean,
  dispatch_action_config: shape('dispatch_action_config'),
};
const choosing = (most: number): Shape => ({
  fields: {
    ...actionable,
    options: list(shape('marked_option'), most),
    initial_options: list(shape('marked_option'), most),
    initial_option: shape('marked_option'),
  },
  required: ['options'],
});

/** How messages of all blocks together are limited; not documented, observed (bolt-js issue 2509). */
export const messageBlocksTextMax = 13_000;
/** Text of a message, in characters: refused beyond. */
export const messageTextMax = 40_000;
/** A view as JSON, in bytes. */
export const viewBytesMax = 250 * 1024;
/** How many blocks a surface takes. */
export const blocksMax = { message: 50, modal: 100, home: 100 } as const;

const selects = [
  'static_select',
  'external_select',
  'users_select',
  'conversations_select',
  'channels_select',
] as const;
const pickers = ['datepicker', 'timepicker', 'datetimepicker', 'checkboxes', 'radio_buttons'] as const;

/** Which elements each place takes. */
export const elementsOf = {
  actions: ['button', 'overflow', ...selects, ...pickers],
  accessory: ['button', 'overflow', 'image', ...selects, ...selects.map((name) => `multi_${name}`), ...pickers],
  input: [
    'plain_text_input',
    'number_input',
    'email_text_input',
    'url_text_input',
    ...selects,
    ...selects.map((name) => `multi_${name}`),
    ...pickers,
  ],
} as const;

const everywhere = ['actions', 'context', 'divider', 'header', 'image', 'input', 'rich_text', 'section', 'video'];

/** Which blocks each surface takes. */
export const blocksOf = { message: [...everywhere, 'markdown', 'file'], modal: everywhere, home: everywhere } as const;

const block = { type: string(50), block_id: string(255) };

/** Every kind of object by name; blocks and elements are named for their type. */
export const shapes: Readonly<Record<string, Shape>> = {
  section: {
    fields: {
      ...block,
      text: text(3000),
      fields: list(text(2000), 10),
      accessory: { is: 'typed', among: elementsOf.accessory },
      expand: boolean,
    },
    atLeastOne: [['text', 'fields']],
  },
  header: { fields: { ...block, text: plain(150) }, required: ['text'] },
  divider: { fields: block },
  context: {
    fields: { ...block, elements: list({ is: 'typed', among: ['image', 'plain_text', 'mrkdwn'] }, 10) },
    required: ['elements'],
  },
  actions: {
    fields: { ...block, elements: list({ is: 'typed', among: elementsOf.actions }, 25) },
    required: ['elements'],
  },
  input: {
    fields: {
      ...block,
      label: plain(2000),
      element: { is: 'typed', among: elementsOf.input },
      hint: plain(2000),
      optional: boolean,
      dispatch_action: boolean,
    },
    required: ['label', 'element'],
  },
  image: {
    fields: {
      ...block,
      image_url: string(3000),
      slack_file: { is: 'anything' },
      alt_text: string(2000),
      title: plain(2000),
    },
    required: ['alt_text'],
    exactlyOne: [['image_url', 'slack_file']],
  },
  video: {
    fields: {
      ...block,
      title: plain(200),
      title_url: string(3000),
      video_url: string(3000),
      thumbnail_url: string(3000),
      alt_text: string(2000),
      description: plain(200),
      provider_name: string(50),
      provider_icon_url: string(3000),
      author_name: string(50),
    },
    required: ['title', 'video_url', 'thumbnail_url', 'alt_text'],
  },
  rich_text: { fields: { ...block, elements: list({ is: 'anything' }, 1000) }, required: ['elements'] },
  markdown: { fields: { ...block, text: string(12_000) }, required: ['text'] },
  file: { fields: { ...block, external_id: string(255), source: string(50) }, required: ['external_id', 'source'] },

  button: {
    fields: {
      ...actionable,
      text: plain(75),
      url: string(3000),
      value: string(2000, 0),
      style: { is: 'string', oneOf: ['primary', 'danger'] },
      accessibility_label: string(75),
    },
    required: ['text'],
  },
  overflow: { fields: { ...actionable, options: list(shape('linked_option'), 5) }, required: ['options'] },
  static_select: {
    fields: { ...actionable, ...optionLists, placeholder, initial_option: shape('option') },
    exactlyOne: [['options', 'option_groups']],
  },
  multi_static_select: {
    fields: { ...actionable, ...optionLists, ...many, placeholder, initial_options: list(shape('option'), 100) },
    exactlyOne: [['options', 'option_groups']],
  },
  external_select: {
    fields: {
      ...actionable,
      placeholder,
      initial_option: shape('option'),
      min_query_length: { is: 'number', min: 0 },
    },
  },
  multi_external_select: {
    fields: {
      ...actionable,
      ...many,
      placeholder,
      initial_options: list(shape('option'), 100),
      min_query_length: { is: 'number', min: 0 },
    },
  },
  users_select: { fields: { ...actionable, placeholder, initial_user: string(20) } },
  multi_users_select: { fields: { ...actionable, ...many, placeholder, initial_users: list(string(20), 1000) } },
  channels_select: {
    fields: { ...actionable, placeholder, initial_channel: string(20), response_url_enabled: boolean },
  },
  multi_channels_select: { fields: { ...actionable, ...many, placeholder, initial_channels: list(string(20), 1000) } },
  conversations_select: {
    fields: {
      ...actionable,
      placeholder,
      initial_conversation: string(20),
      default_to_current_conversation: boolean,
      response_url_enabled: boolean,
      filter: { is: 'anything' },
    },
  },
  multi_conversations_select: {
    fields: {
      ...actionable,
      ...many,
      placeholder,
      initial_conversations: list(string(20), 1000),
      default_to_current_conversation: boolean,
      filter: { is: 'anything' },
    },
  },
  checkboxes: choosing(10),
  radio_buttons: choosing(10),
  datepicker: { fields: { ...actionable, initial_date: date, placeholder } },
  timepicker: { fields: { ...actionable, initial_time: time, placeholder, timezone: string(50) } },
  datetimepicker: {
    fields: { ...actionable, initial_date_time: { is: 'number', min: 1_000_000_000, max: 9_999_999_999 } },
  },
  plain_text_input: {
    fields: {
      ...typing,
      initial_value: string(3000, 0),
      multiline: boolean,
      min_length: { is: 'number', min: 0, max: 3000 },
      max_length: { is: 'number', min: 1, max: 3000 },
    },
  },
  number_input: {
    fields: {
      ...typing,
      is_decimal_allowed: boolean,
      initial_value: like(/^-?\d+(\.\d+)?$/),
      min_value: like(/^-?\d+(\.\d+)?$/),
      max_value: like(/^-?\d+(\.\d+)?$/),
    },
    required: ['is_decimal_allowed'],
  },
  email_text_input: { fields: { ...typing, initial_value: string(3000, 0) } },
  url_text_input: { fields: { ...typing, initial_value: string(3000, 0) } },

  option: { fields: { text: plain(75), value: string(150), description: plain(75) }, required: ['text', 'value'] },
  marked_option: { fields: { text: text(75), value: string(150), description: text(75) }, required: ['text', 'value'] },
  linked_option: {
    fields: { text: plain(75), value: string(150), description: plain(75), url: string(3000) },
    required: ['text', 'value'],
  },
  option_group: { fields: { label: plain(75), options: list(shape('option'), 100) }, required: ['label', 'options'] },
  confirm: {
    fields: {
      title: plain(100),
      text: text(300),
      confirm: plain(30),
      deny: plain(30),
      style: { is: 'string', oneOf: ['primary', 'danger'] },
    },
    required: ['title', 'text', 'confirm', 'deny'],
  },
  dispatch_action_config: {
    fields: {
      trigger_actions_on: list({ is: 'string', oneOf: ['on_enter_pressed', 'on_character_entered'] }, 2),
    },
  },

  plain_text: { fields: { type: string(50), text: string(3000), emoji: boolean }, required: ['text'] },
  mrkdwn: { fields: { type: string(50), text: string(3000), verbatim: boolean }, required: ['text'] },

  modal: {
    fields: {
      type: string(50),
      title: plain(24),
      close: plain(24),
      submit: plain(24),
      blocks: list({ is: 'typed', among: blocksOf.modal }, blocksMax.modal, 0),
      private_metadata: string(3000, 0),
      callback_id: string(255, 0),
      external_id: string(255, 0),
      clear_on_close: boolean,
      notify_on_close: boolean,
      submit_disabled: boolean,
    },
    required: ['title', 'blocks'],
  },
  home: {
    fields: {
      type: string(50),
      blocks: list({ is: 'typed', among: blocksOf.home }, blocksMax.home, 0),
      private_metadata: string(3000, 0),
      callback_id: string(255, 0),
      external_id: string(255, 0),
    },
    required: ['blocks'],
  },
};
