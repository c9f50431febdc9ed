/** Whose request it is, for limits alone: it is neither logged nor kept. */
import type { IncomingMessage } from 'node:http';
import { isIP, isIPv6 } from 'node:net';

/**
 * The caller’s address. `proxies` of our own stand before us: each adds whom it heard from to X-Forwarded-For, so the one
 * that the outermost added is the caller; what stands left of it anybody could have written. An IPv6 caller counts by
 * the network of 64 bits, which one household or company has for itself.
 */
export function clientAddress(request: IncomingMessage, proxies: number): string {
  const peer = request.socket.remoteAddress ?? 'unknown';
  const header = request.headers['x-forwarded-for'];
  const hops =
    proxies === 0
      ? []
      : String(header ?? '')
          .split(',')
          .map((hop) => hop.trim());
  const told = hops.at(-proxies) ?? '';
  return network(proxies > 0 && isIP(told) !== 0 ? told : peer);
}

function network(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail = ''] = (address.split('%')[0] ?? '').split('::');
  const first = head.split(':').filter((group) => group !== '');
  const last = tail.split(':').filter((group) => group !== '');
  const zeros = address.includes('::') ? Array<string>(Math.max(0, 8 - first.length - last.length)).fill('0') : [];
  return [...first, ...zeros, ...last]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
