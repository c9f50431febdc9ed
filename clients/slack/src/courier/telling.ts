// Telling one notification by Slack, exactly once: posted, found again after a crash, or put in place of an older message.
import { isReason, requestId, timestampMs } from '@cortado/api';
import {
  Channel,
  Delivery_State,
  type Notification,
  NotificationKind,
} from '@cortado/api/gen/cortado/scheduling/v1/notification_pb.js';
import { referenceOf } from '../actions/show.js';
import type { Installations, Organization, Workspace } from '../installations/installations.js';
import type { Acting, People } from '../people/people.js';
import { type Message, notificationMessage, overtakenMessage } from '../screens/message.js';
import { type Words, wordsIn } from '../screens/words.js';
import { isTokenOver, outcomeOf } from '../slack/errors.js';
import { type Matter, overtakenBy, readMatter, standingMessage } from './joining.js';

/** What telling needs. */
export interface Tellers {
  installations: Installations;
  people: People;
  now(): Date;
}

/** What came of a try. */
export type Told =
  /** It stands in Slack, and the API knows. */
  | { result: 'sent' | 'found' | 'edited' }
  /** It cannot be told by Slack: mail takes over. */
  | { result: 'failed' }
  /** It needs no telling by Slack any more. */
  | { result: 'left' }
  /** Once more after so long. `isUncertain`: it may have been posted. */
  | { result: 'later'; afterMs: number; isUncertain: boolean };

/** `people/P` of `people/P/notifications/N`. */
export function readerOf(notification: Notification): string {
  return notification.name.split('/').slice(0, 2).join('/');
}

interface Reader {
  user: string;
  workspace: Workspace;
  words: Words;
  acting: Acting;
}

const looksBack = 50;

async function findReader(tellers: Tellers, organization: Organization, person: string): Promise<Reader | undefined> {
  try {
    const { team, user } = await organization.client.profile.getSlackUser({ person });
    const workspace = await tellers.installations.find(team);
    if (workspace === undefined) return undefined;
    const words = wordsIn(await tellers.people.language(workspace, user, 5000));
    return { user, workspace, words, acting: await tellers.people.act(workspace, user, words.language) };
  } catch (thrown) {
    if (isReason(thrown, 'RESOURCE_NOT_FOUND', 'SLACK_USER_NOT_LINKED')) return undefined;
    throw thrown;
  }
}

/** A notification as its reader has it now, and their others, the newest first. */
interface Inbox {
  fresh: Notification | undefined;
  others: Notification[];
}

async function lookUp({ acting: { client, self } }: Reader, told: Notification): Promise<Inbox> {
  const { notifications } = await client.notifications.listNotifications({ parent: self, pageSize: looksBack });
  const fresh = notifications.find(({ name }) => name === told.name);
  return { fresh, others: notifications.filter((one) => one !== fresh) };
}

const slackDelivery = ({ deliveries }: Notification) => deliveries.find(({ channel }) => channel === Channel.SLACK);

// The service sends a mail ten minutes after it handed a notification on. Around that moment Slack is left alone, so
// that it is told by one of the two; who has no mail is told after it.
const handOverMs = 10 * 60_000;
const quietMs = 20_000;

function isHandedOver(notification: Notification, now: Date): boolean {
  const due = slackDelivery(notification)?.dueTime;
  if (due === undefined) return false;
  const sinceMs = now.getTime() - timestampMs(due) - handOverMs;
  return Math.abs(sinceMs) < quietMs;
}

async function mark(organization: Organization, name: string, reference: string): Promise<void> {
  const failed = reference === '';
  try {
    await organization.client.notifications.markDelivered({
      name,
      reference,
      failed,
      requestId: requestId('told', name, reference),
    });
  } catch (thrown) {
    if (!isReason(thrown, 'RESOURCE_NOT_FOUND')) throw thrown; // Erased, with its person.
  }
}

/** An older message loses its buttons: the newer one has them. Done in vain when Slack does not take it. */
async function overtake({ workspace, words }: Reader, older: Notification | undefined): Promise<void> {
  if (older === undefined) return;
  const message = overtakenMessage(words, older.text?.text ?? words.say('slack.title'));
  await workspace.slack.replace(referenceOf(older), message).catch(() => {});
}

interface Try {
  organization: Organization;
  told: Notification;
  /** It may stand in Slack already: that is looked up first. */
  isUncertain: boolean;
}

async function replaceStanding(reader: Reader, standing: Notification, message: Message): Promise<boolean> {
  try {
    await reader.workspace.slack.replace(referenceOf(standing), message);
    return true;
  } catch (thrown) {
    if (outcomeOf(thrown).kind !== 'refused') throw thrown;
    return false; // Somebody deleted it: then a new one says it.
  }
}

async function put(tellers: Tellers, reader: Reader, told: Notification, others: readonly Notification[]) {
  const matter = await readMatter(reader.acting.client, told);
  const look = { self: reader.acting.self, now: tellers.now() };
  const message = notificationMessage(reader.words, told, matter.subject, look);
  const standing = standingMessage(reader.acting, told, matter, others);
  if (standing !== undefined) {
    // The booking says that there was a yes; the yes does not say when.
    const isSaid = told.kind === NotificationKind.REQUEST_ACCEPTED;
    if (isSaid || (await replaceStanding(reader, standing, message))) {
      return { reference: referenceOf(standing), result: 'edited' as const, matter };
    }
  }
  const reference = await reader.workspace.slack.post(reader.user, message, told.name);
  return { reference, result: 'sent' as const, matter };
}

/** What a try that threw comes to. */
function afterFailure(tellers: Tellers, reader: Reader, thrown: unknown): Told {
  const outcome = outcomeOf(thrown);
  if (outcome.kind === 'later') return { result: 'later', afterMs: outcome.afterMs, isUncertain: false };
  if (outcome.kind === 'unknown') return { result: 'later', afterMs: 2000, isUncertain: true };
  if (isTokenOver(outcome)) tellers.installations.forget(reader.workspace.team);
  return { result: 'failed' };
}

/**
 * Tries once. Throws CortadoError when the API does not answer: then it may stand in Slack, and the next try looks.
 */
export async function tell(tellers: Tellers, attempt: Try): Promise<Told> {
  const { organization, told } = attempt;
  const reader = await findReader(tellers, organization, readerOf(told));
  if (reader === undefined) {
    await mark(organization, told.name, '');
    return { result: 'failed' };
  }
  const { fresh = told, others } = await lookUp(reader, told);
  if (slackDelivery(fresh)?.state !== Delivery_State.WAITING) return { result: 'left' };
  let reference = '';
  let result: 'sent' | 'found' | 'edited' = 'found';
  let matter: Matter | undefined;
  try {
    if (attempt.isUncertain) reference = (await reader.workspace.slack.posted(reader.user)).get(told.name) ?? '';
    if (reference === '' && isHandedOver(fresh, tellers.now())) {
      return { result: 'later', afterMs: quietMs, isUncertain: attempt.isUncertain };
    }
    if (reference === '') ({ reference, result, matter } = await put(tellers, reader, fresh, others));
  } catch (thrown) {
    if (isReason(thrown)) throw thrown;
    const failure = afterFailure(tellers, reader, thrown);
    if (failure.result === 'failed') await mark(organization, told.name, '');
    return failure.result === 'later'
      ? { ...failure, isUncertain: failure.isUncertain || attempt.isUncertain }
      : failure;
  }
  await markSurely(organization, told.name, reference);
  if (result !== 'edited') await overtake(reader, overtakenBy(told, matter, others));
  return { result };
}

/** What was posted is noted, however long the API takes; a crash meanwhile is why messages carry their notification. */
async function markSurely(organization: Organization, name: string, reference: string): Promise<void> {
  for (;;) {
    try {
      return await mark(organization, name, reference);
    } catch (thrown) {
      if (!isReason(thrown, 'TRY_AGAIN', 'DEADLINE_EXCEEDED', 'RATE_LIMITED', 'TOO_MANY_IN_FLIGHT')) throw thrown;
    }
  }
}
