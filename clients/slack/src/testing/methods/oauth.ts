// Installing the app: the page where an administrator consents, and the exchange of its code for a bot token.
import { type JsonObject, textOf } from '../json.js';
import { dmWith, newId, secret, type Team, type World } from '../world.js';
import { refuse } from './method.js';

/** A bot token for `team` with these scopes, as an installation by `user` gives. */
export function grantToken(world: World, team: Team, scopes: string[], user: string): string {
  const token = `xoxb-${team.id}-${secret(12)}`;
  world.grants.set(token, { team: team.id, scopes, installedBy: user });
  dmWith(team, user);
  return token;
}

/**
 * What an administrator's "Allow" on the page at `address` leads to: the app's own address with a code. Throws where
 * Slack would show an error page.
 */
export function consent(world: World, address: string, team: Team, user: string): string {
  const asked = new URL(address).searchParams;
  if (asked.get('client_id') !== world.app.clientId) throw new Error('Slack: invalid client_id');
  const scopes = (asked.get('scope') ?? '').split(/[ ,]/).filter((scope) => scope !== '');
  if (scopes.length === 0) throw new Error('Slack: an app asks for scopes');
  const redirectUri = asked.get('redirect_uri') ?? '';
  if (redirectUri === '') throw new Error('Slack: no redirect_uri');
  const code = secret(16);
  world.codes.set(code, { team: team.id, scopes, installedBy: user, redirectUri });
  const target = new URL(redirectUri);
  target.searchParams.set('code', code);
  const state = asked.get('state');
  if (state !== null) target.searchParams.set('state', state);
  return target.href;
}

/** oauth.v2.access: a code is good once, for the app it was made for. */
export function access(world: World, args: JsonObject, basic: { id: string; secret: string } | undefined): JsonObject {
  const [id, key] = [basic?.id ?? textOf(args['client_id']), basic?.secret ?? textOf(args['client_secret'])];
  if (id !== world.app.clientId) return refuse('invalid_client_id');
  if (key !== world.app.clientSecret) return refuse('bad_client_secret');
  const code = textOf(args['code']);
  const grant = world.codes.get(code);
  const team = world.teams.get(grant?.team ?? '');
  if (!grant || !team) return refuse('invalid_code');
  if (args['redirect_uri'] !== undefined && args['redirect_uri'] !== grant.redirectUri)
    return refuse('bad_redirect_uri');
  world.codes.delete(code);
  return {
    ok: true,
    access_token: grantToken(world, team, grant.scopes, grant.installedBy),
    token_type: 'bot',
    scope: grant.scopes.join(','),
    bot_user_id: team.botUser,
    app_id: world.app.id,
    team: { id: team.id, name: team.name },
    enterprise: null,
    is_enterprise_install: false,
    authed_user: { id: grant.installedBy },
  };
}

/** apps.connections.open: a ticket for one Socket Mode connection. */
export function openConnection(world: World, token: string): JsonObject {
  if (token !== world.app.appToken) return refuse(token === '' ? 'not_authed' : 'invalid_auth');
  return { ok: true, url: `${world.origin.replace('http', 'ws')}/link/?ticket=${newId('K')}${secret(8)}` };
}
