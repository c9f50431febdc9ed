/** One visit with a link, and the replies that do not depend on what the link is for. */
import type { Cortado, CortadoError } from '@cortado/api';
import { refusal } from '../edge/edge.js';
import type { Log } from '../edge/log.js';
import type { Limiter } from '../edge/rate_limit.js';
import { pageReply, type Reply } from '../edge/reply.js';
import type { Visit } from '../edge/room.js';
import type { Page } from '../page/layout.js';
import { type Failure, failureOf } from './backend.js';
import { answerFields } from './choice.js';
import { readyForm } from './confirm_page.js';
import { type CsrfParts, makeProof } from './csrf.js';
import type { Link } from './link.js';
import { awayPage, openAgain, unknownPage } from './lost_page.js';

/** What the room needs. */
export interface AnswerParts {
  readonly cortado: Cortado;
  readonly csrf: CsrfParts;
  readonly perLink: Limiter;
  readonly log: Log;
  /** Is told of every try to answer: which answer, and `done` or why not. */
  readonly count: (kind: string, outcome: 'done' | 'unproven' | Failure) => void;
  /** What time it is, where the services do not say. */
  readonly clock: () => Date;
}

/** One visit with a link that looks like one. */
export interface LinkVisit extends Visit {
  readonly parts: AnswerParts;
  readonly link: Link;
  /** `/answer/TOKEN`. */
  readonly home: string;
  /** Whether a form carries the proof of its page. */
  readonly isProven: boolean;
}

/** How links of one kind are answered. */
export interface Answers {
  /** Shows what may be answered. */
  open(visit: LinkVisit): Promise<Reply>;
  /** Shows what would happen. */
  confirm(visit: LinkVisit): Promise<Reply>;
  /** Does it, once, however often it is sent. */
  send(visit: LinkVisit): Promise<Reply>;
}

const retrySeconds = 10;

/** A page with forms, which carry the proof that it was ours. */
export function withProof(visit: LinkVisit, status: number, page: (proof: string) => Page): Reply {
  const proof = makeProof(visit.parts.csrf, visit.headers, visit.link.token);
  return pageReply(status, page(proof.field), { 'Set-Cookie': proof.cookie });
}

function waitOf(error: CortadoError): Readonly<Record<string, string>> {
  return { 'Retry-After': String(Math.ceil((error.retryDelayMs ?? retrySeconds * 1000) / 1000)) };
}

// What was sent is kept in the page, to be sent again as it was.
function away(visit: LinkVisit, error: CortadoError): Reply {
  const { words, home, path, form } = visit;
  const label = words.say('again');
  const again = (proof: string) =>
    visit.isProven
      ? readyForm({ words, path: home }, path, answerFields(form), proof, label)
      : openAgain(words, home, label);
  const reply = withProof(visit, 503, (proof) => awayPage(words, form.size > 0 ? undefined : home, again(proof)));
  return { ...reply, headers: { ...reply.headers, ...waitOf(error) } };
}

/** The page for a call that failed, whatever it was for. */
export function showFailure(visit: LinkVisit, error: CortadoError): Reply {
  const { parts, words, home, link } = visit;
  const isOver = link.expires <= parts.clock();
  switch (failureOf(error)) {
    case 'unknown':
      return pageReply(isOver ? 410 : 404, unknownPage(words, home, isOver, link.about));
    case 'busy':
      return pageReply(429, refusal(words, 429), waitOf(error));
    default:
      parts.log('warning', 'away', { reason: error.reason });
      return away(visit, error);
  }
}
