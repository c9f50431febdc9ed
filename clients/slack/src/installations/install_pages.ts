// Installing the bot over OAuth: a link that its operator printed leads to Slack, and Slack leads back.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isReason, languageOf } from '@cortado/api';
import { type Installation, type InstallationStore, InstallProvider } from '@slack/oauth';
import { type Journal, problemOf } from '../journal.js';
import { type Words, wordsIn } from '../screens/words.js';
import { silentLogger } from '../slack/slack.js';
import type { Route } from '../web/front_door.js';
import type { Installations } from './installations.js';

/** What the bot asks a workspace for; docs/slack.md says what for. */
export const scopes = ['chat:write', 'commands', 'im:history', 'im:write', 'users:read', 'users:read.email'] as const;

const linkGoodSeconds = 3600;

/** Makes and reads links that install the bot for one organisation: whoever holds one may connect a workspace to it. */
export interface InstallLinks {
  /** `nowSeconds`: since 1970; the link is good for an hour. */
  make(publicUrl: string, organization: string, nowSeconds: number): string;
  /** The organisation of a link that is good. */
  read(parameters: URLSearchParams, nowSeconds: number): string | undefined;
}

export function installLinks(key: string): InstallLinks {
  const sign = (organization: string, until: string) =>
    createHmac('sha256', key).update(`${organization} ${until}`).digest('base64url');
  return {
    make(publicUrl, organization, nowSeconds) {
      const until = String(Math.floor(nowSeconds) + linkGoodSeconds);
      const query = new URLSearchParams({ organization, until, code: sign(organization, until) });
      return `${publicUrl.replace(/\/$/, '')}/slack/install?${query}`;
    },
    read(parameters, nowSeconds) {
      const [organization, until, code] = ['organization', 'until', 'code'].map((name) => parameters.get(name) ?? '');
      if (organization === undefined || until === undefined || code === undefined) return undefined;
      const wanted = Buffer.from(sign(organization, until));
      const given = Buffer.from(code);
      const holds = wanted.length === given.length && timingSafeEqual(wanted, given);
      return holds && Number(until) > nowSeconds ? organization : undefined;
    },
  };
}

export interface InstallPagesOptions {
  clientId: string;
  clientSecret: string;
  stateSecret: string;
  links: InstallLinks;
  publicUrl: string;
  /** Slack's Web API, with a slash at the end. */
  slackUrl: string;
  /** Where Slack asks the administrator; Slack's own, when left out. */
  authorizeUrl?: string;
  installations: Installations;
  journal: Journal;
  nowSeconds(): number;
}

const securityHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
} as const;

function wordsFor(request: IncomingMessage): Words {
  return wordsIn(languageOf(request.headers['accept-language']?.split(',')[0]?.split(';')[0]?.trim()));
}

function page(response: ServerResponse, status: number, words: Words, code: string): void {
  const title = words.say('slack.install.title');
  const body = words.say(code);
  response.writeHead(status, securityHeaders);
  response.end(
    `<!doctype html><html lang="${words.language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
      `<title>${title}</title><main style="font:1.1em sans-serif;max-width:35em;margin:3em auto;padding:0 1em">` +
      `<h1>${title}</h1><p>${body}</p></main></html>`,
  );
}

/** Keeps what Slack granted through the API; nothing of it is kept here. */
function storeIn({ installations, journal }: InstallPagesOptions): InstallationStore {
  const nowhere = () => Promise.reject(new Error('installations are asked for elsewhere'));
  return {
    async storeInstallation(installation) {
      const { team, bot, metadata = '' } = installation as Installation<'v2', boolean>;
      const organization = installations.organizations.find(({ label }) => label === metadata);
      if (organization === undefined || team === undefined || bot === undefined) {
        throw new Error('this is no installation of a workspace for an organisation');
      }
      await installations.keep(organization, team.id, bot.token);
      journal.info('workspace.installed', { team: team.id, organization: organization.label });
    },
    fetchInstallation: nowhere,
    deleteInstallation: nowhere,
  };
}

/** `/slack/install` and `/slack/oauth_redirect`. */
export function installPages(options: InstallPagesOptions): Route {
  const { clientId, clientSecret, stateSecret, links, publicUrl, slackUrl, authorizeUrl, journal } = options;
  const redirectUri = `${publicUrl.replace(/\/$/, '')}/slack/oauth_redirect`;
  const provider = new InstallProvider({
    clientId,
    clientSecret,
    stateSecret,
    installationStore: storeIn(options),
    // The link was asked for by whoever opened it: no page between it and Slack.
    directInstall: true,
    clientOptions: { slackApiUrl: slackUrl, retryConfig: { retries: 1 } },
    ...(authorizeUrl === undefined ? {} : { authorizationUrl: authorizeUrl }),
    logger: silentLogger,
  });
  const install = async (request: IncomingMessage, response: ServerResponse, url: URL) => {
    const metadata = links.read(url.searchParams, options.nowSeconds());
    if (metadata === undefined) return page(response, 403, wordsFor(request), 'slack.install.link_over');
    await provider.handleInstallPath(request, response, {}, { scopes: [...scopes], redirectUri, metadata });
  };
  const callback = (request: IncomingMessage, response: ServerResponse) =>
    provider.handleCallback(request, response, {
      success: (_installation, _options, _request, answer) =>
        page(answer as ServerResponse, 200, wordsFor(request), 'slack.install.done'),
      failure: (error, _options, _request, answer) => {
        const thrown = (error as { original?: unknown }).original ?? error;
        journal.warn('workspace.not_installed', problemOf(thrown));
        const code = isReason(thrown, 'ALREADY_TAKEN') ? 'slack.install.taken' : 'slack.install.failed';
        page(answer as ServerResponse, 400, wordsFor(request), code);
      },
    });
  return async (request, response, url) => {
    if (request.method !== 'GET') return false;
    if (url.pathname === '/slack/install') await install(request, response, url);
    else if (url.pathname === '/slack/oauth_redirect') await callback(request, response);
    else return false;
    return true;
  };
}
