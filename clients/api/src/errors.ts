import { type DescMessage, fromBinary, type MessageShape } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import type { Reason as ApiReason } from './gen/cortado/api/v1/errors_pb.js';
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from './gen/cortado/api/v1/errors_pb.js';
import type { Reason as MatchingReason } from './gen/cortado/matching/v1/reason_pb.js';
import type { Reason as ProfileReason } from './gen/cortado/profile/v1/reason_pb.js';
import type { Reason as SchedulingReason } from './gen/cortado/scheduling/v1/reason_pb.js';
import { UserMessageSchema } from './gen/cortado/type/v1/text_pb.js';
import { type Language, say } from './say.js';

type Reasons =
  | keyof typeof ApiReason
  | keyof typeof MatchingReason
  | keyof typeof ProfileReason
  | keyof typeof SchedulingReason;

/** Why a call failed, by the name in the protos' enums `Reason`, without prefix: docs/errors.md lists them. */
export type Reason = Exclude<Reasons, 'UNSPECIFIED'>;

/** One field that is wrong, and how. */
export interface FieldViolation {
  /** Path, as `person.skills_held[2].level`. */
  field: string;
  /** What is wrong and what to do, for the developer. */
  description: string;
}

/** A call that failed. */
export class CortadoError extends Error {
  /** gRPC status code. */
  readonly code: Code;
  /** A name of `Reason`; one that this version does not know is possible from a newer server. */
  readonly reason: string;
  /** What the reason speaks of, as `{etag: '17'}`. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Every field found wrong. */
  readonly fieldViolations: readonly FieldViolation[];
  /** Wait at least this long before trying again, in milliseconds; undefined where waiting does not help by itself. */
  readonly retryDelayMs: number | undefined;
  /** What to tell the person, in their language; never empty. */
  readonly userMessage: string;

  constructor(fields: Pick<CortadoError, 'code' | 'reason' | 'userMessage' | 'message'> & Partial<CortadoError>) {
    super(fields.message, { cause: fields.cause });
    this.name = 'CortadoError';
    this.code = fields.code;
    this.reason = fields.reason;
    this.metadata = fields.metadata ?? {};
    this.fieldViolations = fields.fieldViolations ?? [];
    this.retryDelayMs = fields.retryDelayMs;
    this.userMessage = fields.userMessage;
  }

  /** Whether the call failed for one of these reasons. */
  isReason(...reasons: Reason[]): boolean {
    return reasons.some((reason) => reason === this.reason);
  }
}

// By name: a second copy of this package in one process has a class of its own.
function isCortadoError(thrown: unknown): thrown is CortadoError {
  return thrown instanceof Error && thrown.name === 'CortadoError' && 'reason' in thrown;
}

/** Whether a thing that was thrown is a CortadoError, and for one of `reasons` if any are given. */
export function isReason(thrown: unknown, ...reasons: Reason[]): thrown is CortadoError {
  return isCortadoError(thrown) && (reasons.length === 0 || reasons.some((reason) => reason === thrown.reason));
}

// The type names by which the details travel; ours are wire-compatible.
const types = {
  errorInfo: 'google.rpc.ErrorInfo',
  badRequest: 'google.rpc.BadRequest',
  retryInfo: 'google.rpc.RetryInfo',
  userMessage: 'cortado.type.v1.UserMessage',
} as const;

function detail<Desc extends DescMessage>(
  error: ConnectError,
  type: string,
  schema: Desc,
): MessageShape<Desc> | undefined {
  for (const entry of error.details) {
    if (!('type' in entry) || entry.type !== type) continue;
    try {
      return fromBinary(schema, entry.value);
    } catch {
      return undefined; // A detail that cannot be read tells less; the error stands all the same.
    }
  }
  return undefined;
}

// Of an error that no server of ours made: the connection failed, the time ran out, the caller hung up.
function reasonOfCode(code: Code): Reason {
  switch (code) {
    case Code.Unavailable:
      return 'TRY_AGAIN';
    case Code.DeadlineExceeded:
      return 'DEADLINE_EXCEEDED';
    case Code.Canceled:
      return 'CANCELLED';
    case Code.Unauthenticated:
      return 'TOKEN_INVALID';
    default:
      return 'INTERNAL';
  }
}

/** Whether a server answered with the error, rather than the connection failing. */
export function wasAnswered(error: ConnectError): boolean {
  return error.metadata.has('grpc-status');
}

/** How long the server said to wait before trying again, in milliseconds; negative: do not try again; undefined: nothing said. */
export function pushbackOf(error: ConnectError): number | undefined {
  const said = error.metadata.get('grpc-retry-pushback-ms');
  if (said === null) return undefined;
  // gRFC A6: what is no number of milliseconds means "do not".
  return /^[0-9]{1,10}$/.test(said) ? Number(said) : -1;
}

/**
 * Turns whatever a call threw into a CortadoError. What the server did not say is said from the catalogue, in `language`.
 * A connection that failed is UNAVAILABLE, whatever the HTTP library calls it.
 */
export function toCortadoError(thrown: unknown, language: Language): CortadoError {
  if (isCortadoError(thrown)) return thrown;
  const error = ConnectError.from(thrown);
  const info = detail(error, types.errorInfo, ErrorInfoSchema);
  const bad = detail(error, types.badRequest, BadRequestSchema);
  const wait = detail(error, types.retryInfo, RetryInfoSchema)?.retryDelay;
  const reason = info?.reason ?? reasonOfCode(error.code);
  return new CortadoError({
    code: error.code,
    reason,
    message: `${Code[error.code]} (${reason}): ${error.rawMessage}`,
    metadata: { ...info?.metadata },
    fieldViolations: (bad?.fieldViolations ?? []).map(({ field, description }) => ({ field, description })),
    retryDelayMs: wait === undefined ? undefined : Number(wait.seconds) * 1000 + Math.ceil(wait.nanos / 1e6),
    userMessage:
      detail(error, types.userMessage, UserMessageSchema)?.text?.text ||
      say(`error.${reason.toLowerCase()}`, language, info?.metadata),
    cause: thrown,
  });
}
