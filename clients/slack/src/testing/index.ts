// A stand-in for Slack, for tests and the demo: see README.md.
export type { Ack, Delivery } from './delivery/ack.js';
export { type SignedRequest, sign } from './delivery/http.js';
export type { Fault, Faults } from './faults.js';
export type { Call, Entry } from './journal.js';
export { checkMessage, checkView, type Violation } from './limits/check.js';
export { dressedWords, mrkdwnIn, problemsOf, readable } from './limits/mrkdwn.js';
export type { Person, Surface } from './person.js';
export { type Slack, type SlackOptions, startSlack } from './slack.js';
export { type Look, transcript } from './transcript/transcript.js';
export type { Channel, Message, Team, Trouble, User, View } from './world.js';
