// What every Web API method is: who may call it, how often, and what it does.
import type { JsonObject } from '../json.js';
import type { Violation } from '../limits/check.js';
import { dressedWords, mrkdwnIn, problemsOf } from '../limits/mrkdwn.js';
import type { Tier } from '../rates.js';
import { type Grant, note, type Team, type World } from '../world.js';

/** Who calls: an app in a workspace. */
export interface Caller {
  team: Team;
  grant: Grant;
  token: string;
}

/** One method. `run` answers with the fields of the answer, or with `refuse`. */
export interface Method {
  tier: Tier;
  /** The scopes a bot token needs; all of them. */
  scopes: readonly string[];
  run: (world: World, caller: Caller, args: JsonObject) => JsonObject;
}

/** Slack's answer to what it does not do. */
export function refuse(error: string, extra: JsonObject = {}): JsonObject {
  return { ok: false, error, ...extra };
}

/** The refusal of a payload over Slack's limits, which is also noted as trouble; undefined when it is within them. */
export function refuseViolations(world: World, where: string, violations: Violation[]): JsonObject | undefined {
  const [first] = violations;
  if (!first) return undefined;
  for (const { pointer, problem } of violations) note(world, where, `${problem} [json-pointer:${pointer}]`);
  const messages = violations.map(({ pointer, problem }) => `[ERROR] ${problem} [json-pointer:${pointer}]`);
  return refuse(first.error, { response_metadata: { messages } });
}

/**
 * Notes as trouble what the texts of `payload` would do beyond being read. Slack itself lets that pass: it is the app's
 * own business that words of people do nothing.
 */
export function noteMarkup(world: World, where: string, team: Team, payload: JsonObject): void {
  const allowed = {
    user: (id: string) => team.users.has(id),
    link: (url: string) => [...world.links].some((beginning) => url.startsWith(beginning)),
  };
  for (const { pointer, text } of mrkdwnIn(payload)) {
    for (const problem of problemsOf(text, allowed)) note(world, where, `text ${problem} [json-pointer:${pointer}]`);
  }
  for (const word of dressedWords(payload, world.words)) note(world, where, `mark-up changes a word said: ${word}`);
}
