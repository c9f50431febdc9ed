// Slack's mark-up (docs.slack.dev/messaging/formatting-message-text): what a text would do beyond being read, so that
// words of people cannot ping a channel, name somebody, hide a link or dress up as the app's own words.
import { eachObject, type JsonObject, textOf } from '../json.js';

/** What a text may point at. */
export interface Allowed {
  /** Whether there is a user of this id for the app to name. */
  user: (id: string) => boolean;
  /** Whether the app has a reason to link here. */
  link: (url: string) => boolean;
}

const construct = /<([^<>]*)>/g;

function problemOf(inside: string, allowed: Allowed): string | undefined {
  const [target = ''] = inside.split('|');
  if (target.startsWith('@')) return allowed.user(target.slice(1)) ? undefined : `names an unknown user ${target}`;
  if (target.startsWith('!date^')) return undefined;
  if (target.startsWith('!')) return `pings ${target}`;
  if (target.startsWith('#')) return `names a channel ${target}`;
  if (/^(https?:\/\/|mailto:)/.test(target)) return allowed.link(target) ? undefined : `links to ${target}`;
  return `is no mark-up: <${inside}>`;
}

/** What is wrong with one mrkdwn text: pings, unknown people, links nobody allowed, and & < > left unescaped. */
export function problemsOf(text: string, allowed: Allowed): string[] {
  const problems = [...text.matchAll(construct)].map((match) => problemOf(match[1] ?? '', allowed));
  const rest = text.replace(construct, ' ').replace(/&(amp|lt|gt);/g, ' ');
  const bare = /[&<>]/.exec(rest);
  if (bare) problems.push(`has ${bare[0]} unescaped`);
  return problems.filter((problem) => problem !== undefined);
}

/** Every text of a payload that Slack reads as mark-up, with the pointer to it. */
export function mrkdwnIn(payload: JsonObject): { pointer: string; text: string }[] {
  const found: { pointer: string; text: string }[] = [];
  if (typeof payload['text'] === 'string') found.push({ pointer: '/text', text: payload['text'] });
  eachObject(payload, (object, pointer) => {
    if (object['type'] === 'mrkdwn') found.push({ pointer: `${pointer}/text`, text: textOf(object['text']) });
  });
  return found;
}

const unescaped: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

function readConstruct(inside: string): string {
  const [target = '', label] = inside.split('|');
  return label ?? target;
}

/** A mrkdwn text as a person reads it: without its asterisks, with its links by their label. */
export function readable(text: string): string {
  return text
    .replace(construct, (_, inside: string) => readConstruct(inside))
    .replace(/(?<![\p{L}\p{N}])([*_~`])(?=[^\s\u200B-\u200D\u2060])((?:(?!\1)[^\n])*?\S)\1(?![\p{L}\p{N}])/gu, '$2')
    .replace(/&(amp|lt|gt);/g, (entity) => unescaped[entity] ?? entity);
}

/** `text` without the characters nobody sees, which apps put between a sign and its effect. */
export function visible(text: string): string {
  return text.replace(/[\u200B-\u200D\u2060\uFEFF\u00AD]/g, '').normalize('NFC');
}

/**
 * Which of `words`, said by people, a reader of `payload` would not see as they were said: because mark-up ate or
 * dressed a part of them. A word that the payload does not hold is no problem.
 */
export function dressedWords(payload: JsonObject, words: Iterable<string>): string[] {
  const texts = mrkdwnIn(payload).map(({ text }) => ({
    raw: visible(text.replace(/&(amp|lt|gt);/g, (entity) => unescaped[entity] ?? entity)),
    read: visible(readable(text)),
  }));
  return [...words].filter((word) => {
    const said = visible(word);
    return said !== '' && texts.some(({ raw, read }) => raw.includes(said) && !read.includes(said));
  });
}
