import { describe, expect, it } from 'vitest';
import { canRender, type Manifest, overlays, pods, read, render, validate } from './rendered.js';

const containersOf = (spec: Manifest['spec']): Manifest['spec'][] => [
  ...(spec.initContainers ?? []),
  ...spec.containers,
];
const named = (manifests: readonly Manifest[], kind: string, name: string) =>
  manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
const servers = ['profile', 'matching', 'scheduling'];

describe.skipIf(!canRender()).each(overlays)('the overlay %s', (overlay) => {
  const manifests = canRender() ? render(overlay) : [];

  it('is what the schemas of its kinds allow', async () => {
    for (const manifest of manifests) {
      await expect(validate(manifest), `${manifest.kind}/${manifest.metadata.name}`).resolves.toBeUndefined();
    }
    expect(manifests.length).toBeGreaterThan(30);
  });

  it('runs every container as nobody in particular, without rights, on a file system it cannot write', () => {
    for (const { of, spec } of pods(manifests)) {
      expect(spec.securityContext, of).toMatchObject({
        runAsNonRoot: true,
        runAsUser: 10001,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(spec.automountServiceAccountToken, of).toBe(false);
      for (const container of containersOf(spec)) {
        expect(container.securityContext, `${of} ${container.name}`).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(container.resources?.requests?.cpu, `${of} ${container.name}`).toBeDefined();
        expect(container.resources?.limits?.memory, `${of} ${container.name}`).toBeDefined();
      }
    }
  });

  it('gives every pod an account of this installation, without a token', () => {
    for (const { of, spec } of pods(manifests)) {
      const account = named(manifests, 'ServiceAccount', spec.serviceAccountName);
      expect(account?.['automountServiceAccountToken'], of).toBe(false);
    }
  });

  it('mounts only volumes that are there', () => {
    for (const { of, spec } of pods(manifests)) {
      const claims = manifests.flatMap((manifest) => manifest.spec?.volumeClaimTemplates ?? []);
      const volumes = [...(spec.volumes ?? []), ...claims.map((claim: Manifest) => claim.metadata)].map(
        ({ name }) => name,
      );
      for (const container of containersOf(spec)) {
        for (const mount of container.volumeMounts ?? [])
          expect(volumes, `${of} ${container.name}`).toContain(mount.name);
      }
      for (const volume of spec.volumes ?? []) {
        const map = volume.configMap?.name;
        if (map !== undefined) expect(named(manifests, 'ConfigMap', map), `${of}: ${map}`).toBeDefined();
        const claim = volume.persistentVolumeClaim?.claimName;
        if (claim !== undefined)
          expect(named(manifests, 'PersistentVolumeClaim', claim), `${of}: ${claim}`).toBeDefined();
      }
    }
  });

  it('asks every server whether it serves by gRPC, and lets it finish what is under way', () => {
    for (const name of servers) {
      const { terminationGracePeriodSeconds, containers } =
        named(manifests, 'Deployment', name)?.spec.template.spec ?? {};
      expect(containers[0].readinessProbe.exec.command).toEqual(['cortado-health']);
      expect(containers[0].startupProbe.exec.command).toEqual(['cortado-health']);
      expect(containers[0].lifecycle.preStop).toBeDefined();
      // A stop takes up to 20 s, and the pause before it 5.
      expect(terminationGracePeriodSeconds).toBeGreaterThanOrEqual(30);
    }
  });

  it('lets nobody speak with anybody but where a policy says so', () => {
    const nothing = named(manifests, 'NetworkPolicy', 'nothing');
    expect(nothing?.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    const labels = pods(manifests).map((pod) => pod.labels);
    for (const policy of manifests.filter((manifest) => manifest.kind === 'NetworkPolicy')) {
      const wanted = Object.entries(policy.spec.podSelector.matchLabels ?? {});
      const selects = labels.some((all) => wanted.every(([key, value]) => all[key] === value));
      // The pods of the gateway are made by Istio.
      expect(selects || policy.metadata.name === 'matching-gateway', policy.metadata.name).toBe(true);
    }
  });

  it('shows the outside the answer page and the bot, and no gRPC', () => {
    const backends = manifests
      .filter((manifest) => manifest.kind === 'Ingress')
      .flatMap((manifest) => manifest.spec.rules.flatMap((rule: Manifest['spec']) => rule.http.paths))
      .map((path: Manifest['spec']) => path.backend.service.name);
    for (const backend of backends) expect(['web', 'slack']).toContain(backend);
    for (const service of manifests.filter((manifest) => manifest.kind === 'Service')) {
      expect(service.spec.type ?? 'ClusterIP', service.metadata.name).toBe('ClusterIP');
    }
  });

  it('takes one pod of a kind away at a time, and spreads them', () => {
    for (const name of [...servers, 'web']) {
      expect(named(manifests, 'PodDisruptionBudget', name)?.spec.maxUnavailable).toBe(1);
      expect(named(manifests, 'Deployment', name)?.spec.template.spec.topologySpreadConstraints).toBeDefined();
    }
  });

  it('leaves no image without a version', () => {
    for (const { of, spec } of pods(manifests)) {
      for (const { image } of containersOf(spec)) expect(image, of).toMatch(/^[a-z.]+\/cortado-[a-z]+:\d+\.\d+\.\d+$/);
    }
  });
});

describe.skipIf(!canRender())('the overlays', () => {
  it('grow under load in production, and on a cluster', () => {
    for (const overlay of ['production', 'cluster'] as const) {
      const manifests = render(overlay);
      for (const name of servers) {
        expect(named(manifests, 'HorizontalPodAutoscaler', name)?.spec.minReplicas).toBe(2);
        expect(named(manifests, 'Deployment', name)?.spec.replicas).toBeUndefined();
      }
    }
  });

  it('have three masters with two replicas each on a cluster, and no other Redis', () => {
    const manifests = render('cluster');
    expect(named(manifests, 'StatefulSet', 'redis-cluster')?.spec.replicas).toBe(9);
    expect(named(manifests, 'StatefulSet', 'redis')).toBeUndefined();
    const former = named(manifests, 'CronJob', 'redis-cluster-former')?.spec.jobTemplate.spec.template.spec
      .containers[0];
    expect(former.args[0]).toContain('form_cluster.sh 2 redis-cluster-{0..8}.redis-cluster:6379');
  });

  it('make a backup of every organisation each night', () => {
    for (const overlay of overlays) {
      const job = named(render(overlay), 'CronJob', 'backup')?.spec.jobTemplate.spec.template;
      expect(job.metadata.labels['cortado.io/calls-servers']).toBe('yes');
      expect(job.spec.containers[0].args[0]).toContain('backup create /backups --org all');
    }
  });

  it('send all calls of an organisation to one matching server on a cluster', () => {
    const rule = named(render('cluster'), 'DestinationRule', 'matching');
    expect(rule?.spec.trafficPolicy.loadBalancer.consistentHash.httpHeaderName).toBe('x-cortado-org');
  });
});

describe.skipIf(!canRender())('the schemas', () => {
  it('refuse what is wrong', async () => {
    const deployment = named(render('dev'), 'Deployment', 'web') as Manifest;
    await expect(validate({ ...deployment, spec: { ...deployment.spec, replicas: 'two' } })).rejects.toThrow();
    await expect(validate({ ...deployment, spec: { ...deployment.spec, template: undefined } })).rejects.toThrow();
  });
});

describe('the secrets of a first start', () => {
  it('are those that the manifests mount', () => {
    const made = read('deploy/make_secrets.sh');
    for (const name of [...servers, 'web', 'slack', 'redis', 'backup']) expect(made).toContain(`${name}/`);
  });
});
