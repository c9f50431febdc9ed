/**
 * The answer page: behind the links in mails, without a login. GET shows; POST to `/confirm` shows what would happen;
 * POST to the link itself does it, once, however often it is sent.
 */
import { createHash } from 'node:crypto';
import type { Cortado, CortadoError } from '@cortado/api';
import { type Request, Request_State } from '@cortado/api/gen/cortado/matching/v1/match_pb.js';
import { refusal } from '../edge/edge.js';
import type { Log } from '../edge/log.js';
import type { Limiter } from '../edge/rate_limit.js';
import { pageReply, type Reply } from '../edge/reply.js';
import type { Handler, Room, Visit } from '../edge/room.js';
import type { Page } from '../page/layout.js';
import { type Asked, look } from './asked.js';
import { asCallError, type Backend, backendFor, type Failure, failureOf } from './backend.js';
import { answerFields, type Choice, readChoice, readKind } from './choice.js';
import { confirmPage, readyForm } from './confirm_page.js';
import { type CsrfParts, isForeign, isProven, makeProof } from './csrf.js';
import { outcomePage } from './done_page.js';
import { type Link, readLink } from './link.js';
import { awayPage, foreignPage, openAgain, unknownPage, usedPage } from './lost_page.js';
import { requestPage } from './request_page.js';

/** What the room needs. */
export interface AnswerParts {
  readonly cortado: Cortado;
  readonly csrf: CsrfParts;
  readonly perLink: Limiter;
  readonly log: Log;
  /** Is told of every try to answer: which answer, and `done` or why not. */
  readonly count: (kind: Choice['kind'], outcome: 'done' | 'unproven' | Failure) => void;
  /** What time it is, where the services do not say. */
  readonly clock: () => Date;
}

// One visit with a link that looks like one.
interface LinkVisit extends Visit {
  readonly parts: AnswerParts;
  readonly link: Link;
  /** `/answer/TOKEN`. */
  readonly home: string;
  readonly backend: Backend;
  /** Whether a form carries the proof of its page. */
  readonly isProven: boolean;
}

const pathForm = /^(\/answer\/([^/]+))(\/confirm)?$/;
const retrySeconds = 10;

function isUsed(request: Request, link: Link): boolean {
  return request.etag !== link.etag || request.state !== Request_State.OPEN;
}

function withProof(visit: LinkVisit, status: number, page: (proof: string) => Page): Reply {
  const proof = makeProof(visit.parts.csrf, visit.headers, visit.link.token);
  return pageReply(status, page(proof.field), { 'Set-Cookie': proof.cookie });
}

// The request once more, with what was written and what to mend.
function mend(visit: LinkVisit, asked: Asked, status: number, problem: string): Reply {
  const draft = { fields: visit.form, kind: readKind(visit.form), problem };
  return withProof(visit, status, (proof) => requestPage(asked, { proof, draft }));
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

function showFailure(visit: LinkVisit, error: CortadoError): Reply {
  const { parts, words, home, link } = visit;
  const isOver = link.expires <= parts.clock();
  switch (failureOf(error)) {
    case 'unknown':
      return pageReply(isOver ? 410 : 404, unknownPage(words, home, isOver));
    case 'busy':
      return pageReply(429, refusal(words, 429), waitOf(error));
    default:
      parts.log('warning', 'away', { reason: error.reason });
      return away(visit, error);
  }
}

// Reads the request and goes on with it; what keeps it from being read is a page of its own.
async function withRequest(visit: LinkVisit, then: (asked: Asked) => Reply | Promise<Reply>): Promise<Reply> {
  let request: Request;
  try {
    request = await visit.backend.find();
  } catch (thrown) {
    return showFailure(visit, asCallError(thrown));
  }
  return then(look(visit.words, visit.home, request, visit.parts.clock));
}

// The same for what only a request can have that still waits for this answer.
function whileOpen(visit: LinkVisit, asked: Asked, then: () => Reply): Reply {
  return isUsed(asked.request, visit.link) ? pageReply(410, usedPage(asked)) : then();
}

function open(visit: LinkVisit): Promise<Reply> {
  const show = (asked: Asked) => withProof(visit, 200, (proof) => requestPage(asked, { proof }));
  return withRequest(visit, (asked) => whileOpen(visit, asked, () => show(asked)));
}

// A form as it was chosen, or as it was confirmed: the same fields, read in the same way.
async function withChoice(
  visit: LinkVisit,
  then: (asked: Asked, choice: Choice) => Reply | Promise<Reply>,
): Promise<Reply> {
  if (isForeign(visit.parts.csrf, visit.headers)) return pageReply(403, foreignPage(visit.words));
  return withRequest(visit, (asked) => {
    const reading = readChoice(visit.form, asked.here);
    if ('choice' in reading) return then(asked, reading.choice);
    return mend(visit, asked, 422, asked.words.say(reading.problem));
  });
}

function askToConfirm(visit: LinkVisit, asked: Asked, choice: Choice): Reply {
  const notice = visit.isProven ? {} : { notice: asked.words.say('confirm_again') };
  return withProof(visit, visit.isProven ? 200 : 403, (proof) => confirmPage(asked, choice, { proof, ...notice }));
}

function confirm(visit: LinkVisit): Promise<Reply> {
  return withChoice(visit, (asked, choice) => whileOpen(visit, asked, () => askToConfirm(visit, asked, choice)));
}

function showRefusal(visit: LinkVisit, choice: Choice, error: CortadoError): Reply | Promise<Reply> {
  const failure = failureOf(error);
  visit.parts.count(choice.kind, failure);
  if (failure !== 'used' && failure !== 'refused') return showFailure(visit, error);
  return withRequest(visit, (asked) => whileOpen(visit, asked, () => mend(visit, asked, 409, error.userMessage)));
}

// Does not ask first whether the link was used: the same answer sent again gets the same page.
function send(visit: LinkVisit): Promise<Reply> {
  return withChoice(visit, async (asked, choice) => {
    if (!visit.isProven) {
      visit.parts.count(choice.kind, 'unproven');
      return askToConfirm(visit, asked, choice);
    }
    try {
      const outcome = await visit.backend.send(choice);
      visit.parts.count(choice.kind, 'done');
      return pageReply(200, outcomePage(asked, outcome));
    } catch (thrown) {
      return showRefusal(visit, choice, asCallError(thrown));
    }
  });
}

// Gives `handle` the link, if it looks like one and does not come too often.
function guarded(
  parts: AnswerParts,
  home: string,
  token: string,
  handle: (visit: LinkVisit) => Promise<Reply>,
): Handler {
  return (visit) => {
    const link = readLink(token);
    if (link === undefined) return pageReply(404, unknownPage(visit.words, home, false));
    const wait = parts.perLink(createHash('sha256').update(token).digest('base64url'), performance.now());
    if (wait > 0) return pageReply(429, refusal(visit.words, 429), { 'Retry-After': String(wait) });
    const backend = backendFor(parts.cortado, link, visit.words.language);
    const proven = isProven(parts.csrf, visit.headers, token, visit.form.get('csrf'));
    return handle({ ...visit, parts, link, home, backend, isProven: proven });
  };
}

/** The room of the answer page. */
export function answerRoom(parts: AnswerParts): Room {
  return (path) => {
    const [, home, token, step] = pathForm.exec(path) ?? [];
    if (home === undefined || token === undefined) return undefined;
    const handler = (handle: (visit: LinkVisit) => Promise<Reply>) => guarded(parts, home, token, handle);
    if (step === undefined) return { name: 'answer', GET: handler(open), POST: handler(send) };
    // Whoever loads the page to confirm anew has sent nothing that could be confirmed.
    const backToLink: Handler = ({ words }) => {
      return { status: 303, headers: { Location: `${home}?lang=${words.language}` }, body: '' };
    };
    return { name: 'confirm', GET: backToLink, POST: handler(confirm) };
  };
}
