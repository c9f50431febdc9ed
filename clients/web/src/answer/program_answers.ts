/** Programmes behind links: taking part, not now, sitting the next round out. What was said may be said differently later. */
import {
  RespondToInvitationRequest_Answer as Answer,
  type Program,
} from '@cortado/api/gen/cortado/matching/v1/program_pb.js';
import { clientFor } from './backend.js';
import type { LinkVisit } from './link_visit.js';
import { answersTo, type Offered } from './offered.js';
import { programDonePage, programOverPage, programPage, programStatement, readAnswer } from './program_page.js';

function offer({ parts, link, words, home: path }: LinkVisit): Offered<Program> {
  const { matching } = clientFor(parts.cortado, link, words.language);
  const at = { words, path };

  return {
    find: () => matching.getProgram({ name: link.name }),
    elsewhere: (program) => (program.archived ? { status: 410, page: programOverPage(at, program) } : undefined),
    show: (program, proof, problem) => programPage(at, program, proof, problem),
    read(program, form) {
      const kind = readAnswer(form);
      return kind === undefined
        ? { problem: 'wrong_answer' }
        : { kind, statement: programStatement(at, program, kind) };
    },
    async send(program, form, requestId) {
      const answer = readAnswer(form) ?? 'not_now';
      const about = { program: link.name, requestId };
      if (answer === 'join') await matching.respondToInvitation({ ...about, answer: Answer.JOIN });
      else if (answer === 'not_now') await matching.respondToInvitation({ ...about, answer: Answer.NOT_NOW });
      else await matching.skipRound({ ...about, takePart: answer === 'take_part' });
      return programDonePage(at, program, answer);
    },
  };
}

/** How a link for a programme is answered. */
export const programAnswers = answersTo(offer);
