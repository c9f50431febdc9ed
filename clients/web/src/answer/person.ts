/** Who the other one is, and what was said between the two. */
import type { PersonCard } from '@cortado/api/gen/cortado/type/v1/person_card_pb.js';
import { type Html, html } from '../page/html.js';
import { placeOf, sayClock } from '../page/times.js';
import type { Asked, Between } from './asked.js';

// Letters to know somebody by: of the first and the last word of a name.
function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => /\p{L}/u.test(word));
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return ends.map((word) => /\p{L}/u.exec(word ?? '')?.[0]?.toLocaleUpperCase() ?? '').join('');
}

/** The card of the other one. */
export function personCard({ words, name, here, there }: Between, card: PersonCard | undefined): Html {
  const work = [card?.title, card?.department].filter((part) => part).map((part) => html`<bdi>${part}</bdi>`);
  const time = there && { clock: sayClock(here.now, there), place: placeOf(there) };
  return html`<div class="person">
<span class="face" aria-hidden="true">${initials(name)}</span>
<div>
<p class="name"><bdi>${name}</bdi></p>
${work.length > 0 && html`<p class="quiet">${work.map((part, index) => (index > 0 ? html` · ${part}` : part))}</p>`}
${time && html`<p class="quiet">${words.say('local_time', time)}</p>`}
</div>
</div>`;
}

function said(who: string, text: string, isMine = false): Html {
  const kind = isMine ? 'said mine' : 'said';
  return html`<figure class="${kind}"><figcaption>${who}</figcaption><p dir="auto">${text}</p></figure>`;
}

/** What was asked, said and replied so far, the oldest first. */
export function conversation({ request, words, name }: Asked): Html {
  const message = request.message.trim();
  const opening = message
    ? said(words.say('message_of', { name }), message)
    : html`<p class="until">${words.say('no_message', { name })}</p>`;
  const questions = request.questions.map(({ question, details }) => [
    said(words.say('you_asked'), question, true),
    details !== '' && said(words.say('reply_of', { name }), details),
  ]);
  return html`${opening}${questions}`;
}
