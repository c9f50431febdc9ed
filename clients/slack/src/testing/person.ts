// A person before Slack: what they can do with the app, and what they have before them. Each act returns when the app
// has taken it, or has not within Slack's three seconds. What a person could not do (press a button that is not there,
// send off a form with a gap) throws.
import type { Ack, Bring, Delivery } from './delivery/ack.js';
import { deliver, eventDelivery } from './delivery/deliver.js';
import { findElement, labelOf, surfaceWords, wordsOf } from './find.js';
import { actionFor, fill, submitView } from './forms.js';
import type { Happening } from './journal.js';
import { isObject, type JsonObject } from './json.js';
import { post, refuseMessage, whisper } from './methods/chat.js';
import {
  type Acting,
  commandDelivery,
  escaped,
  messageActionDelivery,
  viewActionDelivery,
  viewDelivery,
} from './payloads.js';
import { dmWith, type Message, newTs, note, type Team, type User, type View, type World } from './world.js';

/** What a person presses on: a message, an open modal, or their home. */
export type Surface = Message | View;

/** A person, ready to act. */
export interface Person {
  user: User;
  /** Types a slash command; in the DM with the app unless `channel` names another conversation. */
  command(name: string, text?: string, channel?: string): Promise<Ack>;
  /** Writes to the app. */
  dm(text: string): Promise<Ack>;
  /** Opens the app's Home (or its Messages tab). */
  openHome(tab?: 'home' | 'messages'): Promise<Ack>;
  /** Presses a button, one that bears `value` where several have this action_id. */
  press(surface: Surface, actionId: string, value?: string): Promise<Ack>;
  /** Chooses in a menu, radio buttons, checkboxes, a date or a time; undefined where the app is told only on submit. */
  select(surface: Surface, actionId: string, choice: string | string[]): Promise<Ack | undefined>;
  /** Fills in what `values` names by action_id, and sends the modal off. */
  submit(view: View, values?: Record<string, string | string[]>): Promise<Ack>;
  /** Closes the modal on top. */
  close(view: View): Promise<Ack | undefined>;
  /** What the app wrote that this person sees now, oldest first. */
  messages(): Message[];
  /** The modal on top. */
  modal(): View | undefined;
  home(): View | undefined;
  /** What stands on a surface, as words. */
  read(surface: Surface): string;
  /** Waits until `look` finds something, at most `timeout` ms; throws with what the person sees otherwise. */
  sees<Sight>(look: (person: Person) => Sight | undefined | false, timeout?: number): Promise<Sight>;
  /** Waits for a message with these words. */
  seesMessage(words: string | RegExp, timeout?: number): Promise<Message>;
  /** Waits for a modal, one with these words. */
  seesModal(words?: string | RegExp, timeout?: number): Promise<View>;
}

/** How deliveries reach the app just now. */
export interface Line {
  bring: () => Bring;
  waits: readonly number[];
}

const isView = (surface: Surface): surface is View => surface.type !== 'message';

/** The surface as it is now: messages get edited, views updated. Throws when it is gone. */
function current({ team, user }: Acting, surface: Surface): Surface {
  const now = isView(surface)
    ? [...(team.modals.get(user.id) ?? []), team.homes.get(user.id)].find((view) => view?.id === surface.id)
    : team.messages.get(surface.channel)?.find(({ ts }) => ts === surface.ts);
  if (!now) throw new Error(`${user.name} does not see this any more`);
  return now;
}

/** Shows what came back with the ack of a command: words for the person alone, or for all. */
function showAnswer({ world, team, user }: Acting, channelId: string, body: unknown): void {
  const args: JsonObject = typeof body === 'string' ? { text: body } : { ...(body as JsonObject) };
  const channel = team.channels.get(channelId);
  if (!channel || refuseMessage(world, 'answer to a command', team, args)) return;
  if (args['response_type'] === 'in_channel') post(world, team, channel, args);
  else whisper(world, team, channel, user.id, args);
}

/** The question that Slack asks back before some presses; the person says yes. */
function askedBack(confirm: unknown): { confirmed?: { question: string; yes: string } } {
  if (!isObject(confirm)) return {};
  const question = [wordsOf(confirm['title']), wordsOf(confirm['text'])].join('\n');
  return { confirmed: { question, yes: wordsOf(confirm['confirm']) } };
}

function visibleMessages({ team, user }: Acting): Message[] {
  const dm = dmWith(team, user.id);
  return [...team.channels.values()]
    .filter((channel) => channel.members.has(user.id) || channel === dm)
    .flatMap((channel) => team.messages.get(channel.id) ?? [])
    .filter((message) => message.bot_id !== undefined && (message.onlyFor ?? user.id) === user.id)
    .sort((one, other) => Number(one.ts) - Number(other.ts));
}

function matches(words: string | RegExp, text: string): boolean {
  return typeof words === 'string' ? text.includes(words) : words.test(text);
}

/** A person of `team`. */
export function newPerson(world: World, team: Team, user: User, line: Line): Person {
  const acting: Acting = { world, team, user };
  const journal = (happening: Happening): void =>
    world.journal.add({ at: world.clock.now(), team: team.id, user: user.id, ...happening });
  const send = (delivery: Delivery, onFirst?: (ack: Ack) => void): Promise<Ack> =>
    deliver(world, line.bring(), delivery, line.waits, onFirst);
  const act = async (surface: Surface, action: JsonObject): Promise<Ack> => {
    const make = isView(surface) ? viewActionDelivery : messageActionDelivery;
    const ack = await send(make(acting, surface as View & Message, action));
    if (!ack.ok) journal({ kind: 'refused', errors: [['', 'Slack: something went wrong']] });
    return ack;
  };

  const person: Person = {
    user,
    async command(name, text = '', channelId = dmWith(team, user.id).id) {
      const channel = team.channels.get(channelId);
      if (!channel?.members.has(user.id)) throw new Error(`${user.name} is not in ${channelId}`);
      journal({ kind: 'said', text: `${name} ${text}`.trim() });
      const ack = await send(commandDelivery(acting, name, text, channel));
      if (!ack.ok) journal({ kind: 'refused', errors: [['', `Slack: ${name} failed with the error “${ack.reason}”`]] });
      else if (ack.body !== undefined) showAnswer(acting, channel.id, ack.body);
      return ack;
    },
    dm(text) {
      journal({ kind: 'said', text });
      const channel = dmWith(team, user.id);
      const said: Message = {
        type: 'message',
        ts: newTs(world.clock),
        channel: channel.id,
        user: user.id,
        text: escaped(text),
        blocks: [],
      };
      team.messages.set(channel.id, [...(team.messages.get(channel.id) ?? []), said]);
      const event = { ...said, channel_type: 'im', team: team.id, event_ts: said.ts };
      return send(eventDelivery(world, team, event));
    },
    openHome(tab = 'home') {
      journal({ kind: 'opened home' });
      const home = team.homes.get(user.id);
      const event: JsonObject = {
        type: 'app_home_opened',
        user: user.id,
        channel: dmWith(team, user.id).id,
        tab,
        event_ts: newTs(world.clock),
      };
      return send(
        eventDelivery(world, team, home && tab === 'home' ? { ...event, view: structuredClone(home) } : event),
      );
    },
    press(surface, actionId, value) {
      const now = current(acting, surface);
      const found = findElement(now.blocks, actionId, value);
      if (!found) throw new Error(`no ${actionId}${value === undefined ? '' : ` of ${value}`} to press`);
      journal({ kind: 'pressed', label: labelOf(found), ...askedBack(found.element['confirm']) });
      return act(now, actionFor(found));
    },
    async select(surface, actionId, choice) {
      const now = current(acting, surface);
      const { found, state, shown } = fill(now, actionId, choice, user.zone);
      journal({ kind: 'chose', label: labelOf(found), choice: shown });
      const told = found.block['type'] !== 'input' || found.block['dispatch_action'] === true;
      return told ? act(now, { ...actionFor(found), ...state }) : undefined;
    },
    submit: (view, values = {}) => submitView(acting, current(acting, view) as View, values, { send, journal }),
    async close(view) {
      const now = current(acting, view) as View;
      const open = team.modals.get(user.id) ?? [];
      team.modals.set(user.id, now['clear_on_close'] === true ? [] : open.filter((other) => other !== now));
      journal({ kind: 'closed', title: surfaceWords({ title: now['title'], blocks: [] }) });
      return now['notify_on_close'] === true ? send(viewDelivery(acting, 'view_closed', now)) : undefined;
    },
    messages: () => visibleMessages(acting),
    modal: () => team.modals.get(user.id)?.at(-1),
    home: () => team.homes.get(user.id),
    read: (surface) => surfaceWords(current(acting, surface)),
    sees: (look, timeout = 10_000) =>
      waitFor(
        world,
        () => look(person),
        timeout,
        () => sightOf(person),
      ),
    seesMessage: (words, timeout) =>
      person.sees(() => person.messages().findLast((message) => matches(words, surfaceWords(message))), timeout),
    seesModal: (words = /(?:)/, timeout) =>
      person.sees(() => {
        const view = person.modal();
        return view && matches(words, surfaceWords(view)) ? view : undefined;
      }, timeout),
  };
  if (user.team !== team.id && !user.stranger) note(world, user.id, 'is of another workspace');
  return person;
}

function sightOf(person: Person): string {
  const modal = person.modal();
  const messages = person
    .messages()
    .slice(-3)
    .map((message) => person.read(message));
  return [...messages, modal ? `modal: ${person.read(modal)}` : 'no modal'].join('\n---\n');
}

/** Waits until `look` returns something, looking again after every entry of the journal and now and then. */
function waitFor<Sight>(world: World, look: () => Sight | undefined | false, ms: number, sight: () => string) {
  return new Promise<Sight>((resolve, reject) => {
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      clearInterval(now);
      stop();
      settle();
    };
    const attempt = (): void => {
      const seen = look();
      if (seen !== undefined && seen !== false) finish(() => resolve(seen));
    };
    const stop = world.journal.listen(attempt);
    const timer = setTimeout(() => finish(() => reject(new Error(`not seen within ${ms} ms; seen:\n${sight()}`))), ms);
    const now = setInterval(attempt, 50);
    attempt();
  });
}
