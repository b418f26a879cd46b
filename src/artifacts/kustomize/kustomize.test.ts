import { posix } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { GPUS, type GpuId } from '../../catalog/gpus.ts';
import { buildDeployment } from '../deployment.ts';
import { type TestPlan, testPlan } from '../test-support.ts';
import { CLOUDS, cloudNodes } from './cloud-nodes.ts';
import { kustomizeKind } from './kind.ts';

function filesOf(plan: TestPlan = {}, replicas = 1): Map<string, string> {
  const result = testPlan(plan);
  const files = kustomizeKind.files(buildDeployment(result, { replicas, gpuHourUsd: null }), { result, words: [] });
  return new Map(files.map(({ path, text }) => [path, text]));
}

const overlaysOf = (files: ReadonlyMap<string, string>): string[] =>
  [...files.keys()].flatMap((path) => /^kustomize\/overlays\/([^/]+)\/kustomization/.exec(path)?.[1] ?? []);

/** Everything that a folder's kustomization.yaml names, from the root. */
function named(files: ReadonlyMap<string, string>, folder: string): string[] {
  const { resources = [], components = [], patches = [] } = parse(files.get(`${folder}/kustomization.yaml`) ?? '');
  const paths: string[] = [...resources, ...components, ...patches.flatMap(({ path }: { path?: string }) => path ?? [])];
  return paths.map((path) => posix.join(folder, path));
}

const PLANS: readonly { readonly why: string; readonly plan: TestPlan; readonly replicas: number }[] = [
  { why: 'one replica', plan: {}, replicas: 1 },
  { why: 'one replica that can scale', plan: { count: 4 }, replicas: 1 },
  { why: 'two replicas', plan: { count: 2 }, replicas: 2 },
  { why: 'a local model', plan: { local: true, model: '/srv/m' }, replicas: 1 },
  { why: 'AMD', plan: { gpu: 'mi300x-192gb' }, replicas: 1 },
];

describe('kustomize', () => {
  it('reads like this', () => {
    const files = filesOf({ count: 4 });
    const kustomizations = [...files].filter(([path]) => path.endsWith('kustomization.yaml'));
    const bodies = kustomizations.map(([path, text]) => `${path}\n${text.replace(/^# meta-llama.*\n/, '')}`);
    expect(bodies.join('\n')).toMatchInlineSnapshot(`
      "kustomize/base/kustomization.yaml
      # The arguments of the server are in deployment.yaml and must not be patched: a patch replaces the whole list.

      apiVersion: kustomize.config.k8s.io/v1beta1
      kind: Kustomization
      resources:
        - serviceaccount.yaml
        - pvc.yaml
        - service.yaml
        - deployment.yaml
      # The planned version, for all overlays; upgrade on purpose, then plan again.
      images:
        - name: vllm/vllm-openai
          newTag: v0.33.0

      kustomize/components/monitoring/kustomization.yaml
      # Needs prometheus-operator in the cluster.

      apiVersion: kustomize.config.k8s.io/v1alpha1
      kind: Component
      resources:
        - podmonitor.yaml

      kustomize/components/networkpolicy/kustomization.yaml
      # Takes effect where the network plugin enforces policies.

      apiVersion: kustomize.config.k8s.io/v1alpha1
      kind: Component
      resources:
        - networkpolicy.yaml

      kustomize/components/debug/kustomization.yaml
      # Talkative logs, to find out why something is slow or does not start.

      apiVersion: kustomize.config.k8s.io/v1alpha1
      kind: Component
      patches:
        - path: logging.yaml

      kustomize/components/autoscaling/kustomization.yaml
      # Needs KEDA in the cluster, and a storage class with ReadWriteMany for the volume that all pods share.

      apiVersion: kustomize.config.k8s.io/v1alpha1
      kind: Component
      resources:
        - scaledobject.yaml
        - pdb.yaml
      patches:
        - path: pods.yaml
        - path: claim.yaml
        - target:
            kind: Deployment
            name: llama-3-1-8b-instruct-vllm
          # The autoscaler sets the number of replicas.
          patch: '[{"op":"remove","path":"/spec/replicas"}]'

      kustomize/overlays/dev/kustomization.yaml
      # kubectl apply --kustomize kustomize/overlays/dev --namespace NAMESPACE

      apiVersion: kustomize.config.k8s.io/v1beta1
      kind: Kustomization
      resources:
        - ../../base
      components:
        - ../../components/debug
      labels:
        - pairs:
            vllm-wizard/environment: dev
          includeTemplates: true

      kustomize/overlays/staging/kustomization.yaml
      # kubectl apply --kustomize kustomize/overlays/staging --namespace NAMESPACE

      apiVersion: kustomize.config.k8s.io/v1beta1
      kind: Kustomization
      resources:
        - ../../base
      components:
        - ../../components/networkpolicy
        - ../../components/monitoring
      labels:
        - pairs:
            vllm-wizard/environment: staging
          includeTemplates: true

      kustomize/overlays/prod/kustomization.yaml
      # kubectl apply --kustomize kustomize/overlays/prod --namespace NAMESPACE

      apiVersion: kustomize.config.k8s.io/v1beta1
      kind: Kustomization
      resources:
        - ../../base
      components:
        - ../../components/networkpolicy
        - ../../components/monitoring
        - ../../components/autoscaling
      labels:
        - pairs:
            vllm-wizard/environment: prod
          includeTemplates: true

      kustomize/overlays/gke/kustomization.yaml
      # Production on GKE: its labels of nodes instead of those of GPU feature discovery.

      apiVersion: kustomize.config.k8s.io/v1beta1
      kind: Kustomization
      resources:
        - ../prod
      patches:
        - path: nodes.yaml

      kustomize/overlays/eks/kustomization.yaml
      # Production on EKS: its labels of nodes instead of those of GPU feature discovery.

      apiVersion: kustomize.config.k8s.io/v1beta1
      kind: Kustomization
      resources:
        - ../prod
      patches:
        - path: nodes.yaml

      kustomize/overlays/aks/kustomization.yaml
      # Production on AKS: its labels of nodes instead of those of GPU feature discovery.

      apiVersion: kustomize.config.k8s.io/v1beta1
      kind: Kustomization
      resources:
        - ../prod
      patches:
        - path: nodes.yaml
      "
    `);
    expect(files.get('kustomize/components/autoscaling/pods.yaml')).toMatchInlineSnapshot(`
      "# meta-llama/Llama-3.1-8B-Instruct on 1 x NVIDIA H100 SXM 80 GB, vLLM 0.33.0; written by vllm-wizard 1.0.0.

      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: llama-3-1-8b-instruct-vllm
      spec:
        # 3 of the planned GPUs are spare, and a pod takes 1: the new pod starts first, or waits while the autoscaler uses them all.
        strategy:
          type: RollingUpdate
          rollingUpdate:
            maxSurge: 1
            maxUnavailable: 0
        template:
          spec:
            topologySpreadConstraints:
              - maxSkew: 1
                topologyKey: kubernetes.io/hostname
                whenUnsatisfiable: ScheduleAnyway
                labelSelector:
                  matchLabels:
                    app.kubernetes.io/name: vllm
                    app.kubernetes.io/instance: llama-3-1-8b-instruct-vllm
            containers:
              - name: vllm
                env:
                  - name: CUDA_CACHE_PATH
                    value: /kernels/cuda
                  - name: FLASHINFER_WORKSPACE_BASE
                    value: /kernels
                  - name: TRITON_CACHE_DIR
                    value: /kernels/triton
                  - name: VLLM_CACHE_ROOT
                    value: /kernels/vllm
                volumeMounts:
                  - name: kernels
                    mountPath: /kernels
            volumes:
              - name: kernels
                emptyDir: {}
      "
    `);
  });

  test.each(PLANS)('names files and folders that are there: $why', ({ plan, replicas }) => {
    const files = filesOf(plan, replicas);
    const folders = [...files.keys()].flatMap((path) => /^(.*)\/kustomization\.yaml$/.exec(path)?.[1] ?? []);
    const wanted = folders.flatMap((folder) => named(files, folder));
    for (const path of wanted) expect([...folders, ...files.keys()]).toContain(path);
    // And nothing lies about that no folder names, but for what is applied by hand.
    const loose = [...files.keys()].filter((path) => !path.endsWith('/kustomization.yaml') && !wanted.includes(path));
    expect(loose).toEqual(plan.local ? ['kustomize/base/before/model-loader.yaml'] : []);
  });

  it('has the arguments of the server in one file', () => {
    const holders = [...filesOf({ count: 4 })].filter(([, text]) => /^\s+args:/m.test(text)).map(([path]) => path);
    expect(holders).toEqual(['kustomize/base/deployment.yaml']);
  });

  it('scales where there are GPUs to scale to', () => {
    const components = (plan: TestPlan, replicas: number) =>
      parse(filesOf(plan, replicas).get('kustomize/overlays/prod/kustomization.yaml') ?? '').components;
    expect(components({ count: 4 }, 1)).toContain('../../components/autoscaling');
    expect(components({ count: 4 }, 4)).not.toContain('../../components/autoscaling');
    expect(filesOf({ count: 4 }, 2).has('kustomize/components/autoscaling/pdb.yaml')).toBe(false);
    expect(filesOf({ count: 4 }, 2).has('kustomize/base/pdb.yaml')).toBe(true);
  });

  it('runs one replica in development', () => {
    const replicas = (count: number) => parse(filesOf({ count: 2 }, count).get('kustomize/overlays/dev/kustomization.yaml') ?? '').replicas;
    expect(replicas(2)).toEqual([{ name: 'llama-3-1-8b-instruct-vllm', count: 1 }]);
    expect(replicas(1)).toBeUndefined();
  });

  test.each<{ gpu: GpuId; clouds: string[] }>([
    { gpu: 'h100-sxm-80gb', clouds: ['gke', 'eks', 'aks'] },
    { gpu: 'l40s-48gb', clouds: ['eks'] },
    { gpu: 'mi300x-192gb', clouds: ['aks'] },
    { gpu: 'rtx-4090-24gb', clouds: [] },
  ])('writes overlays for the clouds that have $gpu', ({ gpu, clouds }) => {
    expect(overlaysOf(filesOf({ gpu })).slice(3)).toEqual(clouds);
  });

  it('keeps the tolerations of the base where it adds one', () => {
    const { spec } = parse(filesOf().get('kustomize/overlays/aks/nodes.yaml') ?? '').spec.template;
    expect(spec.tolerations.map(({ key }: { key: string }) => key)).toEqual(['nvidia.com/gpu', 'sku']);
  });

  it('fills the volume of a local model, in the mode that the overlay gives it', () => {
    const steps = (count: number) => {
      const result = testPlan({ local: true, model: '/srv/m', count });
      return (kustomizeKind.steps?.(buildDeployment(result), { result, words: [] }) ?? []).flatMap(({ lines }) => lines).join('\n');
    };
    expect(steps(1)).toContain('kubectl apply --filename kustomize/base/pvc.yaml --filename kustomize/base/before/model-loader.yaml');
    expect(steps(1)).not.toContain('ReadWriteMany');
    expect(steps(4)).toContain("sed 's/ReadWriteOnce/ReadWriteMany/' kustomize/base/pvc.yaml | kubectl apply --filename -");
  });

  it('knows each machine under one GPU', () => {
    for (const cloud of CLOUDS) {
      const machines = Object.keys(GPUS).flatMap((gpu) => cloudNodes(cloud, gpu)?.values ?? []);
      expect(new Set(machines).size).toBe(machines.length);
      expect(machines.length).toBeGreaterThan(5);
    }
  });
});
