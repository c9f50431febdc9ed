/** What the answer page asks of the services: always as the one person, for the one request, that a link speaks for. */
import { type Client, Code, type Cortado, CortadoError, requestId, timestampFromDate } from '@cortado/api';
import type { Match, Request } from '@cortado/api/gen/cortado/matching/v1/match_pb.js';
import type { Language } from '../page/words.js';
import { type Choice, fieldsOf } from './choice.js';
import type { Link } from './link.js';

/** What came of an answer: after a yes, the match. */
export type Outcome =
  | { readonly kind: 'accept'; readonly match: Match }
  | { readonly kind: 'other'; readonly choice: Exclude<Choice, { kind: 'accept' }> };

/** The services, as a link may use them. All reject with CortadoError. */
export interface Backend {
  /** The request as it is now. */
  find(): Promise<Request>;
  /** Answers it. The same choice sent again changes nothing, and has the same outcome. */
  send(choice: Choice): Promise<Outcome>;
}

// Somebody waits before an empty page; the page tells them to try again.
const patience = { timeoutMs: 4000, attempts: 3 };

/** The services as the person whom `link` speaks for, in the visitor’s language. */
export function clientFor(cortado: Cortado, link: Link, language: Language): Client {
  return cortado.as(cortado.answerLink(link.token), { language, ...patience });
}

/** The services for one visit with a link for a request. */
export function backendFor(cortado: Cortado, link: Link, language: Language): Backend {
  const { matching } = clientFor(cortado, link, language);

  async function send(choice: Choice): Promise<Outcome> {
    const id = requestId('answer page', link.token, JSON.stringify(fieldsOf(choice)));
    const about = { request: link.name, requestId: id };
    switch (choice.kind) {
      case 'accept': {
        const time = choice.time && { chosenTime: timestampFromDate(choice.time) };
        return { kind: 'accept', match: await matching.acceptMatch({ ...about, ...time }) };
      }
      case 'ask':
        await matching.askRequester({ ...about, question: choice.question });
        break;
      case 'later':
        await matching.postponeMatch({ ...about, postponeEndTime: timestampFromDate(choice.until) });
        break;
      case 'decline':
        await matching.declineMatch(about);
    }
    return { kind: 'other', choice };
  }
  return { find: () => matching.getRequest({ name: link.name }), send };
}

/** What a failed call means to the one who looks at the page. */
export type Failure =
  /** The link is not good: altered, over, of another Cortado, or of somebody who left. */
  | 'unknown'
  /** The request has gone on since the mail. */
  | 'used'
  /** It cannot be done so; the error says why. */
  | 'refused'
  /** Too much at once. */
  | 'busy'
  /** The services do not answer now. */
  | 'away';

const unknown = [Code.Unauthenticated, Code.PermissionDenied, Code.NotFound];
const theirs = [Code.FailedPrecondition, Code.AlreadyExists, Code.InvalidArgument];

/** What `error` means. Nobody learns whether there is something that they may not see. */
export function failureOf(error: CortadoError): Failure {
  if (unknown.includes(error.code)) return 'unknown';
  if (error.isReason('REQUEST_ANSWERED', 'ETAG_MISMATCH')) return 'used';
  if (error.code === Code.ResourceExhausted) return 'busy';
  return theirs.includes(error.code) ? 'refused' : 'away';
}

/** `thrown` as the error of a call; what is none is thrown on. */
export function asCallError(thrown: unknown): CortadoError {
  if (thrown instanceof CortadoError) return thrown;
  throw thrown;
}
