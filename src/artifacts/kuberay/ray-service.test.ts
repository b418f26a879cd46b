import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { WizardError } from '../../errors/wizard-error.ts';
import { buildDeployment } from '../deployment.ts';
import { hostileText, hostileWord, type TestPlan, testPlan } from '../test-support.ts';
import { rayServiceKind } from './kind.ts';

/** The newest engine for which Ray has an image. */
const PLAN: TestPlan = { version: '0.29.0' };
const PIPELINE: TestPlan = { ...PLAN, nodes: 2, count: 16, args: { tensorParallelSize: 8, pipelineParallelSize: 2 } };

function filesOf(plan: TestPlan, replicas = 1): Record<string, string> {
  const result = testPlan(plan);
  const files = rayServiceKind.files(buildDeployment(result, { replicas, gpuHourUsd: null }), { result, words: ['kuberay'] });
  return Object.fromEntries(files.map(({ path, text }) => [path.replace('kuberay/', ''), text]));
}

const objectOf = (plan: TestPlan, replicas?: number) => parse(filesOf(plan, replicas)['rayservice.yaml'] ?? '', { version: '1.1' });
const clusterOf = (plan: TestPlan, replicas?: number) => objectOf(plan, replicas).spec.rayClusterConfig;
const workersOf = (plan: TestPlan, replicas?: number) => clusterOf(plan, replicas).workerGroupSpecs[0];
/** YAML in YAML, as Ray's agent reads it. */
const applicationOf = (plan: TestPlan, replicas?: number) =>
  parse(objectOf(plan, replicas).spec.serveConfigV2, { version: '1.1' }).applications[0];
const llmOf = (plan: TestPlan, replicas?: number) => applicationOf(plan, replicas).args.llm_configs[0];

describe('rayService', () => {
  it('configures Ray Serve like this', () => {
    expect(objectOf({ ...PLAN, args: { tensorParallelSize: 2, revision: 'main' } }).spec.serveConfigV2).toMatchInlineSnapshot(`
      "http_options:
        host: 0.0.0.0
        port: 8000
      applications:
        - name: llama-3-1-8b-instruct
          route_prefix: /
          import_path: ray.serve.llm:build_openai_app
          args:
            llm_configs:
              - model_loading_config:
                  model_id: meta-llama/Llama-3.1-8B-Instruct
                  model_source: meta-llama/Llama-3.1-8B-Instruct
                accelerator_type: H100
                # The plan's arguments, under the names of the engine's fields.
                engine_kwargs:
                  revision: main
                  tensor_parallel_size: 2
                  max_model_len: 8192
                  gpu_memory_utilization: 0.9
                  max_num_seqs: 64
                # 2 GPUs of a replica: tensor 2 x pipeline 1 x data 1 parallel
                placement_group_config:
                  bundle_per_worker:
                    CPU: 1
                    GPU: 1
                  strategy: STRICT_PACK
                deployment_config:
                  num_replicas: 1
                  # p99 of a request 42 s, kept within 30 and 600 s
                  graceful_shutdown_timeout_s: 42
      "
    `);
  });

  test.each([
    { why: 'one node', plan: PLAN, replicas: 1, want: { pods: 1, gpus: 1, strategy: 'STRICT_PACK' } },
    {
      why: 'two replicas',
      plan: { ...PLAN, count: 8, args: { tensorParallelSize: 4 } },
      replicas: 2,
      want: { pods: 2, gpus: 4, strategy: 'STRICT_PACK' },
    },
    { why: 'a replica over nodes', plan: PIPELINE, replicas: 1, want: { pods: 2, gpus: 8, strategy: 'PACK' } },
  ])('has pods for the GPUs of the plan: $why', ({ plan, replicas, want }) => {
    const group = workersOf(plan, replicas);
    const { limits, requests } = group.template.spec.containers[0].resources;
    const llm = llmOf(plan, replicas);
    expect({ pods: group.replicas, gpus: limits['nvidia.com/gpu'], strategy: llm.placement_group_config.strategy }).toEqual(want);
    expect(requests['nvidia.com/gpu']).toBe(limits['nvidia.com/gpu']);
    const { tensor_parallel_size: tp = 1, pipeline_parallel_size: pp = 1 } = llm.engine_kwargs;
    expect(tp * pp * replicas).toBe(group.replicas * limits['nvidia.com/gpu']);
    // One CPU of Ray's for each worker and replica, and two for the ingress, which no single pod must lack.
    expect(Number(group.rayStartParams['num-cpus'])).toBeGreaterThanOrEqual(tp * pp + replicas * 3 - (group.replicas - 1) * want.gpus);
  });

  it('runs no engine on the head', () => {
    const { rayStartParams, template } = clusterOf(PIPELINE).headGroupSpec;
    expect(rayStartParams).toMatchObject({ 'num-gpus': '0', 'num-cpus': '0' });
    expect(template.spec.containers[0].resources.limits).not.toHaveProperty('nvidia.com/gpu');
    expect(template.spec.containers[0].ports).toContainEqual({ name: 'serve', containerPort: 8000 });
  });

  it('builds data parallel groups with their own builder', () => {
    const { import_path, args } = applicationOf({ ...PLAN, moe: true, args: { tensorParallelSize: 2, dataParallelSize: 4 } });
    expect(import_path).toBe('ray.serve.llm:build_dp_openai_app');
    expect(args.llm_config.engine_kwargs).toMatchObject({ tensor_parallel_size: 2, data_parallel_size: 4 });
    expect(args.llm_config.deployment_config.num_replicas).toBe(1);
  });

  it('grows as far as the planned GPUs go, and only then lets the cluster grow', () => {
    const growing: TestPlan = { ...PLAN, count: 16, args: { tensorParallelSize: 4 } };
    expect(llmOf(growing).deployment_config.autoscaling_config).toMatchObject({ min_replicas: 1, max_replicas: 4 });
    expect(workersOf(growing)).toMatchObject({ minReplicas: 1, maxReplicas: 4 });
    expect(clusterOf(growing).enableInTreeAutoscaling).toBe(true);
    expect(llmOf(growing, 4).deployment_config).toMatchObject({ num_replicas: 4 });
    expect(clusterOf(growing, 4).enableInTreeAutoscaling).toBe(false);
  });

  test.each([
    { spare: 'nothing', plan: PIPELINE, want: 'None' },
    { spare: 'a second cluster', plan: { ...PIPELINE, nodes: 4, count: 32 }, want: 'NewCluster' },
  ])('updates by what is spare: $spare', ({ plan, want }) => {
    expect(objectOf(plan).spec.upgradeStrategy.type).toBe(want);
  });

  test.each([
    { version: '0.29.0', image: 'rayproject/ray-llm:2.60.0-py312-cu130', dockerfile: false },
    { version: '0.25.1', image: 'rayproject/ray-llm:2.57.0-py312-cu130', dockerfile: false },
    { version: '0.33.0', image: 'llama-3-1-8b-instruct-ray:2.60.0-vllm-0.33.0', dockerfile: true },
    { version: '0.24.0', image: 'llama-3-1-8b-instruct-ray:2.56.0-vllm-0.24.0', dockerfile: true },
  ])('takes the image that holds vLLM $version, or says how to build it', ({ version, image, dockerfile }) => {
    const { rayVersion, headGroupSpec, workerGroupSpecs } = clusterOf({ version });
    for (const { template } of [headGroupSpec, workerGroupSpecs[0]]) expect(template.spec.containers[0].image).toBe(image);
    expect(image).toContain(`:${rayVersion}-`);
    const text = filesOf({ version }).Dockerfile;
    if (dockerfile) expect(text).toMatch(new RegExp(`^FROM rayproject/ray-llm:${rayVersion}-py312-cu130\nRUN .*"vllm==${version}"$`, 'm'));
    else expect(text).toBeUndefined();
  });

  test.each([
    { why: 'an engine older than every image', plan: { version: '0.21.0' } },
    { why: 'AMD', plan: { ...PLAN, gpu: 'mi300x-192gb' as const } },
    { why: 'an API key', plan: { ...PLAN, args: { otherFlags: [{ name: '--api-key', value: 'x' }] } } },
  ])('refuses: $why', ({ plan }) => {
    expect(() => filesOf(plan)).toThrow(WizardError);
  });

  it('hands hostile names through both layers of YAML', () => {
    fc.assert(
      fc.property(hostileWord, hostileWord, hostileText, (model, servedModelName, note) => {
        const plan: TestPlan = { ...PLAN, model, args: { servedModelName, otherFlags: [{ name: '--reasoning-parser', value: note }] } };
        const llm = llmOf(plan);
        expect(llm.model_loading_config).toEqual({ model_id: servedModelName, model_source: model });
      }),
    );
  });

  it('shares one volume between pods, and has the head read a copied model from it', () => {
    const claim = (plan: TestPlan) => parse(filesOf(plan)['pvc.yaml'] ?? '').spec.accessModes[0];
    expect([claim(PLAN), claim(PIPELINE)]).toEqual(['ReadWriteOnce', 'ReadWriteMany']);
    const local: TestPlan = { ...PLAN, model: '/srv/my-model', local: true };
    expect(claim(local)).toBe('ReadWriteMany');
    expect(llmOf(local).model_loading_config).toEqual({ model_id: '/srv/my-model', model_source: '/models/my-model' });
    for (const { template } of [clusterOf(local).headGroupSpec, workersOf(local)])
      expect(template.spec.containers[0].volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath)).toContain(
        '/models/my-model',
      );
  });

  it('keeps the name and the port of the plan', () => {
    const plan: TestPlan = { ...PLAN, args: { otherFlags: [{ name: '--port', value: '9000' }] } };
    const { spec } = objectOf(plan);
    expect(spec.serveService.metadata.name).toBe(buildDeployment(testPlan(plan)).service);
    expect(parse(spec.serveConfigV2).http_options.port).toBe(9000);
    expect(spec.rayClusterConfig.headGroupSpec.template.spec.containers[0].ports).toContainEqual({ name: 'serve', containerPort: 9000 });
  });
});
