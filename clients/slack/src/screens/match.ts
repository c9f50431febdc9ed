import { type Match, Match_Fit, Match_State } from '@cortado/api/gen/cortado/matching/v1/match_pb.js';
import type { ModalView } from '@slack/types';
import { actions, type Block, button, context, input, modal, option, section } from './blocks.js';
import { aboutOf, nameOf } from './people.js';
import type { Words } from './words.js';

const fits = [Match_Fit.GOOD, Match_Fit.UNSURE, Match_Fit.NOT] as const;

/** The other one of the two. */
export function partnerOf(match: Match, self: string) {
  return match.mentor?.person === self ? match.mentee : match.mentor;
}

/** A match as a row of the home. */
export function matchRow(words: Words, match: Match, self: string): Block[] {
  const partner = partnerOf(match, self);
  const asked = match.mentor?.person === self ? 'slack.match.you_help' : 'slack.match.helps_you';
  return [
    section(words.say(match.program === '' ? asked : 'slack.match.brought', { name: nameOf(partner, words) })),
    ...context(aboutOf(partner, words)),
    ...actions(
      button({ text: words.say('slack.chat.book'), action: 'chat.book', value: match.name }),
      button({ text: words.say('slack.match.manage'), action: 'match.manage', value: match.name }),
    ),
  ];
}

/** How it goes: whether the two suit each other, which the other never learns, and the end. */
export function matchForm(words: Words, match: Match, self: string, metadata: object): ModalView {
  const options = fits.map((fit) => option(words.say(`slack.match.fit_${Match_Fit[fit].toLowerCase()}`), String(fit)));
  const chosen = options.find(({ value }) => value === String(match.fit));
  const end = option(words.say('slack.match.end'), 'end', words.say('slack.match.end_note'));
  return modal(words, {
    title: words.say('slack.match.title'),
    close: words.say('slack.back'),
    submit: words.say('slack.save'),
    callback: 'match.manage',
    metadata,
    blocks: [
      section(words.say('slack.match.intro', { name: nameOf(partnerOf(match, self), words) })),
      input({
        label: words.say('slack.match.fit'),
        hint: words.say('slack.match.fit_note'),
        name: 'fit',
        element: { type: 'radio_buttons', options, ...(chosen === undefined ? {} : { initial_option: chosen }) },
        optional: true,
      }),
      ...(match.state === Match_State.ACTIVE
        ? [
            input({
              label: words.say('slack.match.end_label'),
              name: 'end',
              element: { type: 'checkboxes', options: [end] },
              optional: true,
            }),
          ]
        : []),
    ],
  });
}
