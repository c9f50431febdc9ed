import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, temporaryFolder } from '@cortado/testing';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { read } from './rendered.js';

const files = ['deploy/compose.yaml', 'deploy/compose.allinone.yaml'];
const hasCompose = spawnSync('docker-compose', ['--version']).status === 0;

/** A service of a compose file, as far as the tests look into it. */
interface Service {
  readonly read_only?: boolean;
  readonly cap_drop?: string[];
  readonly cap_add?: string[];
  readonly security_opt?: string[];
  readonly network_mode?: string;
  readonly networks?: string[];
  readonly ports?: string[];
  readonly user?: string;
  readonly volumes: string[];
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks?: Readonly<Record<string, { internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}
const compose = (file: string) => parse(read(file), { merge: true }) as Compose;

describe.each(files)('%s', (file) => {
  it.skipIf(!hasCompose)('is what compose takes', () => {
    expect(() =>
      execFileSync('docker-compose', ['-f', join(root, file), 'config', '--quiet'], { stdio: 'pipe' }),
    ).not.toThrow();
  });

  it('is what dclint takes', () => {
    const ran = spawnSync('npx', ['--no-install', 'dclint', '-c', 'deploy/.dclintrc.json', file], { cwd: root });
    expect(ran.stdout.toString().trim()).toBe('');
    expect(ran.status).toBe(0);
  });

  it('gives no service a right, nor a file system it can write', () => {
    for (const [name, service] of Object.entries(compose(file).services)) {
      expect(service, name).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
      // Whoever hands out the secrets has to give them away, and sees no network.
      if (name === 'secrets') expect(service.network_mode).toBe('none');
      else expect([service.cap_add, service.user], name).toEqual([undefined, undefined]);
    }
  });

  it('opens ports of the answer page and the bot alone, on this machine alone', () => {
    for (const [name, service] of Object.entries(compose(file).services)) {
      if (!['web', 'slack'].includes(name)) expect(service.ports, name).toBeUndefined();
      for (const port of service.ports ?? []) expect(port, name).toMatch(/^127\.0\.0\.1:/);
    }
  });

  it('names every volume it mounts', () => {
    const { services, volumes } = compose(file);
    for (const [name, service] of Object.entries(services)) {
      for (const volume of service.volumes) {
        const [from = ''] = volume.split(':');
        if (!from.startsWith('.')) expect(Object.keys(volumes), name).toContain(from);
      }
    }
  });
});

describe('deploy/compose.yaml', () => {
  it('keeps Redis off every network, and matching off the internet', () => {
    const { services, networks } = compose('deploy/compose.yaml');
    expect(services['redis']?.network_mode).toBe('none');
    expect(services['matching']?.networks).toEqual(['inside']);
    expect(networks?.['inside']).toEqual({ internal: true });
  });

  it('gives each service its own secrets, and no other', () => {
    const { services } = compose('deploy/compose.yaml');
    for (const name of ['redis', 'profile', 'matching', 'scheduling', 'web', 'slack', 'backup']) {
      const secrets = services[name]?.volumes.filter((volume) => volume.startsWith('secrets-'));
      expect(secrets, name).toEqual([`secrets-${name}:/run/secrets/cortado:ro`]);
    }
  });
});

describe.skipIf(!hasCompose)('compose', () => {
  it('refuses what is wrong', () => {
    const folder = temporaryFolder();
    const file = join(folder.path, 'compose.yaml');
    writeFileSync(file, read('deploy/compose.allinone.yaml').replace('read_only: true', 'read_onyl: true'));
    expect(spawnSync('docker-compose', ['-f', file, 'config', '--quiet']).status).not.toBe(0);
    folder.remove();
  });
});
