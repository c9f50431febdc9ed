/** Real servers for the tests of the clients: Cortado, its Redis, a mail server. Everything ends with the process. */
export { type CortadoOptions, type Seed, startCortado, type TestCortado } from './cortado.js';
export { type Mail, type MailPart, type MailServer, partOf, startMailServer } from './mail.js';
export { binary, cleanEnvironment, type Running, ready, root, run, start, temporaryFolder } from './processes.js';
export { inviteToProgram, type ProgramWish, publishRound } from './programs.js';
export { waitFor } from './wait.js';
export { stepToWorkingHours } from './working_hours.js';
