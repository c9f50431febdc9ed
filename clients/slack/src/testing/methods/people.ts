// users.*, conversations.*, auth.*: who is who, and where they talk.
import { type JsonObject, textOf } from '../json.js';
import { type Channel, dmWith, note, type Team, type User, type World } from '../world.js';
import { type Caller, type Method, refuse } from './method.js';

/** Seconds that a zone is ahead of UTC at `at`. */
function offsetOf(zone: string, at: number): number {
  const part = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName');
  const match = /GMT([+-])(\d\d):(\d\d)/.exec(part?.value ?? '');
  if (!match) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 3600 + Number(match[3]) * 60);
}

/** A person as an app that was granted `scopes` reads them. */
function userAnswer(world: World, user: User, scopes: string[], withLocale: boolean): JsonObject {
  const email = scopes.includes('users:read.email') ? { email: user.email } : {};
  return {
    id: user.id,
    team_id: user.team,
    name: user.name,
    real_name: user.realName,
    deleted: user.deactivated ?? false,
    tz: user.zone,
    tz_label: user.zone,
    tz_offset: offsetOf(user.zone, world.clock.now()),
    is_bot: user.bot ?? false,
    is_app_user: false,
    is_restricted: user.guest !== undefined,
    is_ultra_restricted: user.guest === 'ultra_restricted',
    is_stranger: user.stranger ?? false,
    is_email_confirmed: user.emailConfirmed,
    profile: { real_name: user.realName, display_name: user.name, ...email },
    ...(withLocale ? { locale: user.locale } : {}),
  };
}

function usersInfo(world: World, { team, grant }: Caller, args: JsonObject): JsonObject {
  const user = team.users.get(textOf(args['user']));
  if (!user) return refuse('user_not_found');
  const withLocale = String(args['include_locale']) === 'true';
  return { ok: true, user: userAnswer(world, user, grant.scopes, withLocale) };
}

function lookupByEmail(world: World, { team, grant }: Caller, args: JsonObject): JsonObject {
  const email = textOf(args['email']).toLowerCase();
  const users = [...team.users.values()].filter((user) => !user.deactivated && !user.stranger && !user.bot);
  const user = users.find((other) => other.email.toLowerCase() === email);
  return user ? { ok: true, user: userAnswer(world, user, grant.scopes, false) } : refuse('users_not_found');
}

function open(_: World, { team }: Caller, args: JsonObject): JsonObject {
  const ids = textOf(args['users']).split(',');
  const [id = ''] = ids;
  if (ids.length !== 1) return refuse('method_not_supported_for_channel_type');
  const user = team.users.get(id);
  if (!user) return refuse('user_not_found');
  if (user.deactivated) return refuse('user_disabled');
  if (user.bot) return refuse('cannot_dm_bot');
  return { ok: true, channel: { id: dmWith(team, id).id } };
}

function channelAnswer(channel: Channel, team: Team): JsonObject {
  const dm = channel.kind === 'dm';
  return {
    id: channel.id,
    is_im: dm,
    is_channel: !dm,
    is_private: channel.kind !== 'public',
    is_member: channel.members.has(team.botUser),
    ...(dm ? { user: channel.user } : { name: channel.name, num_members: channel.members.size }),
  };
}

function conversationsInfo(_: World, { team }: Caller, args: JsonObject): JsonObject {
  const channel = team.channels.get(textOf(args['channel']));
  return channel ? { ok: true, channel: channelAnswer(channel, team) } : refuse('channel_not_found');
}

function history(_: World, { team }: Caller, args: JsonObject): JsonObject {
  const channel = team.channels.get(textOf(args['channel']));
  if (!channel) return refuse('channel_not_found');
  if (!channel.members.has(team.botUser)) return refuse('not_in_channel');
  const [oldest, latest] = [textOf(args['oldest']) || '0', textOf(args['latest']) || '9'.repeat(12)];
  const metadata = String(args['include_all_metadata']) === 'true';
  const seen = (team.messages.get(channel.id) ?? [])
    .filter((message) => message.onlyFor === undefined)
    .filter(({ ts }) => Number(ts) > Number(oldest) && Number(ts) <= Number(latest))
    .reverse();
  const limit = Number(args['limit'] ?? 100);
  const messages = seen
    .slice(0, limit)
    .map(({ metadata: data, ...message }) => (metadata && data ? { ...message, metadata: data } : message));
  return { ok: true, messages, has_more: seen.length > limit };
}

function authTest(world: World, { team }: Caller): JsonObject {
  return {
    ok: true,
    url: `${world.origin}/`,
    team: team.name,
    user: team.users.get(team.botUser)?.name,
    team_id: team.id,
    user_id: team.botUser,
    bot_id: team.botId,
    is_enterprise_install: false,
  };
}

function revoke(world: World, { token, team }: Caller, args: JsonObject): JsonObject {
  const test = String(args['test']) === 'true' || String(args['test']) === '1';
  if (!test) {
    world.grants.delete(token);
    world.tell(team, { type: 'tokens_revoked', tokens: { oauth: [], bot: [team.botUser] } });
  }
  return { ok: true, revoked: !test };
}

/** Takes the app out of a workspace: its tokens end, and it is told. */
export function uninstall(world: World, team: Team): void {
  for (const [token, grant] of world.grants) if (grant.team === team.id) world.grants.delete(token);
  world.tell(team, { type: 'app_uninstalled' });
}

function appsUninstall(world: World, { team }: Caller, args: JsonObject): JsonObject {
  if (args['client_id'] !== world.app.clientId) return refuse('invalid_client_id');
  if (args['client_secret'] !== world.app.clientSecret) {
    note(world, 'apps.uninstall', 'wrong client secret');
    return refuse('bad_client_secret');
  }
  uninstall(world, team);
  return { ok: true };
}

/** The methods, by name. */
export const peopleMethods: Readonly<Record<string, Method>> = {
  'auth.test': { tier: 'special', scopes: [], run: authTest },
  'auth.revoke': { tier: 'tier3', scopes: [], run: revoke },
  'apps.uninstall': { tier: 'tier1', scopes: [], run: appsUninstall },
  'users.info': { tier: 'tier4', scopes: ['users:read'], run: usersInfo },
  'users.lookupByEmail': { tier: 'tier3', scopes: ['users:read.email'], run: lookupByEmail },
  'conversations.open': { tier: 'tier3', scopes: ['im:write'], run: open },
  'conversations.info': { tier: 'tier3', scopes: ['im:read'], run: conversationsInfo },
  'conversations.history': { tier: 'tier3', scopes: ['im:history'], run: history },
};
