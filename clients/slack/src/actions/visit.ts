// What every action has at hand, and how it shows what came of it: in a modal, in place of a message, in the home.
import { CortadoError, requestId } from '@cortado/api';
import type { ModalView } from '@slack/types';
import type { Delivery, Filled } from '../deliveries/delivery.js';
import type { Installations, Workspace } from '../installations/installations.js';
import type { Journal } from '../journal.js';
import { problemOf } from '../journal.js';
import type { Acting, People } from '../people/people.js';
import type { Block } from '../screens/blocks.js';
import { plainMessage } from '../screens/message.js';
import { loadingModal, tellingModal } from '../screens/modals.js';
import { type Words, wordsIn } from '../screens/words.js';
import { outcomeOf } from '../slack/errors.js';
import type { Metrics } from '../web/metrics.js';

/** What the bot works with. */
export interface Tools {
  installations: Installations;
  people: People;
  journal: Journal;
  metrics: Metrics;
  /** The time it is, for what is shown. */
  now(): Date;
}

/** A modal that is open, or will be in a moment. */
export interface Screen {
  show(view: ModalView): Promise<void>;
  /** A sentence for the person; in the DM if the modal is closed by now, so that it is heard. */
  tell(sentence: string, more?: readonly Block[]): Promise<void>;
}

/** One thing that one person did. */
export interface Visit {
  delivery: Delivery;
  workspace: Workspace;
  words: Words;
  tools: Tools;
  /** Acts for the person. Throws CortadoError, SLACK_USER_NOT_LINKED among them. */
  act(): Promise<Acting>;
  /** The request id of one intent of this delivery. */
  id(...parts: string[]): string;
  /** Opens a modal with what there is to say while the rest is on its way; once a visit. */
  open(): Promise<Screen>;
  /** The modal that the person submitted or pressed a button in, which this delivery goes on in. */
  screen(): Screen | undefined;
}

/** What a press or a submission carries. */
export interface Carried {
  value: string;
  /** What was filled in, by name. */
  filled: ReadonlyMap<string, Filled>;
  metadata: Readonly<Record<string, unknown>>;
  pressed?: Filled;
}

/** The sentence for something that went wrong: the service's own, else that something did. */
export function sentenceOf(thrown: unknown, words: Words): string {
  if (thrown instanceof CortadoError) return thrown.userMessage;
  const outcome = outcomeOf(thrown);
  return words.say(outcome.kind === 'later' ? 'error.rate_limited' : 'error.internal');
}

function makeScreen(visit: Pick<Visit, 'workspace' | 'delivery' | 'words' | 'tools'>, viewId: string): Screen {
  const { workspace, delivery, words, tools } = visit;
  const update = (view: ModalView) => workspace.slack.updateView(viewId, view);
  return {
    async show(view) {
      // Whoever closed the modal has seen enough.
      await update(view).catch((thrown) => tools.journal.info('modal.gone', problemOf(thrown)));
    },
    async tell(sentence, more) {
      try {
        await update(tellingModal(words, sentence, more));
      } catch (thrown) {
        tools.journal.info('modal.gone', problemOf(thrown));
        await workspace.slack.post(delivery.user, plainMessage(sentence));
      }
    },
  };
}

/** A screen for somebody whose modal could not be opened: the DM. */
function dmScreen(visit: Pick<Visit, 'workspace' | 'delivery' | 'words'>): Screen {
  return {
    async show() {
      await this.tell(visit.words.say('slack.press_again'));
    },
    async tell(sentence) {
      await visit.workspace.slack.post(visit.delivery.user, plainMessage(sentence));
    },
  };
}

/** Makes the visit of a delivery. */
export async function visitOf(tools: Tools, delivery: Delivery, workspace: Workspace): Promise<Visit> {
  const { people } = tools;
  const words = wordsIn(await people.language(workspace, delivery.user));
  const base = { delivery, workspace, words, tools };
  let opened: Promise<Screen> | undefined;
  const { place } = delivery;
  const current = place.kind === 'modal' ? makeScreen(base, place.view) : undefined;

  async function openModal(): Promise<Screen> {
    const how = place.kind === 'modal' ? 'push' : 'open';
    try {
      return makeScreen(base, await workspace.slack.openView(how, delivery.trigger, loadingModal(words)));
    } catch (thrown) {
      tools.journal.warn('modal.not_opened', problemOf(thrown));
    }
    return dmScreen(base);
  }
  return {
    ...base,
    act: () => people.act(workspace, delivery.user, words.language),
    id: (...parts) => requestId(delivery.team, delivery.user, delivery.id, ...parts),
    open() {
      opened ??= openModal();
      return opened;
    },
    screen: () => current,
  };
}
