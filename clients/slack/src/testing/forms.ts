// Forms: filling in, sending off, and what the answer to a submission does with the modal.
import type { Ack, Delivery } from './delivery/ack.js';
import { chosen, type Found, findElement, labelOf, shownState, unsendable, wordsOf } from './find.js';
import type { Happening } from './journal.js';
import { isObject, type JsonObject, textOf } from './json.js';
import { elementsIn } from './limits/check.js';
import { newView, refuseView, showModal } from './methods/views.js';
import { type Acting, actionOf, viewDelivery } from './payloads.js';
import { type Message, note, type View } from './world.js';

/** The action that pressing `found` sends. */
export function actionFor({ block, element }: Found): JsonObject {
  return actionOf(block, element, {});
}

/** Puts `choice` into the element `actionId`; throws where there is none, or it does not offer that. */
export function fill(surface: Message | View, actionId: string, choice: string | string[], zone?: string) {
  const found = findElement(surface.blocks, actionId);
  if (!found) throw new Error(`no ${actionId} to fill in`);
  const state = chosen(found.element, choice);
  if (surface.type !== 'message') {
    const { values } = (surface as View).state;
    const blockId = textOf(found.block['block_id']);
    values[blockId] = { ...values[blockId], [actionId]: state };
  }
  return { found, state, shown: shownState(state, zone) };
}

interface Hands {
  send: (delivery: Delivery, onFirst: (ack: Ack) => void) => Promise<Ack>;
  journal: (happening: Happening) => void;
}

function filledFields(view: View, zone: string): { fields: [string, string][]; gaps: string[] } {
  const fields: [string, string][] = [];
  const gaps: string[] = [];
  for (const block of view.blocks.filter(({ type }) => type === 'input')) {
    for (const element of elementsIn(block)) {
      const state = view.state.values[textOf(block['block_id'])]?.[textOf(element['action_id'])];
      const found = { block, element };
      const gap = unsendable(found, state);
      if (gap !== undefined) gaps.push(gap);
      if (shownState(state) !== '') fields.push([labelOf(found), shownState(state, zone)]);
    }
  }
  return { fields, gaps };
}

/** Fills in and sends off `view`; throws on what Slack's own client would not send. */
export async function submitView(acting: Acting, view: View, values: Record<string, string | string[]>, hands: Hands) {
  if (!isObject(view['submit'])) throw new Error('this modal has nothing to send off');
  for (const [actionId, choice] of Object.entries(values)) fill(view, actionId, choice);
  const { fields, gaps } = filledFields(view, acting.user.zone);
  if (gaps.length > 0) throw new Error(`not sent: ${gaps.join('; ')}`);
  hands.journal({ kind: 'submitted', label: wordsOf(view['submit']), fields });
  acting.world.submitting += 1;
  return hands.send(viewDelivery(acting, 'view_submission', view), (ack) => {
    acting.world.submitting -= 1;
    if (ack.ok) applyAnswer(acting, view, ack.body, hands);
    else hands.journal({ kind: 'refused', errors: [['', 'Slack: we had some trouble connecting']] });
  });
}

/** What the answer to a submission does: closes, shows problems, puts another view there. */
function applyAnswer(acting: Acting, view: View, body: unknown, hands: Hands): void {
  const { team, user, world } = acting;
  const open = team.modals.get(user.id) ?? [];
  const answer = isObject(body) ? body : {};
  const action = answer['response_action'];
  if (action === 'errors') showErrors(acting, view, answer['errors'], hands);
  else if (action === 'update' || action === 'push') replace(acting, view, action, answer['view'], hands);
  else {
    const known = action === 'clear' || Object.keys(answer).length === 0;
    if (!known) note(world, 'view_submission', `unknown answer: ${JSON.stringify(answer)}`);
    const left = action === 'clear' ? [] : open.filter((other) => other.id !== view.id);
    team.modals.set(user.id, left);
  }
}

function replace(acting: Acting, view: View, action: 'update' | 'push', sent: unknown, hands: Hands): void {
  const { world, team, user } = acting;
  if (refuseView(world, `response_action ${action}`, team, sent) || !isObject(sent)) {
    hands.journal({ kind: 'refused', errors: [['', 'Slack: we had some trouble connecting']] });
    return;
  }
  const [root] = team.modals.get(user.id) ?? [];
  const place = action === 'update' ? { of: view } : { below: view, ...(root ? { root } : {}) };
  const shown = newView(world, team, sent, place);
  showModal(world, team, user.id, shown, action === 'update' ? 'updated' : 'pushed');
}

function showErrors({ world }: Acting, view: View, errors: unknown, hands: Hands): void {
  const shown: [string, string][] = [];
  for (const [blockId, problem] of Object.entries(isObject(errors) ? errors : {})) {
    const block = view.blocks.find((other) => other['block_id'] === blockId);
    if (block?.['type'] !== 'input') note(world, 'view_submission', `error for ${blockId}, which is no input`);
    if (textOf(problem).trim() === '') note(world, 'view_submission', `empty error for ${blockId}`);
    shown.push([wordsOf(block?.['label']), textOf(problem)]);
  }
  if (shown.length === 0) note(world, 'view_submission', 'errors without any');
  hands.journal({ kind: 'refused', errors: shown });
}
