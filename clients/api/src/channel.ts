import { readFileSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Transport } from '@connectrpc/connect';
import { createGrpcTransport, Http2SessionManager } from '@connectrpc/connect-node';

/** TLS to the servers. The files are read anew for every connection, so that a renewed certificate needs no restart. */
export interface TlsFiles {
  /** PEM file: who must have signed the server's certificate. Without: the system's authorities. */
  ca?: string;
  /** PEM file with our own certificate, for servers that want one (mTLS); with `key`. */
  cert?: string;
  /** PEM file with the key of `cert`. */
  key?: string;
  /** The name that the server's certificate must have. Without: the host of the address. */
  serverName?: string;
}

/** One address, connected to when it is first called, and again whenever the connection is gone. */
export interface Channel {
  transport: Transport;
  /** Ends the connection; calls under way fail. */
  close(): void;
}

// Servers take a ping every 10 s; an answer that stays out this long means that the peer is gone without a word.
const pings = { pingIntervalMs: 30_000, pingTimeoutMs: 10_000 };

function read(path: string | undefined): Buffer | undefined {
  return path === undefined ? undefined : readFileSync(path);
}

function hostAndPort(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(address.slice(colon + 1)) };
}

function dialTls(address: string, tls: TlsFiles) {
  const target = address.startsWith('unix:') ? { path: address.slice(5) } : hostAndPort(address);
  const host = 'host' in target ? target.host : 'localhost';
  const servername = tls.serverName ?? host;
  return connectTls({
    ...target,
    // An IP address is no server name (RFC 6066), and is checked against the certificate all the same.
    ...(/^[0-9.]+$|:/.test(servername) ? {} : { servername }),
    ALPNProtocols: ['h2'],
    ca: read(tls.ca),
    cert: read(tls.cert),
    key: read(tls.key),
  });
}

/** Opens nothing yet; throws when a file of `tls` cannot be read. `address`: see Addresses. */
export function openChannel(address: string, tls: TlsFiles | undefined): Channel {
  for (const path of [tls?.ca, tls?.cert, tls?.key]) read(path);
  // The authority that the server sees; what a socket's path is called does not matter.
  const baseUrl = `${tls === undefined ? 'http' : 'https'}://${address.startsWith('unix:') ? 'localhost' : address}`;
  const createConnection =
    tls !== undefined
      ? () => dialTls(address, tls)
      : address.startsWith('unix:')
        ? () => connectSocket(address.slice(5))
        : undefined;
  const sessionManager = new Http2SessionManager(baseUrl, pings, createConnection && { createConnection });
  return { transport: createGrpcTransport({ baseUrl, sessionManager }), close: () => sessionManager.abort() };
}
