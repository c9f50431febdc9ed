// What buttons carry: the resource they are about, and the version or the time of it where it matters.

/** What a button is about. */
export interface Subject {
  name: string;
  /** The etag that the person saw. */
  etag?: string;
  /** Seconds since 1970. */
  time?: number;
}

/** `chats/c1#etag@1790000000`: names hold neither sign. */
export function valueFor({ name, etag, time }: Subject): string {
  return `${name}${etag === undefined ? '' : `#${etag}`}${time === undefined ? '' : `@${time}`}`;
}

/** Reads what valueFor wrote. */
export function subjectOf(value: string): Subject {
  const [, name = '', etag, time] = /^([^#@]*)(?:#([^@]*))?(?:@([0-9]+))?$/s.exec(value) ?? [];
  return { name, ...(etag === undefined ? {} : { etag }), ...(time === undefined ? {} : { time: Number(time) }) };
}
