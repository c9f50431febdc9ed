import { expect, test } from 'vitest';
import type { Entry } from '../journal.js';
import type { JsonObject } from '../json.js';
import type { Message, User, View } from '../world.js';
import { transcript } from './transcript.js';

const person = (id: string, realName: string): User => ({
  id,
  team: 'T1',
  name: id,
  realName,
  email: '',
  emailConfirmed: true,
  locale: 'en-US',
  zone: 'UTC',
});
const people = [person('U1', 'Ann Archer'), person('U2', 'Bo Berg')];
const plain = (text: string): JsonObject => ({ type: 'plain_text', text });
const message = (text: string, blocks: JsonObject[] = []): Message => ({
  type: 'message',
  ts: '1',
  channel: 'D1',
  user: 'B',
  text,
  blocks,
});
const at = (user: string) => ({ at: 0, team: 'T1', user });
const view = (more: JsonObject, blocks: JsonObject[]): View => ({
  id: 'V1',
  team_id: 'T1',
  type: 'modal',
  hash: '',
  callback_id: '',
  private_metadata: '',
  external_id: '',
  state: { values: {} },
  root_view_id: 'V1',
  previous_view_id: null,
  ...more,
  blocks,
});

const buttons = { type: 'actions', elements: [{ type: 'button', action_id: 'yes', text: plain('Yes') }] };
const talk: Entry[] = [
  { ...at('U1'), kind: 'said', text: '/coffee' },
  { ...at('U1'), kind: 'modal', how: 'opened', view: view({ title: plain('Loading') }, []) },
  {
    ...at('U1'),
    kind: 'modal',
    how: 'updated',
    view: view({ title: plain('Ask') }, [{ type: 'section', text: plain('Whom?') }]),
  },
  { ...at('U1'), kind: 'submitted', label: 'Go', fields: [['Skill', 'Go']] },
  {
    ...at('U2'),
    kind: 'posted',
    message: message('x', [{ type: 'section', text: { type: 'mrkdwn', text: '*Ann* asks' } }, buttons]),
  },
  { ...at('U2'), kind: 'home', view: view({ type: 'home' }, [{ type: 'section', text: plain('Unasked home') }]) },
  { ...at('U2'), kind: 'pressed', label: 'Yes' },
  { ...at('U2'), kind: 'edited', message: message('Booked') },
];

test('A transcript tells who did what and what they saw', () => {
  expect(transcript(talk, people, { width: 60, clock: () => '09:00' })).toBe(
    [
      '── Ann Archer 09:00 ────────────────────────────',
      '› /coffee',
      '▣ Ask',
      '│ Whom?',
      '› Skill: Go',
      '  [ Go ]',
      '',
      '            ── Bo Berg 09:00 ───────────────────────────────',
      '            │ Ann asks',
      '            │ [ Yes ]',
      '            › [ Yes ]',
      '            ✎ Booked',
      '',
    ].join('\n'),
  );
});

test('A transcript is coloured for a terminal alone', () => {
  expect(transcript(talk, people)).not.toContain('\u001b');
  expect(transcript(talk, people, { colour: true })).toContain('\u001b[1mAnn Archer\u001b[0m');
});

test('A transcript keeps to its width', () => {
  const long: Entry[] = [{ ...at('U1'), kind: 'posted', message: message('word '.repeat(100)) }];
  const lines = transcript(long, people, { width: 80 }).split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
});

test('A home is shown to one who opened it', () => {
  const opened: Entry[] = [
    { ...at('U1'), kind: 'opened home' },
    { ...at('U1'), kind: 'home', view: view({ type: 'home' }, [{ type: 'header', text: plain('My chats') }]) },
  ];
  expect(transcript(opened, people)).toContain('⌂ My chats');
  expect(transcript(talk, people)).not.toContain('Unasked home');
});

test('A transcript shows what Slack asks back', () => {
  const confirmed = { question: 'Cancel?\nBo is told.', yes: 'Cancel it' };
  const entries: Entry[] = [{ ...at('U1'), kind: 'pressed', label: 'Cancel', confirmed }];
  expect(transcript(entries, people)).toContain('› [ Cancel ]\n? Cancel?\n│ Bo is told.\n› [ Cancel it ]\n');
});

test('A transcript shows what would steer a terminal, and does not obey it', () => {
  const evil: Entry[] = [{ ...at('U1'), kind: 'posted', message: message('\u001b[2JGone\u202E') }];
  expect(transcript(evil, people)).toContain('│ [2JGone\n');
});
