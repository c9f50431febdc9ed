// From a delivery of Slack to the action: answered first, done once, and whatever goes wrong is said.
import { isReason } from '@cortado/api';
import type { App } from '@slack/bolt';
import { type Body, type Delivery, deliveryOf, filledOf } from '../deliveries/delivery.js';
import type { Memory } from '../deliveries/once.js';
import { problemOf } from '../journal.js';
import { actions, type Block, button } from '../screens/blocks.js';
import { loadingModal } from '../screens/modals.js';
import { type Words, wordsIn } from '../screens/words.js';
import { showAsItIs } from './answer.js';
import { offerLink } from './link.js';
import { openLook } from './look.js';
import { presses, type Run, submissions } from './routes.js';
import { publishHome } from './show.js';
import { type Carried, sentenceOf, type Tools, type Visit, visitOf } from './visit.js';

/** What the router keeps. */
export interface Router {
  /** Takes what Slack tells `app`. */
  attach(app: App): void;
  /** Resolves when what was begun is done. */
  idle(): Promise<void>;
}

type Respond = (message: { text: string; response_type: 'ephemeral'; replace_original: false }) => Promise<unknown>;

/** One thing to do after the answer. */
interface Job {
  kind: string;
  delivery: Delivery;
  run: Run;
  carried: Carried;
  respond?: Respond;
  /** Where the person comes from, should they have to be linked first. */
  next: string;
  opens?: boolean;
}

// Slack repeats for up to an hour, mostly within minutes.
export const deliveryKeptMs = 3_600_000;

function metadataOf(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text || '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Somebody else, where one person is not to be had. */
function lookButton(words: Words): Block[] {
  return actions(button({ text: words.say('slack.look.open'), action: 'look.open' }));
}

export function makeRouter(tools: Tools, seen: Memory): Router {
  const { installations, people, journal, metrics, now } = tools;
  const running = new Set<Promise<void>>();
  const busy = new Set<string>();

  async function fail(visit: Visit, job: Job, thrown: unknown): Promise<void> {
    if (isReason(thrown, 'SLACK_USER_NOT_LINKED')) return link(visit, job);
    return say(visit, job, thrown);
  }

  /** Nobody is linked yet: that comes first. */
  async function link(visit: Visit, job: Job): Promise<void> {
    try {
      await offerLink(visit, visit.screen() ?? (await visit.open()), job.next);
    } catch (thrown) {
      await say(visit, job, thrown);
    }
  }

  async function say(visit: Visit, job: Job, thrown: unknown): Promise<void> {
    const { words } = visit;
    metrics.deliveries.inc({ kind: job.kind, result: 'failed' });
    journal.warn('action.failed', { kind: job.kind, team: job.delivery.team, ...problemOf(thrown) });
    // Whoever opened their home did nothing that could have failed.
    if (job.kind === 'home') return;
    const screen = visit.screen() ?? (await visit.open());
    const isOver = isReason(thrown, 'NOT_AVAILABLE', 'NOT_OFFERED', 'MATCH_ENDED', 'CONSENT_REQUIRED');
    await screen.tell(sentenceOf(thrown, words), isOver ? lookButton(words) : []);
    await showAsItIs(visit, job.carried, thrown);
  }

  /** Nothing can be shown but where the person typed. */
  async function failBefore(job: Job, thrown: unknown): Promise<void> {
    metrics.deliveries.inc({ kind: job.kind, result: 'failed' });
    journal.warn('action.failed_before', { kind: job.kind, team: job.delivery.team, ...problemOf(thrown) });
    const words = wordsIn(people.languageNow(job.delivery.team, job.delivery.user));
    const text = thrown === undefined ? words.say('slack.not_installed') : sentenceOf(thrown, words);
    await job.respond?.({ text, response_type: 'ephemeral', replace_original: false });
  }

  async function work(job: Job): Promise<void> {
    let visit: Visit;
    try {
      const workspace = await installations.find(job.delivery.team);
      if (workspace === undefined) return await failBefore(job, undefined);
      visit = await visitOf(tools, job.delivery, workspace);
    } catch (thrown) {
      return failBefore(job, thrown);
    }
    try {
      if (job.opens) void visit.open();
      await job.run(visit, job.carried);
      metrics.deliveries.inc({ kind: job.kind, result: 'done' });
    } catch (thrown) {
      await fail(visit, job, thrown);
    }
  }

  /** Begins `job` unless it came before, or the same person pressed the same button just now and it is being done. */
  function begin(job: Job): void {
    const { delivery, carried } = job;
    // What opens a modal changes nothing, and may be wanted again at once.
    const press = job.opens ? delivery.id : [delivery.team, delivery.user, job.kind, carried.value].join(' ');
    if (!seen.isNew(`${delivery.team} ${delivery.id}`) || busy.has(press)) {
      metrics.deliveries.inc({ kind: job.kind, result: 'repeated' });
      return;
    }
    busy.add(press);
    const done: Promise<void> = work(job)
      .catch((thrown) => journal.error('action.lost', { kind: job.kind, ...problemOf(thrown) }))
      .finally(() => {
        busy.delete(press);
        running.delete(done);
      });
    running.add(done);
  }

  function command(body: Body, respond: Respond): void {
    const delivery = deliveryOf(body);
    if (delivery === undefined) return;
    const carried: Carried = { value: (body.text ?? '').slice(0, 500), filled: new Map(), metadata: {} };
    begin({ kind: 'command', delivery, run: openLook, carried, respond, next: 'look', opens: true });
  }

  function press(body: Body, respond: Respond): void {
    const delivery = deliveryOf(body);
    const pressed = body.actions?.[0];
    const [name = ''] = (pressed?.action_id ?? '').split(':');
    const route = Object.hasOwn(presses, name) ? presses[name] : undefined;
    if (delivery === undefined || pressed === undefined || route === undefined) return;
    const metadata = metadataOf(body.view?.private_metadata);
    const carried: Carried = { value: pressed.value ?? '', filled: filledOf(body.view), metadata, pressed };
    const next = name.startsWith('look.') ? 'look' : '';
    begin({ kind: name, delivery, run: route.run, carried, respond, next, ...(route.opens ? { opens: true } : {}) });
  }

  /** What is answered to a form at once: what is wrong with it, or that it is on its way; and what is to be done then. */
  function submission(body: Body) {
    const delivery = deliveryOf(body);
    const [name = '', language] = (body.view?.callback_id ?? '').split('/');
    const route = Object.hasOwn(submissions, name) ? submissions[name] : undefined;
    if (delivery === undefined || route === undefined) return undefined;
    const words = wordsIn(language === 'de' ? 'de' : 'en');
    const carried: Carried = {
      value: name,
      filled: filledOf(body.view),
      metadata: metadataOf(body.view?.private_metadata),
    };
    const errors = route.check?.({ say: (code) => words.say(code), now: now() }, carried) ?? {};
    if (Object.keys(errors).length > 0) return { answer: { response_action: 'errors' as const, errors } };
    const job: Job = { kind: `submit.${name}`, delivery, run: route.run, carried, next: '' };
    return { answer: { response_action: 'update' as const, view: loadingModal(words) }, job };
  }

  function homeOpened(body: { event_id?: string; team_id?: string; event?: { user?: string; tab?: string } }): void {
    const { event_id: id = '', team_id: team = '', event } = body;
    if (event?.tab !== 'home' || !event.user || team === '') return;
    const delivery: Delivery = { id, team, user: event.user, place: { kind: 'home' }, trigger: '' };
    begin({
      kind: 'home',
      delivery,
      run: publishHome,
      carried: { value: '', filled: new Map(), metadata: {} },
      next: '',
    });
  }

  async function uninstalled(body: { event_id?: string; team_id?: string; event_time?: number }): Promise<void> {
    const { event_id: id = '', team_id: team = '', event_time: time = 0 } = body;
    if (team === '' || !seen.isNew(`${team} ${id}`)) return;
    await installations.remove(team, time, id);
    journal.info('workspace.removed', { team });
  }

  function track(promise: Promise<void>): void {
    const done: Promise<void> = promise
      .catch((thrown) => journal.error('event.failed', problemOf(thrown)))
      .finally(() => running.delete(done));
    running.add(done);
  }

  return {
    attach(app) {
      app.command(/.*/, async ({ ack, body, respond }) => {
        const answered = ack();
        command(body as Body, respond as Respond);
        await answered;
      });
      app.action(/.*/, async ({ ack, body, respond }) => {
        const answered = ack();
        press(body as Body, respond as Respond);
        await answered;
      });
      app.view({ callback_id: /.*/, type: 'view_submission' }, async ({ ack, body }) => {
        const submitted = submission(body as Body);
        await (submitted === undefined ? ack() : ack(submitted.answer));
        // Not before: what came of it would be overwritten by the answer.
        if (submitted?.job !== undefined) begin(submitted.job);
      });
      app.event('app_home_opened', async ({ body }) => homeOpened(body as Parameters<typeof homeOpened>[0]));
      app.event('app_uninstalled', async ({ body }) => track(uninstalled(body)));
      app.event('tokens_revoked', async ({ body, event }) => {
        if ((event.tokens.bot ?? []).length > 0) track(uninstalled(body));
      });
    },
    async idle() {
      while (running.size > 0) await Promise.allSettled([...running]);
    },
  };
}
