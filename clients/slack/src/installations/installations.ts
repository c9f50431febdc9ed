// Which workspace belongs to whom, and how its bot speaks. Kept by the API, sealed; remembered here for a while.
import { type Client, type Cortado, isReason, requestId, type TokenSource, timestampMs } from '@cortado/api';
import type { Slack } from '../slack/slack.js';
import type { Seal } from './seal.js';

/** An organisation that the bot has a key of. */
export interface Organization {
  /** What its key file is called; for links and logs. */
  label: string;
  key: TokenSource;
  /** Calls as the bot itself. */
  client: Client;
}

/** A workspace that the bot is installed in. */
export interface Workspace {
  team: string;
  organization: Organization;
  /** As the bot of this workspace. */
  slack: Slack;
}

/** What is sealed. */
interface BotTokens {
  token: string;
}

/** Workspaces, by the API. Its calls fail with CortadoError when the API does not answer. */
export interface Installations {
  readonly organizations: readonly Organization[];
  /** Undefined where the bot is not installed. */
  find(team: string): Promise<Workspace | undefined>;
  /** What find gave last, without waiting. */
  remembered(team: string): Workspace | undefined;
  /** Keeps the bot's token for a workspace of an organisation. ALREADY_TAKEN when it is another organisation's. */
  keep(organization: Organization, team: string, token: string): Promise<void>;
  /** Removes it, unless it was installed anew after `eventTime` (seconds); nobody of it is linked any more. */
  remove(team: string, eventTime: number, eventId: string): Promise<void>;
  /** Asks the API anew the next time. */
  forget(team: string): void;
}

export interface InstallationsOptions {
  cortado: Cortado;
  /** Label and service key of each organisation. */
  keys: ReadonlyMap<string, string>;
  seal: Seal;
  slackFor(token: string): Slack;
  /** Milliseconds, of a clock that only runs forward. */
  clock?: () => number;
}

const freshMs = 60_000;
const absentMs = 5_000;

interface Held {
  workspace: Workspace | undefined;
  sealed: string;
  atMs: number;
}

function openOrganizations({ cortado, keys }: InstallationsOptions): Organization[] {
  return [...keys].map(([label, secret]) => {
    const key = cortado.serviceKey(secret);
    return { label, key, client: cortado.as(key) };
  });
}

/** Finds `team` among the organisations: the one that has it, or what kept us from asking all. */
async function ask(organizations: readonly Organization[], team: string) {
  const answers = await Promise.allSettled(
    organizations.map(async (organization) => {
      const found = await organization.client.profile.getSlackInstallation({ team });
      return { organization, sealed: found.botTokens };
    }),
  );
  for (const answer of answers) if (answer.status === 'fulfilled') return answer.value;
  for (const answer of answers) {
    if (answer.status === 'rejected' && !isReason(answer.reason, 'RESOURCE_NOT_FOUND')) throw answer.reason;
  }
  return undefined;
}

export function openInstallations(options: InstallationsOptions): Installations {
  const { seal, slackFor, clock = () => performance.now() } = options;
  const organizations = openOrganizations(options);
  const held = new Map<string, Held>();
  const flights = new Map<string, Promise<Workspace | undefined>>();

  async function look(team: string): Promise<Workspace | undefined> {
    const found = await ask(organizations, team);
    const sealed = found === undefined ? '' : Buffer.from(found.sealed).toString('base64');
    const before = held.get(team);
    // The same token keeps its client, which knows how Slack limits it.
    const isSame = before?.workspace !== undefined && before.sealed === sealed;
    const workspace = isSame ? before.workspace : found && make(team, found.organization, found.sealed);
    held.set(team, { workspace, sealed, atMs: clock() });
    return workspace;
  }
  function make(team: string, organization: Organization, sealed: Uint8Array): Workspace {
    const tokens: BotTokens = JSON.parse(seal.open(team, sealed));
    return { team, organization, slack: slackFor(tokens.token) };
  }
  function lookOnce(team: string): Promise<Workspace | undefined> {
    const flight = flights.get(team) ?? look(team).finally(() => flights.delete(team));
    flights.set(team, flight);
    return flight;
  }

  return {
    organizations,
    remembered: (team) => held.get(team)?.workspace,
    async find(team) {
      const known = held.get(team);
      const age = known === undefined ? Number.POSITIVE_INFINITY : clock() - known.atMs;
      if (known === undefined || (known.workspace === undefined && age >= absentMs)) return lookOnce(team);
      // What is known answers at once; a workspace that is gone is noticed by the next look, or by Slack's own refusal.
      if (age >= freshMs) lookOnce(team).catch(() => {});
      return known.workspace;
    },
    async keep(organization, team, token) {
      const tokens: BotTokens = { token };
      const botTokens = seal.seal(team, JSON.stringify(tokens));
      await organization.client.profile.createSlackInstallation({
        slackInstallation: { team, botTokens },
        requestId: requestId('install', team, token),
      });
      held.delete(team);
    },
    async remove(team, eventTime, eventId) {
      const found = await ask(organizations, team);
      held.delete(team);
      if (found === undefined) return;
      const kept = await found.organization.client.profile.getSlackInstallation({ team });
      const isNewer = kept.createTime !== undefined && timestampMs(kept.createTime) > (eventTime + 1) * 1000;
      if (isNewer) return;
      await found.organization.client.profile
        .deleteSlackInstallation({ team, requestId: requestId('uninstall', team, eventId) })
        .catch((thrown) => (isReason(thrown, 'RESOURCE_NOT_FOUND') ? undefined : Promise.reject(thrown)));
      held.delete(team);
    },
    forget: (team) => void held.delete(team),
  };
}
