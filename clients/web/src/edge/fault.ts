/** Answers to what is no HTTP: the same headers and a page all the same, written by hand, since Node made no request of it. */
import type { Socket } from 'node:net';
import { speak } from '../page/words.js';
import { refusal } from './edge.js';
import { securityHeaders } from './headers.js';
import { pageReply } from './reply.js';

const statusOfFault: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };
const phrases: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

/** For the event `clientError` of a server; `count` is told the status: 400, 408 too slow, 431 too large. */
export function answerFault(
  isHttps: boolean,
  count: (status: number) => void,
): (fault: NodeJS.ErrnoException, socket: Socket) => void {
  return (fault, socket) => {
    if (fault.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const status = statusOfFault[fault.code ?? ''] ?? 400;
    count(status);
    const { body, type } = pageReply(status, refusal(speak('en'), status));
    const headers = { ...securityHeaders(isHttps), 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) };
    const lines = Object.entries({ ...headers, Connection: 'close' }).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${status} ${phrases[status]}\r\n${lines.join('')}\r\n${body}`);
  };
}
