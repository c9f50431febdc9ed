/** What a room of this server answers with. */
import { type Page, render } from '../page/layout.js';

/** An answer, without the headers that every answer gets. */
export interface Reply {
  readonly status: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A page as an answer. */
export function pageReply(status: number, page: Page, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, type: 'text/html; charset=utf-8', headers, body: render(page) };
}

/** A line of text for machines. */
export function textReply(status: number, text: string): Reply {
  return { status, type: 'text/plain; charset=utf-8', body: `${text}\n` };
}
