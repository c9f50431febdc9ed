// views.*: modals and App Homes, with triggers, hashes and the stack of at most three.
import { isObject, type JsonObject, objectsOf, textOf } from '../json.js';
import { checkView, elementsIn } from '../limits/check.js';
import { newId, secret, type Team, type View, type World } from '../world.js';
import { completeBlocks } from './chat.js';
import { type Caller, type Method, noteMarkup, refuse, refuseViolations } from './method.js';

/** How many views may lie on each other. */
const stackMax = 3;
/** How long a trigger is good for. */
const triggerMs = 3000;

/** Checks a view's payload; the refusal, or undefined when Slack takes it. */
export function refuseView(world: World, where: string, team: Team, view: unknown): JsonObject | undefined {
  if (!isObject(view)) return refuse('invalid_arguments', { response_metadata: { messages: ['[ERROR] no view'] } });
  const refusal = refuseViolations(world, where, checkView(view));
  if (!refusal) noteMarkup(world, where, team, { blocks: view['blocks'] });
  return refusal;
}

/** The values a view starts with: what each element says by itself. */
function initialState(element: JsonObject): JsonObject {
  const state: JsonObject = { type: element['type'] };
  const copies = {
    initial_value: 'value',
    initial_option: 'selected_option',
    initial_options: 'selected_options',
    initial_date: 'selected_date',
    initial_time: 'selected_time',
    initial_date_time: 'selected_date_time',
    initial_user: 'selected_user',
  };
  for (const [from, to] of Object.entries(copies)) if (element[from] !== undefined) state[to] = element[from];
  return state;
}

/** State of the inputs of `blocks`; values of `before` stay where block and action have the same names. */
function stateOf(blocks: JsonObject[], before?: View['state']): View['state'] {
  const values: View['state']['values'] = {};
  for (const block of blocks) {
    const blockId = textOf(block['block_id']);
    for (const element of elementsIn(block)) {
      if (['button', 'overflow', 'image'].includes(textOf(element['type']))) continue;
      const actionId = textOf(element['action_id']);
      const kept = before?.values[blockId]?.[actionId];
      values[blockId] = { ...values[blockId], [actionId]: kept ?? initialState(element) };
    }
  }
  return { values };
}

/** A view as Slack keeps it, of what an app sent. */
export function newView(
  world: World,
  team: Team,
  sent: JsonObject,
  place: { root?: View; below?: View; of?: View },
): View {
  const blocks = completeBlocks(objectsOf(sent['blocks']));
  const id = place.of?.id ?? newId('V');
  return {
    ...structuredClone(sent),
    id,
    team_id: team.id,
    app_id: world.app.id,
    app_installed_team_id: team.id,
    bot_id: team.botId,
    type: sent['type'] === 'home' ? 'home' : 'modal',
    blocks,
    hash: `${Math.floor(world.clock.now() / 1000)}.${secret(4)}`,
    callback_id: textOf(sent['callback_id']),
    private_metadata: textOf(sent['private_metadata']),
    external_id: textOf(sent['external_id']),
    state: stateOf(blocks, place.of?.state),
    root_view_id: place.of?.root_view_id ?? place.root?.id ?? id,
    previous_view_id: place.of?.previous_view_id ?? place.below?.id ?? null,
  };
}

/** Spends a trigger: whose it was, or Slack's error. */
function spendTrigger(world: World, { team }: Caller, id: string): string | { user: string } {
  const trigger = world.triggers.get(id);
  if (!trigger || trigger.team !== team.id) return 'invalid_trigger_id';
  if (trigger.used) return 'exchanged_trigger_id';
  if (world.clock.now() - trigger.issued > triggerMs) return 'expired_trigger_id';
  trigger.used = true;
  return { user: trigger.user };
}

/** Shows `view` as the top of what `user` has open. */
export function showModal(
  world: World,
  team: Team,
  user: string,
  view: View,
  how: 'opened' | 'updated' | 'pushed',
): void {
  const open = team.modals.get(user) ?? [];
  const below = how === 'opened' ? [] : open;
  const replaced = how === 'updated' ? open.map((other) => (other.id === view.id ? view : other)) : [...below, view];
  team.modals.set(user, replaced);
  world.journal.add({ at: world.clock.now(), team: team.id, user, kind: 'modal', how, view });
}

function repeatsExternalId(team: Team, view: JsonObject, except?: View): boolean {
  const external = textOf(view['external_id']);
  const all = [...[...team.modals.values()].flat(), ...team.homes.values()];
  return external !== '' && all.some((other) => other.external_id === external && other !== except);
}

function onTrigger(how: 'opened' | 'pushed', where: string): Method['run'] {
  return (world, caller, args) => {
    const { team } = caller;
    const sent = args['view'];
    const refusal = refuseView(world, where, team, sent);
    if (refusal || !isObject(sent)) return refusal ?? refuse('invalid_arguments');
    if (sent['type'] !== 'modal') return refuse('invalid_arguments');
    if (repeatsExternalId(team, sent)) return refuse('duplicate_external_id');
    const trigger = spendTrigger(world, caller, textOf(args['trigger_id']));
    if (typeof trigger === 'string') return refuse(trigger);
    const open = how === 'pushed' ? (team.modals.get(trigger.user) ?? []) : [];
    if (how === 'pushed' && open.length === 0) return refuse('not_found');
    if (open.length >= stackMax) return refuse('push_limit_reached');
    const [root] = open;
    const below = open.at(-1);
    const view = newView(world, team, sent, { ...(root ? { root } : {}), ...(below ? { below } : {}) });
    showModal(world, team, trigger.user, view, how);
    return { ok: true, view };
  };
}

/** The open modal of this id or external id, and whose it is. */
export function findModal(team: Team, id: string, externalId = ''): { user: string; view: View } | undefined {
  for (const [user, open] of team.modals) {
    const view = open.find((other) => (id ? other.id === id : externalId !== '' && other.external_id === externalId));
    if (view) return { user, view };
  }
  return undefined;
}

function update(world: World, { team }: Caller, args: JsonObject): JsonObject {
  const sent = args['view'];
  const refusal = refuseView(world, 'views.update', team, sent);
  if (refusal || !isObject(sent)) return refusal ?? refuse('invalid_arguments');
  const found = findModal(team, textOf(args['view_id']), textOf(args['external_id']));
  if (!found) return refuse('not_found');
  const { user, view } = found;
  if (args['hash'] !== undefined && args['hash'] !== view.hash) return refuse('hash_conflict');
  if (repeatsExternalId(team, sent, view)) return refuse('duplicate_external_id');
  const changed = newView(world, team, sent, { of: view });
  showModal(world, team, user, changed, 'updated');
  return { ok: true, view: changed };
}

function publish(world: World, { team }: Caller, args: JsonObject): JsonObject {
  const user = textOf(args['user_id']);
  if (!team.users.has(user)) return refuse('invalid_arguments');
  const sent = args['view'];
  const refusal = refuseView(world, 'views.publish', team, sent);
  if (refusal || !isObject(sent)) return refusal ?? refuse('invalid_arguments');
  if (sent['type'] !== 'home') return refuse('invalid_arguments');
  const before = team.homes.get(user);
  if (args['hash'] !== undefined && args['hash'] !== before?.hash) return refuse('hash_conflict');
  const view = newView(world, team, sent, before ? { of: before } : {});
  team.homes.set(user, view);
  world.journal.add({ at: world.clock.now(), team: team.id, user, kind: 'home', view });
  return { ok: true, view };
}

/** The methods, by name. */
export const viewMethods: Readonly<Record<string, Method>> = {
  'views.open': { tier: 'tier4', scopes: [], run: onTrigger('opened', 'views.open') },
  'views.push': { tier: 'tier4', scopes: [], run: onTrigger('pushed', 'views.push') },
  'views.update': { tier: 'tier4', scopes: [], run: update },
  'views.publish': { tier: 'tier4', scopes: [], run: publish },
};
