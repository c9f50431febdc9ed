// The conversation as people saw it, for a terminal: who did what, and what was then before them. Its own signs need no
// translation: › what a person does, ✎ a message that changed, ✕ one that went, ◦ what one person alone sees, ⌂ the home.
import type { Entry } from '../journal.js';
import type { User } from '../world.js';
import { columnsOf, type Line, type Paint, painter, wrap } from './paint.js';
import { bodyLines, modalLines } from './surface.js';

/** How a transcript looks. */
export interface Look {
  /** Whether to colour; only for a terminal. */
  colour?: boolean;
  /** Columns of the terminal; 100 by default. */
  width?: number;
  /** What stands beside a name, as the person's own time. */
  clock?: (user: User, at: number) => string;
}

const act = (text: string, width: number): Line[] =>
  wrap(text, width - 2).map((line, index) => ({ ink: 'act', text: `${index === 0 ? '›' : ' '} ${line}` }));

function boxed(mark: string, lines: Line[]): Line[] {
  return lines.map(({ ink, text }, index) => ({ ink, text: `${index === 0 ? mark : '│'} ${text}` }));
}

function askedBack(confirmed: { question: string; yes: string } | undefined, width: number): Line[] {
  if (!confirmed) return [];
  const question = wrap(confirmed.question, width - 2).map((text): Line => ({ ink: 'plain', text }));
  return [...boxed('?', question), ...act(`[ ${confirmed.yes} ]`, width)];
}

const marks = { posted: '│', edited: '✎', deleted: '✕', whispered: '◦' } as const;

function entryLines(entry: Entry, width: number): Line[] {
  const inner = width - 2;
  switch (entry.kind) {
    case 'said':
      return act(entry.text, width);
    case 'pressed':
      return [...act(`[ ${entry.label} ]`, width), ...askedBack(entry.confirmed, width)];
    case 'chose':
      return act(`${entry.label}: ${entry.choice}`, width);
    case 'submitted':
      return act(
        [...entry.fields.map(([label, value]) => `${label}: ${value}`), `[ ${entry.label} ]`].join('\n'),
        width,
      );
    case 'closed':
      return act(`✕ ${entry.title}`, width);
    case 'opened home':
      return act('⌂', width);
    case 'refused':
      return entry.errors.map(([label, problem]) => ({
        ink: 'bad',
        text: `! ${label === '' ? '' : `${label}: `}${problem}`,
      }));
    case 'modal':
      return boxed('▣', modalLines(entry.view, inner));
    case 'home':
      return boxed('⌂', bodyLines(entry.view, entry.view.state.values, inner));
    default:
      return boxed(marks[entry.kind], bodyLines(entry.message, {}, inner));
  }
}

const acts = new Set(['said', 'pressed', 'chose', 'submitted', 'closed', 'opened home']);

/** The entries worth showing: a home when its person opened it, a modal as it was when the person came to act on it. */
function worthShowing(entries: readonly Entry[]): Entry[] {
  return entries.filter((entry, index) => {
    const rest = entries.slice(index + 1).filter(({ user }) => user === entry.user);
    const nextAct = rest.findIndex(({ kind }) => acts.has(kind));
    const until = nextAct === -1 ? rest : rest.slice(0, nextAct);
    if (entry.kind === 'modal')
      return !until.some((later) => later.kind === 'modal' && later.view.id === entry.view.id);
    if (entry.kind !== 'home') return true;
    const before = entries.slice(0, index).filter(({ user, kind }) => user === entry.user && acts.has(kind));
    return before.at(-1)?.kind === 'opened home' && !until.some(({ kind }) => kind === 'home');
  });
}

function heading(name: string, clock: string, width: number, paint: Paint): string {
  const rule = '─'.repeat(Math.max(2, width - columnsOf(name) - columnsOf(clock) - 5));
  return `${paint('dim', '──')} ${paint('bold', name)} ${paint('dim', `${clock} ${rule}`)}`;
}

/**
 * The conversation of `people` as text for a terminal. Everybody has a heading whenever the talk turns to them; every
 * second person stands further to the right, so that two who talk are told apart at a glance.
 */
export function transcript(entries: readonly Entry[], people: readonly User[], look: Look = {}): string {
  const { colour = false, width = 100, clock = () => '' } = look;
  const paint = painter(colour);
  const panel = Math.min(width, Math.max(48, Math.floor(width * 0.72)));
  const shown: string[] = [];
  let current = '';
  for (const entry of worthShowing(entries)) {
    const index = people.findIndex(({ id }) => id === entry.user);
    const person = people[index];
    if (!person) continue;
    const indent = ' '.repeat(index % 2 === 0 ? 0 : width - panel);
    if (current !== person.id) shown.push('', indent + heading(person.realName, clock(person, entry.at), panel, paint));
    current = person.id;
    for (const { ink, text } of entryLines(entry, panel)) shown.push(indent + paint(ink, text));
  }
  return `${shown.join('\n').trimStart()}\n`;
}
