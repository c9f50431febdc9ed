// What the requester does with their own request: replies, takes it back.

import { wordsForm } from '../screens/forms.js';
import { nameOf } from '../screens/people.js';
import { originOf } from './answer.js';
import { showRequest } from './show.js';
import type { Carried, Visit } from './visit.js';

/** "Reply". */
export async function openReply(visit: Visit, { value }: Carried): Promise<void> {
  const { words } = visit;
  const screen = await visit.open();
  const { client } = await visit.act();
  const request = await client.matching.getRequest({ name: value });
  const question = request.questions.at(-1)?.question ?? '';
  await screen.show(
    wordsForm(words, {
      title: words.say('slack.request.reply'),
      intro: words.say('slack.request.reply_intro', { name: nameOf(request.mentor, words), question }),
      label: words.say('slack.request.reply_label'),
      submit: words.say('slack.send'),
      callback: 'request.reply',
      metadata: { request: value, origin: originOf(visit) },
    }),
  );
}

/** The reply was sent. */
export async function submitReply(visit: Visit, carried: Carried): Promise<void> {
  const screen = visit.screen() ?? (await visit.open());
  const acting = await visit.act();
  const request = await acting.client.matching.replyWithDetails({
    request: String(carried.metadata['request'] ?? ''),
    details: carried.filled.get('words')?.value ?? '',
    requestId: visit.id('reply'),
  });
  await showRequest(visit, acting, request, String(carried.metadata['origin'] ?? ''));
  await screen.tell(visit.words.say('slack.request.replied', { name: nameOf(request.mentor, visit.words) }));
}

/** Takes it back, confirmed. */
export async function withdraw(visit: Visit, { value }: Carried): Promise<void> {
  const acting = await visit.act();
  const request = await acting.client.matching.withdrawMatch({ request: value, requestId: visit.id('withdraw') });
  await showRequest(visit, acting, request, originOf(visit));
}
