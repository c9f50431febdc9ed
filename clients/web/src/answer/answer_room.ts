/**
 * The answer page: behind the links in mails, without a login. GET shows; POST to `/confirm` shows what would happen;
 * POST to the link itself does it, once, however often it is sent.
 */
import { createHash } from 'node:crypto';
import { refusal } from '../edge/edge.js';
import { pageReply } from '../edge/reply.js';
import type { Handler, Room } from '../edge/room.js';
import { isProven } from './csrf.js';
import { type About, readLink } from './link.js';
import type { AnswerParts, Answers } from './link_visit.js';
import { unknownPage } from './lost_page.js';
import { matchAnswers } from './match_answers.js';
import { programAnswers } from './program_answers.js';
import { requestAnswers } from './request_answers.js';

const answersTo: Readonly<Record<About, Answers>> = {
  request: requestAnswers,
  match: matchAnswers,
  program: programAnswers,
};

const pathForm = /^(\/answer\/([^/]+))(\/confirm)?$/;

// Gives the link to those who answer such links, if it looks like one and does not come too often.
function guarded(parts: AnswerParts, home: string, token: string, step: keyof Answers): Handler {
  return (visit) => {
    const link = readLink(token);
    if (link === undefined) return pageReply(404, unknownPage(visit.words, home, false));
    const wait = parts.perLink(createHash('sha256').update(token).digest('base64url'), performance.now());
    if (wait > 0) return pageReply(429, refusal(visit.words, 429), { 'Retry-After': String(wait) });
    const proven = isProven(parts.csrf, visit.headers, token, visit.form.get('csrf'));
    return answersTo[link.about][step]({ ...visit, parts, link, home, isProven: proven });
  };
}

/** The room of the answer page. */
export function answerRoom(parts: AnswerParts): Room {
  return (path) => {
    const [, home, token, step] = pathForm.exec(path) ?? [];
    if (home === undefined || token === undefined) return undefined;
    const handler = (step: keyof Answers) => guarded(parts, home, token, step);
    if (step === undefined) return { name: 'answer', GET: handler('open'), POST: handler('send') };
    // Whoever loads the page to confirm anew has sent nothing that could be confirmed.
    const backToLink: Handler = ({ words }) => {
      return { status: 303, headers: { Location: `${home}?lang=${words.language}` }, body: '' };
    };
    return { name: 'confirm', GET: backToLink, POST: handler('confirm') };
  };
}
