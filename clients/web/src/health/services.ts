/** Whether the services serve, by the gRPC health protocol (grpc.health.v1.Health/Check). */
import { readFileSync } from 'node:fs';
import { type ClientHttp2Session, connect, type SecureClientSessionOptions } from 'node:http2';
import { connect as connectSocket } from 'node:net';
import type { TlsFiles } from '@cortado/api';

// An empty HealthCheckRequest, which asks for the server as a whole, in the frame that gRPC puts around a message.
const question = Buffer.from([0, 0, 0, 0, 0]);
// A HealthCheckResponse {status: SERVING} in its frame.
const serving = Buffer.from([0, 0, 0, 0, 2, 8, 1]);

function dial(address: string, tls: TlsFiles | undefined): ClientHttp2Session {
  if (address.startsWith('unix:')) {
    return connect('http://localhost', { createConnection: () => connectSocket(address.slice(5)) });
  }
  const read = (path: string | undefined) => (path === undefined ? undefined : readFileSync(path));
  if (tls === undefined) return connect(`http://${address}`);
  const options: SecureClientSessionOptions = { ca: read(tls.ca), cert: read(tls.cert), key: read(tls.key) };
  return connect(`https://${address}`, tls.serverName ? { ...options, servername: tls.serverName } : options);
}

/** Whether the server at `address` says within `timeoutMs` that it serves. Never rejects. */
export function isServing(address: string, tls: TlsFiles | undefined, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    let session: ClientHttp2Session | undefined;
    const timer = setTimeout(() => end(false), timeoutMs);
    function end(answer: boolean): void {
      clearTimeout(timer);
      session?.destroy();
      resolve(answer);
    }
    try {
      session = dial(address, tls);
      session.on('error', () => end(false));
      const call = session.request({
        ':method': 'POST',
        ':path': '/grpc.health.v1.Health/Check',
        'content-type': 'application/grpc',
        te: 'trailers',
      });
      const parts: Buffer[] = [];
      call.on('data', (part: Buffer) => parts.push(part));
      call.on('error', () => end(false));
      call.on('end', () => end(Buffer.concat(parts).equals(serving)));
      call.end(question);
    } catch {
      end(false);
    }
  });
}
