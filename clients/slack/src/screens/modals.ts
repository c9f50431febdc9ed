// Modals that stand for themselves: while something is on its way, when it is done, when it cannot be.
import type { ModalView } from '@slack/types';
import { type Block, modal, section } from './blocks.js';
import type { Words } from './words.js';

/** Shown at once, before anything is known. */
export function loadingModal(words: Words): ModalView {
  return modal(words, {
    title: words.say('slack.title'),
    close: words.say('slack.close'),
    blocks: [section(words.say('slack.loading'))],
  });
}

/** Something worked out, or did not: a sentence, and what can be done next. */
export function tellingModal(words: Words, sentence: string, more: readonly Block[] = []): ModalView {
  return modal(words, {
    title: words.say('slack.title'),
    close: words.say('slack.close'),
    blocks: [section(sentence), ...more],
  });
}
