// What people did and saw, in order: the matter of transcripts, and what tests wait on.
import type { JsonObject } from './json.js';
import type { Message, View } from './world.js';

/** What happened in front of a person. Messages and views are as they were at that moment. */
export type Happening =
  | { kind: 'said'; text: string }
  | { kind: 'pressed'; label: string; confirmed?: { question: string; yes: string } }
  | { kind: 'chose'; label: string; choice: string }
  | { kind: 'submitted'; label: string; fields: [label: string, value: string][] }
  | { kind: 'closed'; title: string }
  | { kind: 'opened home' }
  | { kind: 'posted' | 'edited' | 'deleted' | 'whispered'; message: Message }
  | { kind: 'modal'; how: 'opened' | 'updated' | 'pushed'; view: View }
  | { kind: 'home'; view: View }
  | { kind: 'refused'; errors: [label: string, problem: string][] };

/** One line of the journal: when, in which workspace, in front of whom ('' for everybody in `channel`). */
export type Entry = { at: number; team: string; user: string; channel?: string } & Happening;

/** The journal: append, read, and be told of what is new. */
export interface Journal {
  entries: Entry[];
  add(entry: Entry): void;
  /** Calls `listener` after every entry; returns how to stop that. */
  listen(listener: () => void): () => void;
}

/** An empty journal. */
export function newJournal(): Journal {
  const listeners = new Set<() => void>();
  const entries: Entry[] = [];
  return {
    entries,
    add: (entry) => {
      entries.push(structuredClone(entry));
      for (const listener of [...listeners]) listener();
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** One call of the Web API, as it came and as it was answered. */
export interface Call {
  at: number;
  method: string;
  team: string;
  args: JsonObject;
  /** What became of it: 'ok', Slack's error, or the fault that was injected. */
  outcome: string;
}
