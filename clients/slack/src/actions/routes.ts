// Which action does what. The names stand in the screens.
import {
  acceptAt,
  checkPostpone,
  checkSlot,
  decline,
  openAccept,
  openPostpone,
  openQuestion,
  submitAccept,
  submitPostpone,
  submitQuestion,
} from './answer.js';
import { checkAsk, openAsk, submitAsk } from './ask.js';
import { cancelChat, checkTime, openBook, openMove, submitBook, submitMove } from './chat.js';
import { confirmLink, endLink, refuseLink, startLink } from './link.js';
import { lookAgain, openLook, submitLook } from './look.js';
import { openManage, submitManage } from './match.js';
import { proposeTime } from './pair.js';
import { chooseChannel, chooseFlags } from './preferences.js';
import { declineProgram, joinProgram, skipRound, takePart } from './program.js';
import { openReply, submitReply, withdraw } from './requester.js';
import type { Carried, Visit } from './visit.js';

/** Does what the person wanted. Throws CortadoError and what WebClient throws: the person is told. */
export type Run = (visit: Visit, carried: Carried) => Promise<void>;

/** What is wrong with what was filled in, by input; nothing: it may be sent. Waits for nothing. */
export type Check = (with_: { say(code: string): string; now: Date }, carried: Carried) => Record<string, string>;

/** What a button or picker does. `opens`: a modal comes first, at once, for its trigger is soon over. */
export interface Press {
  run: Run;
  opens?: boolean;
}

/** What is done with a form. */
export interface Submission {
  run: Run;
  check?: Check;
}

export const presses: Readonly<Record<string, Press>> = {
  'look.open': { run: openLook, opens: true },
  'look.again': { run: lookAgain },
  'ask.open': { run: openAsk },
  'request.accept': { run: acceptAt },
  'request.accept_other': { run: openAccept, opens: true },
  'request.ask_more': { run: openQuestion, opens: true },
  'request.postpone': { run: openPostpone, opens: true },
  'request.decline': { run: decline },
  'request.reply': { run: openReply, opens: true },
  'request.withdraw': { run: withdraw },
  'chat.book': { run: openBook },
  'chat.move': { run: openMove, opens: true },
  'chat.cancel': { run: cancelChat },
  'match.manage': { run: openManage, opens: true },
  'match.propose': { run: proposeTime },
  'program.join': { run: joinProgram },
  'program.not_now': { run: declineProgram },
  'program.skip': { run: skipRound },
  'program.take_part': { run: takePart },
  'preferences.channel': { run: chooseChannel },
  'preferences.flags': { run: chooseFlags },
  'link.start': { run: startLink, opens: true },
  'link.confirm': { run: confirmLink },
  'link.refuse': { run: refuseLink },
  'link.end': { run: endLink },
};

export const submissions: Readonly<Record<string, Submission>> = {
  look: { run: submitLook },
  ask: { run: submitAsk, check: checkAsk },
  'request.accept_other': { run: submitAccept, check: checkSlot },
  'request.ask_more': { run: submitQuestion },
  'request.postpone': { run: submitPostpone, check: checkPostpone },
  'request.reply': { run: submitReply },
  'chat.book': { run: submitBook, check: checkTime },
  'chat.move': { run: submitMove, check: checkTime },
  'match.manage': { run: submitManage },
};
