/** Links that are good for many answers, none of which has words to fill in: what one may choose is shown, confirmed, done. */
import { randomBytes } from 'node:crypto';
import { type CortadoError, requestId } from '@cortado/api';
import { pageReply, type Reply } from '../edge/reply.js';
import type { Page } from '../page/layout.js';
import { asCallError, failureOf } from './backend.js';
import { type Statement, statementPage } from './confirm_page.js';
import { isForeign } from './csrf.js';
import { type Answers, type LinkVisit, showFailure, withProof } from './link_visit.js';
import { foreignPage } from './lost_page.js';

/** Where to go instead of the page with the answers, and why. */
export interface Elsewhere {
  readonly status: 200 | 410;
  readonly page: Page;
}

/** What a form chose; or the entry `web.PROBLEM` that says what to mend. */
export type Read = { readonly statement: Statement; readonly kind: string } | { readonly problem: string };

/** What may be answered about one thing. Calls reject with CortadoError. */
export interface Offered<Thing> {
  /** The thing as it is now. */
  find(): Promise<Thing>;
  /** The page of one that waits for no answer any more. */
  elsewhere(thing: Thing): Elsewhere | undefined;
  /** The page with the answers. `problem`: a sentence to say above them. */
  show(thing: Thing, proof: string, problem?: string): Page;
  /** What a form chose, as either page sends it. */
  read(thing: Thing, form: URLSearchParams): Read;
  /** Does it; the same id again changes nothing. The page tells what came of it, or asks for another answer. */
  send(thing: Thing, form: URLSearchParams, id: string): Promise<Page | { thing: Thing; problem: string }>;
}

// Two of the same answer are two intents when something was said between them: each page to confirm is good for one.
const newIntent = () => randomBytes(12).toString('base64url');

/** Answers links for a thing, which `offer` knows how to read and write. */
export function answersTo<Thing>(offer: (visit: LinkVisit) => Offered<Thing>): Answers {
  async function withThing(visit: LinkVisit, then: (thing: Thing) => Reply | Promise<Reply>): Promise<Reply> {
    const offered = offer(visit);
    let thing: Thing;
    try {
      thing = await offered.find();
    } catch (thrown) {
      return showFailure(visit, asCallError(thrown));
    }
    const instead = offered.elsewhere(thing);
    return instead === undefined ? then(thing) : pageReply(instead.status, instead.page);
  }

  const mend = (visit: LinkVisit, thing: Thing, status: number, problem: string) =>
    withProof(visit, status, (proof) => offer(visit).show(thing, proof, problem));

  function withChoice(
    visit: LinkVisit,
    then: (thing: Thing, read: Extract<Read, { kind: string }>) => Reply | Promise<Reply>,
  ): Promise<Reply> | Reply {
    if (isForeign(visit.parts.csrf, visit.headers)) return pageReply(403, foreignPage(visit.words));
    return withThing(visit, (thing) => {
      const read = offer(visit).read(thing, visit.form);
      return 'problem' in read ? mend(visit, thing, 422, visit.words.say(read.problem)) : then(thing, read);
    });
  }

  function askToConfirm(visit: LinkVisit, { statement }: { statement: Statement }): Reply {
    const { words, home, isProven } = visit;
    const notice = isProven ? {} : { notice: words.say('confirm_again') };
    const once = { ...statement, fields: { ...statement.fields, once: newIntent() } };
    return withProof(visit, isProven ? 200 : 403, (proof) =>
      statementPage({ words, path: home }, once, { proof, ...notice }),
    );
  }

  function showRefusal(visit: LinkVisit, kind: string, error: CortadoError): Reply | Promise<Reply> {
    const failure = failureOf(error);
    visit.parts.count(kind, failure);
    if (failure !== 'used' && failure !== 'refused') return showFailure(visit, error);
    return withThing(visit, (thing) => mend(visit, thing, 409, error.userMessage));
  }

  async function act(visit: LinkVisit, thing: Thing, { kind, statement }: Extract<Read, { kind: string }>) {
    const intent = JSON.stringify([visit.form.get('once'), statement.fields]);
    try {
      const came = await offer(visit).send(thing, visit.form, requestId('answer page', visit.link.token, intent));
      visit.parts.count(kind, 'done');
      return 'problem' in came ? mend(visit, came.thing, 409, came.problem) : pageReply(200, came);
    } catch (thrown) {
      return showRefusal(visit, kind, asCallError(thrown));
    }
  }

  return {
    open: (visit) => withThing(visit, (thing) => withProof(visit, 200, (proof) => offer(visit).show(thing, proof))),
    confirm: async (visit) => withChoice(visit, (_, read) => askToConfirm(visit, read)),
    send: async (visit) =>
      withChoice(visit, (thing, read) => {
        if (visit.isProven) return act(visit, thing, read);
        visit.parts.count(read.kind, 'unproven');
        return askToConfirm(visit, read);
      }),
  };
}
