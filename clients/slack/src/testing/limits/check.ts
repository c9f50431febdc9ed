// Holds what an app sends against the limits of rules.ts, and against what Slack asks of a payload as a whole: names
// that are unique, choices that exist, a view that can be submitted.
import { eachObject, isObject, type JsonObject, objectsOf, textOf } from '../json.js';
import { blocksMax, blocksOf, messageBlocksTextMax, messageTextMax, type Rule, shapes, viewBytesMax } from './rules.js';

/** One thing Slack would refuse: where in the payload, what is wrong, and the error Slack answers with. */
export interface Violation {
  pointer: string;
  problem: string;
  error: 'invalid_blocks' | 'invalid_arguments' | 'msg_too_long' | 'msg_blocks_too_long' | 'no_text' | 'view_too_large';
}

type Report = (pointer: string, problem: string) => undefined;

function checkString(value: unknown, rule: Rule & { is: 'string' }, at: string, report: Report): undefined {
  if (typeof value !== 'string') return report(at, 'must be a string');
  const { min = 0, max } = rule;
  if (value.length < min) report(at, `must be more than ${min - 1} characters`);
  if (max !== undefined && value.length > max) report(at, `must be less than ${max + 1} characters [${value.length}]`);
  if (rule.matches && !rule.matches.test(value)) report(at, `must match ${rule.matches.source}`);
  if (rule.oneOf && !rule.oneOf.includes(value)) report(at, `must be one of ${rule.oneOf.join(', ')}`);
}

function checkText(value: unknown, rule: Rule & { is: 'plain' | 'text' }, at: string, report: Report): undefined {
  if (!isObject(value)) return report(at, 'must be a text object');
  const kinds = rule.is === 'plain' ? ['plain_text'] : ['plain_text', 'mrkdwn'];
  if (!kinds.includes(textOf(value['type']))) return report(`${at}/type`, `must be ${kinds.join(' or ')}`);
  checkShape(value, textOf(value['type']), at, report);
  const text = textOf(value['text']);
  if (text.length > rule.max) report(`${at}/text`, `must be less than ${rule.max + 1} characters [${text.length}]`);
  if (text.length > 0 && text.trim() === '') report(`${at}/text`, 'must have something to read');
}

function checkList(value: unknown, rule: Rule & { is: 'list' }, at: string, report: Report): undefined {
  if (!Array.isArray(value)) return report(at, 'must be a list');
  if (rule.min !== undefined && value.length < rule.min) report(at, `no fewer than ${rule.min} items allowed`);
  if (rule.max !== undefined && value.length > rule.max) {
    report(at, `no more than ${rule.max} items allowed [${value.length}]`);
  }
  for (const [index, item] of value.entries()) checkRule(item, rule.of, `${at}/${index}`, report);
}

function checkNumber(value: unknown, rule: Rule & { is: 'number' }, at: string, report: Report): undefined {
  if (typeof value !== 'number' || !Number.isInteger(value)) return report(at, 'must be a whole number');
  if (rule.min !== undefined && value < rule.min) report(at, `must be at least ${rule.min}`);
  if (rule.max !== undefined && value > rule.max) report(at, `must be at most ${rule.max}`);
}

function checkRule(value: unknown, rule: Rule, at: string, report: Report): undefined {
  switch (rule.is) {
    case 'string':
      return checkString(value, rule, at, report);
    case 'plain':
    case 'text':
      return checkText(value, rule, at, report);
    case 'list':
      return checkList(value, rule, at, report);
    case 'number':
      return checkNumber(value, rule, at, report);
    case 'boolean':
      return typeof value === 'boolean' ? undefined : report(at, 'must be true or false');
    case 'shape':
      return isObject(value) ? checkShape(value, rule.name, at, report) : report(at, 'must be an object');
    case 'typed':
      return checkTyped(value, rule.among, at, report);
    case 'anything':
      return undefined;
  }
}

function checkTyped(value: unknown, among: readonly string[], at: string, report: Report): undefined {
  const type = isObject(value) ? textOf(value['type']) : '';
  if (!isObject(value) || !among.includes(type)) return report(`${at}/type`, `unsupported type: ${type}`);
  checkShape(value, type, at, report);
}

function checkShape(value: JsonObject, name: string, at: string, report: Report): undefined {
  const shape = shapes[name];
  if (!shape) return report(at, `unknown kind: ${name}`);
  const present = (field: string): boolean => value[field] !== undefined && value[field] !== null;
  for (const [field, item] of Object.entries(value)) {
    const rule = shape.fields[field];
    if (!rule) report(`${at}/${field}`, `invalid additional property: ${field}`);
    else if (present(field)) checkRule(item, rule, `${at}/${field}`, report);
  }
  for (const field of shape.required ?? []) if (!present(field)) report(at, `missing required field: ${field}`);
  for (const set of shape.exactlyOne ?? []) {
    if (set.filter(present).length !== 1) report(at, `must have one of ${set.join(', ')}`);
  }
  for (const set of shape.atLeastOne ?? []) {
    if (!set.some(present)) report(at, `must have one of ${set.join(', ')}`);
  }
}

function reportRepeats(names: [string, string][], what: string, report: Report): undefined {
  const seen = new Set<string>();
  for (const [name, at] of names) {
    if (name !== '' && seen.has(name)) report(at, `${what} already exists: ${name}`);
    seen.add(name);
  }
}

/** The elements people can act on inside one block. */
export function elementsIn(block: JsonObject): JsonObject[] {
  const single = [block['accessory'], block['element']].filter(isObject);
  return block['type'] === 'actions' ? objectsOf(block['elements']) : single;
}

function checkNames(blocks: JsonObject[], report: Report): undefined {
  reportRepeats(
    blocks.map((block, index) => [textOf(block['block_id']), `/blocks/${index}/block_id`]),
    'block_id',
    report,
  );
  for (const [index, block] of blocks.entries()) {
    reportRepeats(
      elementsIn(block).map((element) => [textOf(element['action_id']), `/blocks/${index}`]),
      'action_id',
      report,
    );
  }
  const focused = blocks.flatMap(elementsIn).filter((element) => element['focus_on_load'] === true);
  if (focused.length > 1) report('/blocks', 'only one element may have focus_on_load');
}

/** Every option an element offers, those of its groups included. */
export function optionsOf(element: JsonObject): JsonObject[] {
  const grouped = objectsOf(element['option_groups']).flatMap((group) => objectsOf(group['options']));
  return [...objectsOf(element['options']), ...grouped];
}

function checkChoices(blocks: JsonObject[], report: Report): undefined {
  for (const [index, block] of blocks.entries()) {
    for (const element of elementsIn(block)) {
      const options = optionsOf(element);
      const offered = options.map((option) => JSON.stringify(option));
      const initial = [element['initial_option'], ...objectsOf(element['initial_options'])].filter(isObject);
      for (const option of options.length > 0 ? initial : []) {
        if (!offered.includes(JSON.stringify(option)))
          report(`/blocks/${index}`, 'initial option is not among options');
      }
      reportRepeats(
        options.map((option) => [textOf(option['value']), `/blocks/${index}`]),
        'value of an option',
        report,
      );
      checkTypedText(element, `/blocks/${index}`, report);
    }
  }
}

function checkTypedText(element: JsonObject, at: string, report: Report): undefined {
  const [min, max, initial] = [element['min_length'], element['max_length'], element['initial_value']];
  if (typeof min === 'number' && typeof max === 'number' && min > max) report(at, 'min_length is above max_length');
  if (typeof max === 'number' && textOf(initial).length > max) report(at, 'initial_value is longer than max_length');
}

function textLengthOf(blocks: JsonObject[]): number {
  let sum = 0;
  eachObject(blocks, (object) => {
    sum += textOf(object['text']).length;
  });
  return sum;
}

function collect(error: Violation['error'], check: (report: Report) => void): Violation[] {
  const violations: Violation[] = [];
  check((pointer, problem) => {
    violations.push({ pointer, problem, error });
  });
  return violations;
}

/** What Slack would refuse in the `text` and `blocks` of a message; nothing when all is within limits. */
export function checkMessage(message: JsonObject): Violation[] {
  const text = textOf(message['text']);
  const blocks = message['blocks'];
  if (text.length > messageTextMax) return [{ pointer: '/text', problem: 'too long', error: 'msg_too_long' }];
  if (text.trim() === '' && !(Array.isArray(blocks) && blocks.length > 0)) {
    return [{ pointer: '/text', problem: 'neither text nor blocks', error: 'no_text' }];
  }
  if (blocks === undefined) return [];
  const violations = collect('invalid_blocks', (report) => {
    const rule: Rule = { is: 'list', of: { is: 'typed', among: blocksOf.message }, max: blocksMax.message };
    checkRule(blocks, rule, '/blocks', report);
    checkNames(objectsOf(blocks), report);
    checkChoices(objectsOf(blocks), report);
  });
  if (textLengthOf(objectsOf(blocks)) > messageBlocksTextMax) {
    violations.push({ pointer: '/blocks', problem: 'texts together too long', error: 'msg_blocks_too_long' });
  }
  return violations;
}

/** What Slack would refuse in a view, a modal or a home; nothing when all is within limits. */
export function checkView(view: JsonObject): Violation[] {
  if (Buffer.byteLength(JSON.stringify(view)) > viewBytesMax) {
    return [{ pointer: '/view', problem: 'larger than 250 KB', error: 'view_too_large' }];
  }
  return collect('invalid_arguments', (report) => {
    checkTyped(view, ['modal', 'home'], '', report);
    const blocks = objectsOf(view['blocks']);
    checkNames(blocks, report);
    checkChoices(blocks, report);
    const asks = blocks.some((block) => block['type'] === 'input');
    if (view['type'] === 'modal' && asks && !isObject(view['submit'])) report('/submit', 'needed by input blocks');
  });
}
