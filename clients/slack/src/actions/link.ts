// Linking a Slack account to a person: the workspace's verified address finds them, and they say that it is them.
import { isReason } from '@cortado/api';
import type { Member } from '../people/people.js';
import { actions, button } from '../screens/blocks.js';
import { unlinkedHome } from '../screens/home.js';
import { linkModal } from '../screens/link.js';
import { showLook } from './look.js';
import { publishHome } from './show.js';
import type { Carried, Screen, Visit } from './visit.js';

/** What the person is told who cannot be linked whatever Cortado knows; undefined: they may be. */
function refusalOf(member: Member): string | undefined {
  if (member.isForeign) return 'slack.link.foreign';
  if (member.isGuest) return 'slack.link.guest';
  return member.email === '' ? 'slack.link.no_email' : undefined;
}

async function wish(visit: Visit) {
  const { workspace, delivery, tools } = visit;
  const member = await tools.people.read(workspace, delivery.user);
  const { email, isGuest, isForeign } = member;
  return {
    refusal: refusalOf(member),
    request: { slackUser: { team: workspace.team, user: delivery.user }, email, isGuest, isForeign },
  };
}

/** Asks "Are you NAME?" on a screen. `next`: what the person came for, `look` or nothing. */
export async function offerLink(visit: Visit, screen: Screen, next: string): Promise<void> {
  const { words, workspace } = visit;
  const { refusal, request } = await wish(visit);
  if (refusal !== undefined) return screen.tell(words.say(refusal));
  try {
    const { profile } = workspace.organization.client;
    const found = await profile.linkSlackUser({ ...request, requestId: visit.id('link') }, languageOf(visit));
    await screen.show(linkModal(words, found.displayName, found.confirmCode, next));
  } catch (thrown) {
    if (!isReason(thrown, 'SLACK_USER_NOT_LINKED')) throw thrown;
    await screen.tell(words.say('slack.link.unknown'));
  }
}

// The key's own client has no language; the sentence of an error is for the person.
function languageOf({ words }: Visit) {
  return { headers: { 'accept-language': words.language } };
}

/** "Connect my account". */
export async function startLink(visit: Visit): Promise<void> {
  await offerLink(visit, await visit.open(), '');
}

/** "Yes, that is me". */
export async function confirmLink(visit: Visit, { value, metadata }: Carried): Promise<void> {
  const { words, workspace } = visit;
  const screen = visit.screen() ?? (await visit.open());
  const { refusal, request } = await wish(visit);
  if (refusal !== undefined) return screen.tell(words.say(refusal));
  try {
    const { profile } = workspace.organization.client;
    await profile.linkSlackUser({ ...request, confirmCode: value, requestId: visit.id('confirm') }, languageOf(visit));
  } catch (thrown) {
    if (!isReason(thrown, 'SLACK_USER_NOT_LINKED')) throw thrown;
    const again = button({ text: words.say('slack.link.start'), action: 'link.start' });
    return screen.tell(words.say('slack.link.too_late'), actions(again));
  }
  if (metadata['next'] === 'look') await showLook(visit, screen, {});
  else await screen.tell(words.say('slack.link.done'));
  await publishHome(visit);
}

/** "No, that is somebody else". */
export async function refuseLink(visit: Visit): Promise<void> {
  const screen = visit.screen() ?? (await visit.open());
  await screen.tell(visit.words.say('slack.link.not_me'));
}

/** Ends the link. */
export async function endLink(visit: Visit): Promise<void> {
  const { client, self } = await visit.act();
  await client.profile.unlinkSlackUser({ person: self, requestId: visit.id('unlink') });
  // Not asked for: a token of a moment ago may still be good for seconds.
  await visit.workspace.slack.publishHome(visit.delivery.user, unlinkedHome(visit.words));
}
