/** Requests behind links: yes with a time, a question, not now, no. Each link is good for one answer. */
import type { CortadoError } from '@cortado/api';
import { type Request, Request_State } from '@cortado/api/gen/cortado/matching/v1/match_pb.js';
import { pageReply, type Reply } from '../edge/reply.js';
import { type Asked, look } from './asked.js';
import { asCallError, backendFor, failureOf } from './backend.js';
import { type Choice, readChoice, readKind } from './choice.js';
import { confirmPage } from './confirm_page.js';
import { isForeign } from './csrf.js';
import { outcomePage } from './done_page.js';
import type { Link } from './link.js';
import { type Answers, type LinkVisit, showFailure, withProof } from './link_visit.js';
import { foreignPage, usedPage } from './lost_page.js';
import { requestPage } from './request_page.js';

const backendOf = ({ parts, link, words }: LinkVisit) => backendFor(parts.cortado, link, words.language);

function isUsed(request: Request, link: Link): boolean {
  return request.etag !== link.etag || request.state !== Request_State.OPEN;
}

// The request once more, with what was written and what to mend.
function mend(visit: LinkVisit, asked: Asked, status: number, problem: string): Reply {
  const draft = { fields: visit.form, kind: readKind(visit.form), problem };
  return withProof(visit, status, (proof) => requestPage(asked, { proof, draft }));
}

// Reads the request and goes on with it; what keeps it from being read is a page of its own.
async function withRequest(visit: LinkVisit, then: (asked: Asked) => Reply | Promise<Reply>): Promise<Reply> {
  let request: Request;
  try {
    request = await backendOf(visit).find();
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
      const outcome = await backendOf(visit).send(choice);
      visit.parts.count(choice.kind, 'done');
      return pageReply(200, outcomePage(asked, outcome));
    } catch (thrown) {
      return showRefusal(visit, choice, asCallError(thrown));
    }
  });
}

/** How a link for a request is answered. */
export const requestAnswers: Answers = { open, confirm, send };
