import type { ModalView } from '@slack/types';
import { actions, type Block, button, modal, section } from './blocks.js';
import type { Words } from './words.js';

/** "Are you NAME?", with what the answer needs. `next`: what the person wanted to do. */
export function linkModal(words: Words, name: string, code: string, next: string): ModalView {
  return modal(words, {
    title: words.say('slack.link.title'),
    close: words.say('slack.close'),
    metadata: { next },
    blocks: [
      section(words.say('slack.link.question', { name })),
      section(words.say('slack.link.note')),
      ...actions(
        button({ text: words.say('slack.link.yes'), action: 'link.confirm', value: code, style: 'primary' }),
        button({ text: words.say('slack.link.no'), action: 'link.refuse' }),
      ),
    ],
  });
}

/** What the home says to somebody who is not linked yet. */
export function unlinkedBlocks(words: Words): Block[] {
  return [
    section(words.say('slack.home.unlinked')),
    ...actions(button({ text: words.say('slack.link.start'), action: 'link.start', style: 'primary' })),
  ];
}
