// An administrator at a browser: from the app's "Add to Slack" to Slack's page and back, cookies and all.
import { consent } from './methods/oauth.js';
import type { Team, User, World } from './world.js';

/** What the administrator sees in the end. */
export interface Installed {
  status: number;
  page: string;
}

function cookiesOf(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0] ?? '')
    .join('; ');
}

/** Where the app's page leads: by itself, or by its link. */
async function authorizeAddress(answer: Response, beginning: string): Promise<string> {
  const location = answer.headers.get('location');
  if (location !== null) return location;
  const page = await answer.text();
  const [, link] = [...page.matchAll(/href="([^"]+)"/g)].find(([, href = '']) => href.startsWith(beginning)) ?? [];
  if (link === undefined) throw new Error(`no way to Slack on the page (status ${answer.status})`);
  return link.replaceAll('&amp;', '&');
}

/**
 * Goes to the app's installation page at `address` as `by`, consents, and follows Slack back. Throws where the page does
 * not lead to Slack, or Slack shows an error.
 */
export async function installFrom(world: World, address: string, team: Team, by: User): Promise<Installed> {
  const first = await fetch(address, { redirect: 'manual' });
  const slackPage = await authorizeAddress(first, `${world.origin}/oauth/v2/authorize`);
  const back = consent(world, slackPage, team, by.id);
  const last = await fetch(back, { headers: { cookie: cookiesOf(first) }, redirect: 'manual' });
  return { status: last.status, page: await last.text() };
}
