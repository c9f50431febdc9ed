// Programmes in the DM: an invitation to answer, a round to sit out.
import { NotificationKind } from '@cortado/api/gen/cortado/scheduling/v1/notification_pb.js';
import { actions, type Block, button } from './blocks.js';
import type { Words } from './words.js';

/** What can be done about a programme that a notification tells of; nothing where there is nothing to do. */
export function programBlocks(words: Words, kind: NotificationKind, program: string): Block[] {
  switch (kind) {
    case NotificationKind.PROGRAM_INVITED:
    case NotificationKind.ANSWER_AWAITED:
      return answerBlocks(words, 'slack.program.not_now', program);
    case NotificationKind.PROGRAM_ENROLLING:
      return answerBlocks(words, 'slack.program.leave_out', program);
    case NotificationKind.ROUND_UPCOMING:
      return skipBlocks(words, program);
    default:
      return [];
  }
}

// To join or not; `no`: what the second button says.
function answerBlocks(words: Words, no: string, program: string): Block[] {
  return actions(
    button({ text: words.say('slack.program.join'), action: 'program.join', value: program, style: 'primary' }),
    button({ text: words.say(no), action: 'program.not_now', value: program }),
  );
}

/** To sit the next round out. */
export function skipBlocks(words: Words, program: string): Block[] {
  return actions(button({ text: words.say('slack.program.skip'), action: 'program.skip', value: program }));
}

/** To take part in it after all. */
export function takePartBlocks(words: Words, program: string): Block[] {
  return actions(button({ text: words.say('slack.program.take_part'), action: 'program.take_part', value: program }));
}
