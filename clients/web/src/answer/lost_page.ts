/** For links that answer nothing any more, and for moments when nothing can be answered. */
import { timestampDate } from '@cortado/api';
import { Request_State } from '@cortado/api/gen/cortado/matching/v1/match_pb.js';
import { html, type Insert } from '../page/html.js';
import type { Page } from '../page/layout.js';
import { type Notice, noticePage } from '../page/notice.js';
import { sayDay } from '../page/times.js';
import type { Words } from '../page/words.js';
import type { Asked } from './asked.js';
import type { About } from './link.js';

function usedNotice({ words, name, request, here }: Asked): Notice {
  const say = (code: string) => {
    const until = request.postponeEndTime && timestampDate(request.postponeEndTime);
    return words.say(code, { name, date: until ? sayDay(until, here.zone, words.language) : '' });
  };
  switch (request.state) {
    case Request_State.ACCEPTED:
      return {
        title: say('matched_title'),
        lead: say('used_lead'),
        rest: html`<p class="below">${say('used_accepted')}</p>`,
      };
    case Request_State.WITHDRAWN:
      return { title: say('used_withdrawn_title'), lead: say('used_closed') };
    case Request_State.POSTPONED:
      return { title: say('used_postponed_title'), lead: say('used_postponed') };
    case Request_State.OPEN:
      return request.waitsForRequester
        ? { title: say('used_waiting_title'), lead: say('used_waiting') }
        : { title: say('used_newer_title'), lead: say('used_newer') };
    default:
      return { title: say('used_closed_title'), lead: say('used_closed') };
  }
}

/** The page of a link whose request has gone on since its mail: where it stands, and what to do. */
export function usedPage(asked: Asked): Page {
  return noticePage(asked.words, { ...usedNotice(asked), path: asked.path });
}

/**
 * The page of a link that is not good. The same for an altered one, another organisation’s, and one of somebody who left.
 * `about`: what it says it is for; undefined: nobody can tell.
 */
export function unknownPage(words: Words, path: string, isOver: boolean, about?: About): Page {
  const isRequest = about === undefined || about === 'request';
  const elsewhere = isRequest ? ['try_elsewhere', 'try_person'] : ['try_there'];
  const steps = ['try_newest', ...(isOver ? [] : ['try_whole']), ...elsewhere];
  const title = isOver ? 'expired_title' : 'unknown_title';
  const lead = !isOver ? 'unknown_lead' : isRequest ? 'expired_lead' : 'expired_time_lead';
  return noticePage(words, {
    title: words.say(title),
    lead: words.say(lead),
    steps: steps.map((step) => words.say(step)),
    path,
  });
}

/** The page while the services do not answer; `again`: what tries it once more. */
export function awayPage(words: Words, path: string | undefined, again: Insert): Page {
  return noticePage(words, { title: words.say('away_title'), lead: words.say('away_lead'), rest: again, path });
}

/** The page for a form that another site sent. */
export function foreignPage(words: Words): Page {
  return noticePage(words, { title: words.say('refused_title'), lead: words.say('foreign_lead') });
}

/** What opens the link once more. */
export function openAgain(words: Words, path: string, label: string): Insert {
  return html`<div class="actions"><a class="button" href="${path}?lang=${words.language}">${label}</a></div>`;
}
