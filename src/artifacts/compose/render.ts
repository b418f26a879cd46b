import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import { headerLines } from '../file-header.ts';
import { type Remark, yamlText } from '../yaml-text.ts';
import { observability } from './observability.ts';

/**
 * A Compose project with the server as its only service; with monitoring files beside, also the programs that read them.
 *
 *   services:
 *     vllm:
 *       image: vllm/vllm-openai:v0.33.0
 *       entrypoint: [vllm, serve]
 *       command: [acme/tiny-8b, --max-model-len, "8192"]
 */
export function renderCompose(deployment: Deployment, container: ServerContainer, beside: readonly string[] = []): string {
  const { slug, port, startup, sharedMemoryGib, grace } = deployment;
  const service = {
    image: `${container.repository}:${container.tag}`,
    entrypoint: ['vllm', 'serve'],
    command: container.argv.map(literal),
    restart: 'unless-stopped',
    ports: [`127.0.0.1:${port}:${port}`],
    // The name that the scrape configuration knows it by.
    ...(beside.includes('prometheus') && { networks: { default: { aliases: [deployment.service] } } }),
    shm_size: `${sharedMemoryGib.value}gb`,
    ulimits: { memlock: -1, stack: 67_108_864 },
    ...gpuAccess(deployment, container),
    environment: environmentOf(deployment, container),
    volumes: volumesOf(container),
    healthcheck: {
      test: ['CMD', 'python3', '-c', healthProgram(deployment)],
      interval: '30s',
      timeout: '10s',
      retries: 3,
      start_period: `${startup.value}s`,
      start_interval: '5s',
    },
    stop_grace_period: `${grace.value}s`,
    logging: { driver: 'json-file', options: { 'max-size': '50m', 'max-file': '3' } },
  };
  const { services, volumes, remarks } = observability(container, beside);
  const value = {
    name: slug,
    services: { vllm: service, ...services },
    volumes: { huggingface: {}, 'vllm-cache': {}, ...volumes },
  };
  return yamlText(value, headerLines(deployment, ...usage(deployment)), [...remarksOf(deployment, container), ...remarks]);
}

function usage({ port, secrets }: Deployment): string[] {
  const names = secrets.map(({ env }) => env).join(', ');
  return [
    `Start: docker compose up --detach --wait; then http://127.0.0.1:${port}/v1`,
    ...(names ? [`From the shell or an .env file, never from here: ${names}`] : []),
  ];
}

/** Compose replaces $NAME in every value; a doubled dollar is a plain one. */
function literal(text: string): string {
  return text.replaceAll('$', '$$$$');
}

function gpuAccess({ gpus }: Deployment, { vendor, deviceIds }: ServerContainer): object {
  if (vendor === 'amd') {
    return {
      devices: ['/dev/kfd', '/dev/dri'],
      group_add: ['video'],
      cap_add: ['SYS_PTRACE'],
      security_opt: ['seccomp:unconfined'],
    };
  }
  const which = deviceIds === null ? { count: gpus.value } : { device_ids: deviceIds };
  return { deploy: { resources: { reservations: { devices: [{ driver: 'nvidia', ...which, capabilities: ['gpu'] }] } } } };
}

/** A name without a value is passed on from the caller's environment where it is set there. */
function environmentOf({ secrets }: Deployment, { env }: ServerContainer): Record<string, string | null> {
  const entries = secrets.map(({ env: name, required }): [string, string | null] => [name, required ? `\${${name}:?set ${name}}` : null]);
  return Object.fromEntries([...entries, ...env.map(([name, value]): [string, string] => [name, literal(value)])]);
}

function volumesOf({ mount }: ServerContainer): (string | object)[] {
  const caches = ['huggingface:/root/.cache/huggingface', 'vllm-cache:/root/.cache/vllm'];
  if (mount === null) return caches;
  // A relative path counted from the folder of the plan; Compose would count it from this file.
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Compose's own spelling
  const source = mount.source.startsWith('/') ? literal(mount.source) : '${MODEL_DIR:?set MODEL_DIR to the folder of the model}';
  return [...caches, { type: 'bind', source, target: mount.target, read_only: true }];
}

/** The image promises Python, not curl. */
function healthProgram({ port, healthPath }: Deployment): string {
  return [
    'import http.client, sys',
    `c = http.client.HTTPConnection('127.0.0.1', ${port}, timeout=5)`,
    `c.request('GET', '${healthPath}')`,
    'sys.exit(c.getresponse().status != 200)',
  ].join('; ');
}

function remarksOf({ gpus, startup, sharedMemoryGib, grace, secrets }: Deployment, { vendor, mount, drains }: ServerContainer): Remark[] {
  const at = (...path: (string | number)[]): (string | number)[] => ['services', 'vllm', ...path];
  const remarks: Remark[] = [
    { path: at('image'), text: 'The planned version; upgrade on purpose, then plan again.' },
    { path: at('shm_size'), text: sharedMemoryGib.because },
    { path: at('healthcheck', 'start_period'), text: startup.because },
    {
      path: at('stop_grace_period'),
      text: drains ? grace.because : 'At most: this engine drops running requests as soon as it is told to stop.',
    },
    { path: at(vendor === 'amd' ? 'devices' : 'deploy'), text: `${gpus.value} GPU${gpus.value === 1 ? '' : 's'}: ${gpus.because}` },
    { path: at('ports'), text: 'Only this host: the server asks nobody for a password unless VLLM_API_KEY is set.' },
    {
      path: at('volumes'),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Compose's own spelling
      text: 'Named volumes keep weights and compiled kernels; ${HF_HOME:-~/.cache/huggingface} would be the cache of the host.',
    },
  ];
  if (secrets.some(({ required }) => !required)) {
    remarks.push({ path: at('environment'), text: 'HF_TOKEN is handed on where it is set; only gated and private models need it.' });
  }
  if (mount !== null) remarks.push({ path: at('volumes'), text: `The model is read from a folder of this host: ${mount.source}` });
  return remarks;
}
