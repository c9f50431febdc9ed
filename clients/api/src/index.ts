/** Cortado's API for TypeScript: typed clients, tokens, errors, sentences, and one call per screen. See README.md. */
export { create, toJson } from '@bufbuild/protobuf';
export {
  durationFromMs,
  durationMs,
  timestampDate,
  timestampFromDate,
  timestampFromMs,
  timestampMs,
} from '@bufbuild/protobuf/wkt';
export { Code } from '@connectrpc/connect';
export { type Addresses, parseAddresses } from './addresses.js';
export type { TlsFiles } from './channel.js';
export { type Client, type ClientOptions, type ConnectOptions, type Cortado, connect } from './connect.js';
export { CortadoError, type FieldViolation, isReason, type Reason, toCortadoError } from './errors.js';
export { newRequestId, requestId } from './request_id.js';
export { codes, joinList, type Language, languageOf, type Parameters, parametersOf, say } from './say.js';
export { type ChatCard, getChatCard } from './screens/chat.js';
export { getHome, type Home } from './screens/home.js';
export { getMatchCard, type MatchCard, matchCardOf, type TimeProposal } from './screens/match.js';
export { type Part, valueOr } from './screens/part.js';
export { getRequestCard, type ProposedTime, type RequestCard } from './screens/request.js';
export { getSlotPicker, type Slot, type SlotPicker, type SlotPickerOptions } from './screens/slots.js';
export {
  getSuggestions,
  type SuggestionCard,
  type Suggestions,
  type SuggestionsOptions,
} from './screens/suggestions.js';
export { formatDay, formatTime, formatTimeSpan, isZone } from './times.js';
export { accessToken, exchangedTokens, type TokenSource } from './tokens.js';
