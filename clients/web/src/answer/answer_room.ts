/**
 * The answer page: behind the links in mails, without a login. GET shows; POST to `/confirm` shows what would happen;
 * POST to the link itself does it, once, however often it is sent.
 */
import { createHash } from 'node:crypto';
import type { Cortado, CortadoError } from '@cortado/api';
import type { Request } from '@cortado/api/gen/cortado/matching/v1/match_pb.js';
import { Request_State } from '@cortado/api/gen/cortado/matching/v1/match_pb.js';
import { refusal } from '../edge/edge.js';
import type { Log } from '../edge/log.js';
import type { Limiter } from '../edge/rate_limit.js';
import { pageReply, type Reply } from '../edge/reply.js';
import type { Handler, Room, Visit } from '../edge/room.js';
import { type Asked, look } from './asked.js';
import { asCallError, type Backend, backendFor, type Failure, failureOf } from './backend.js';
import { answerFields, type Choice, readChoice, readKind } from './choice.js';
import { confirmPage, readyForm } from './confirm_page.js';
import { type CsrfParts, isForeign, isProven, makeProof } from './csrf.js';
import { outcomePage } from './done_page.js';
import { type Link, readLink } from './link.js';
import { awayPage, foreignPage, openAgain, unknownPage, usedPage } from './lost_page.js';
import { type Draft, requestPage } from './request_page.js';

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
  readonly link: Link;
  /** `/answer/TOKEN`. */
  readonly home: string;
  readonly backend: Backend;
}

const pathForm = /^(\/answer\/([^/]+))(\/confirm)?$/;
const retrySeconds = 10;

function isUsed(request: Request, link: Link): boolean {
  return request.etag !== link.etag || request.state !== Request_State.OPEN;
}

/** The room of the answer page. */
export function answerRoom(parts: AnswerParts): Room {
  const { csrf, clock } = parts;

  function withProof(
    visit: LinkVisit,
    status: number,
    page: (proof: string) => Parameters<typeof pageReply>[1],
  ): Reply {
    const proof = makeProof(csrf, visit.headers, visit.link.token);
    return pageReply(status, page(proof.field), { 'Set-Cookie': proof.cookie });
  }

  function showRequest(visit: LinkVisit, asked: Asked, status: number, draft?: Draft): Reply {
    return withProof(visit, status, (proof) => requestPage(asked, { proof, draft }));
  }

  function mend(visit: LinkVisit, asked: Asked, status: number, problem: string): Reply {
    return showRequest(visit, asked, status, { fields: visit.form, kind: readKind(visit.form), problem });
  }

  function waitOf(error: CortadoError): Readonly<Record<string, string>> {
    return { 'Retry-After': String(Math.ceil((error.retryDelayMs ?? retrySeconds * 1000) / 1000)) };
  }

  // What was sent is kept in the page, to be sent again as it was.
  function away(visit: LinkVisit, error: CortadoError): Reply {
    const { words, home, path } = visit;
    const label = words.say('again');
    const isForm = visit.form.size > 0;
    const again = (proof: string) =>
      isForm
        ? readyForm({ words, path: home }, path, answerFields(visit.form), proof, label)
        : openAgain(words, home, label);
    const reply = withProof(visit, 503, (proof) => awayPage(words, isForm ? undefined : home, again(proof)));
    return { ...reply, headers: { ...reply.headers, ...waitOf(error) } };
  }

  function showFailure(visit: LinkVisit, error: CortadoError): Reply {
    const { words, home, link } = visit;
    const isOver = link.expires <= clock();
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
    return then(look(visit.words, visit.home, request, clock));
  }

  async function open(visit: LinkVisit): Promise<Reply> {
    return withRequest(visit, (asked) =>
      isUsed(asked.request, visit.link) ? pageReply(410, usedPage(asked)) : showRequest(visit, asked, 200),
    );
  }

  // A form as it was chosen, or as it was confirmed: the same fields, read in the same way.
  async function withChoice(
    visit: LinkVisit,
    then: (asked: Asked, choice: Choice, proven: boolean) => Reply | Promise<Reply>,
  ) {
    if (isForeign(csrf, visit.headers)) return pageReply(403, foreignPage(visit.words));
    return withRequest(visit, (asked) => {
      const reading = readChoice(visit.form, asked.here);
      if ('problem' in reading) return mend(visit, asked, 422, asked.words.say(reading.problem));
      return then(asked, reading.choice, isProven(csrf, visit.headers, visit.link.token, visit.form.get('csrf')));
    });
  }

  function askToConfirm(visit: LinkVisit, asked: Asked, choice: Choice, proven: boolean): Reply {
    const notice = proven ? {} : { notice: asked.words.say('confirm_again') };
    return withProof(visit, proven ? 200 : 403, (proof) => confirmPage(asked, choice, { proof, ...notice }));
  }

  async function confirm(visit: LinkVisit): Promise<Reply> {
    return withChoice(visit, (asked, choice, proven) =>
      isUsed(asked.request, visit.link) ? pageReply(410, usedPage(asked)) : askToConfirm(visit, asked, choice, proven),
    );
  }

  async function refused(visit: LinkVisit, choice: Choice, error: CortadoError): Promise<Reply> {
    const failure = failureOf(error);
    parts.count(choice.kind, failure);
    if (failure !== 'used' && failure !== 'refused') return showFailure(visit, error);
    return withRequest(visit, (asked) =>
      isUsed(asked.request, visit.link) ? pageReply(410, usedPage(asked)) : mend(visit, asked, 409, error.userMessage),
    );
  }

  async function send(visit: LinkVisit): Promise<Reply> {
    return withChoice(visit, async (asked, choice, proven) => {
      if (!proven) {
        parts.count(choice.kind, 'unproven');
        return askToConfirm(visit, asked, choice, proven);
      }
      try {
        const outcome = await visit.backend.send(choice);
        parts.count(choice.kind, 'done');
        return pageReply(200, outcomePage(asked, outcome));
      } catch (thrown) {
        return refused(visit, choice, asCallError(thrown));
      }
    });
  }

  // Gives `handle` the link, if it looks like one and does not come too often.
  function guarded(home: string, token: string, handle: (visit: LinkVisit) => Promise<Reply>): Handler {
    return (visit) => {
      const link = readLink(token);
      if (link === undefined) return pageReply(404, unknownPage(visit.words, home, false));
      const wait = parts.perLink(createHash('sha256').update(token).digest('base64url'), performance.now());
      if (wait > 0) return pageReply(429, refusal(visit.words, 429), { 'Retry-After': String(wait) });
      return handle({ ...visit, link, home, backend: backendFor(parts.cortado, link, visit.words.language) });
    };
  }

  return (path) => {
    const [, home, token, step] = pathForm.exec(path) ?? [];
    if (home === undefined || token === undefined) return undefined;
    if (step === undefined)
      return { name: 'answer', GET: guarded(home, token, open), POST: guarded(home, token, send) };
    // Whoever loads the page to confirm anew has sent nothing that could be confirmed.
    const backToLink: Handler = () => ({ status: 303, headers: { Location: home }, body: '' });
    return { name: 'confirm', GET: backToLink, POST: guarded(home, token, confirm) };
  };
}
