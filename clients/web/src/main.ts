#!/usr/bin/env node
/** Starts the web edge, and ends it when asked to. */
import { jsonLog } from './edge/log.js';
import { help, readSettings } from './flags.js';
import { startWeb } from './server.js';

const log = jsonLog((line) => process.stdout.write(line));
const timeouts = { headTimeoutMs: 10_000, requestTimeoutMs: 20_000 };
// Longer than a call to the services may take.
const graceMs = 15_000;

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    process.stdout.write(help());
    return;
  }
  const web = await startWeb({ ...readSettings(args, process.env), ...timeouts, log, clock: () => new Date() });
  log('info', 'listening', { address: `${web.address.address}:${web.address.port}` });
  log('info', 'ops.listening', { address: `${web.opsAddress.address}:${web.opsAddress.port}` });
  process.on('SIGHUP', () => {
    try {
      web.renewCertificate();
      log('info', 'certificate.read');
    } catch {
      log('error', 'certificate.unreadable');
    }
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      log('info', 'stopping');
      web.stop(graceMs).then(() => log('info', 'stopped'));
    });
  }
}

main().catch((problem: unknown) => {
  process.stderr.write(`cortado-web: ${problem instanceof Error ? problem.message : String(problem)}\n`);
  process.exitCode = 1;
});
