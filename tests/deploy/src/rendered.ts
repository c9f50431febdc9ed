/** What the manifests of k8s/ come to, as a cluster would get them. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '@cortado/testing';
import { parseAllDocuments } from 'yaml';

/** One Kubernetes object, as far as the tests look into it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Record<string, string> };
  // biome-ignore lint/suspicious/noExplicitAny: what is in it depends on the kind; the schemas say.
  readonly spec?: any;
  // biome-ignore lint/suspicious/noExplicitAny: the same.
  readonly [field: string]: any;
}

export const overlays = ['dev', 'production', 'cluster'] as const;
export type Overlay = (typeof overlays)[number];

/** Whether this machine has kubectl, which renders. */
export function canRender(): boolean {
  try {
    execFileSync('kubectl', ['kustomize', '--help'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** `kubectl kustomize` of an overlay. */
export function render(overlay: Overlay): Manifest[] {
  const text = execFileSync('kubectl', ['kustomize', join(root, 'k8s/overlays', overlay)], { encoding: 'utf8' });
  // Version 1.1, as Kubernetes itself reads: "on" is true there, and 0440 a number to base eight.
  return parseAllDocuments(text, { version: '1.1' }).map((document) => document.toJS() as Manifest);
}

const sources: readonly [RegExp, string][] = [
  [/\.istio\.io\//, '@kubernetes-models/istio/'],
  [/^gateway\.networking\.k8s\.io\//, '@kubernetes-models/gateway-api/'],
  [/./, 'kubernetes-models/'],
];

/** Rejects with what the schema of its kind says against `manifest`. */
export async function validate(manifest: Manifest): Promise<void> {
  const [, source] = sources.find(([pattern]) => pattern.test(manifest.apiVersion)) ?? [];
  const { [manifest.kind]: Model } = await import(`${source}${manifest.apiVersion}`);
  new Model(manifest).validate();
}

/** The pods that `manifests` make: what makes them, and their template. */
export function pods(
  manifests: readonly Manifest[],
): { of: string; labels: Record<string, string>; spec: Manifest['spec'] }[] {
  return manifests.flatMap((manifest) => {
    const template = manifest.spec?.jobTemplate?.spec?.template ?? manifest.spec?.template;
    if (template === undefined) return [];
    return [
      { of: `${manifest.kind}/${manifest.metadata.name}`, labels: template.metadata.labels, spec: template.spec },
    ];
  });
}

/** A file of the repository, as text. */
export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
