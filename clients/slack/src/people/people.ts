// Who a user of Slack is: their language, zone and verified address, and whom they are linked to.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Cortado, Language } from '@cortado/api';
import { languageOf } from '@cortado/api';
import type { Workspace } from '../installations/installations.js';

/** What Slack says of a user. */
export interface Member {
  language: Language;
  /** As the workspace verified it; empty when it did not. */
  email: string;
  isGuest: boolean;
  /** Of another workspace, as in a channel that two companies share. */
  isForeign: boolean;
}

/** A linked person, acted for. */
export interface Acting {
  client: Client;
  /** `people/P`. */
  self: string;
}

export interface People {
  /** As Slack says now. Throws what WebClient throws. */
  read(workspace: Workspace, user: string): Promise<Member>;
  /** Their language: as remembered, else asked for within `withinMs`, else English. */
  language(workspace: Workspace, user: string, withinMs?: number): Promise<Language>;
  /** Their language as remembered; English for somebody new. */
  languageNow(team: string, user: string): Language;
  /** Acts for a linked user. Throws CortadoError, SLACK_USER_NOT_LINKED among them. */
  act(workspace: Workspace, user: string, language: Language): Promise<Acting>;
}

const languagesKept = 50_000;
const freshMs = 60 * 60_000;

async function readMember({ slack, team }: Workspace, user: string): Promise<Member> {
  const found = await slack.member(user);
  const isForeign = found?.is_stranger === true || (found?.team_id !== undefined && found.team_id !== team);
  return {
    language: languageOf(found?.locale),
    email: found?.is_email_confirmed === false ? '' : (found?.profile?.email ?? ''),
    isGuest: found?.is_restricted === true || found?.is_ultra_restricted === true || found?.is_bot === true,
    isForeign,
  };
}

export function openPeople(cortado: Cortado, clock: () => number = () => performance.now()): People {
  const languages = new Map<string, { language: Language; atMs: number }>();

  async function read(workspace: Workspace, user: string): Promise<Member> {
    const member = await readMember(workspace, user);
    const key = `${workspace.team}/${user}`;
    languages.delete(key);
    languages.set(key, { language: member.language, atMs: clock() });
    for (const oldest of languages.keys()) {
      if (languages.size <= languagesKept) break;
      languages.delete(oldest);
    }
    return member;
  }

  return {
    read,
    languageNow: (team, user) => languages.get(`${team}/${user}`)?.language ?? 'en',
    async language(workspace, user, withinMs = 1000) {
      const known = languages.get(`${workspace.team}/${user}`);
      if (known !== undefined && clock() - known.atMs < freshMs) return known.language;
      const fallback = known?.language ?? 'en';
      const asked = read(workspace, user).then(
        ({ language }) => language,
        () => fallback,
      );
      const stop = new AbortController();
      const late = sleep(withinMs, fallback, { signal: stop.signal }).catch(() => fallback);
      const language = await Promise.race([asked, late]);
      stop.abort();
      return language;
    },
    async act(workspace, user, language) {
      const source = cortado.slackUser(workspace.organization.key, workspace.team, user);
      const client = cortado.as(source, { language });
      return { client, self: await client.person() };
    },
  };
}
