import { containerCommand } from './container-command.ts';
import { expandText } from './expand-variable.ts';
import type { FoundCommand, Variables } from './found-command.ts';
import { imageVersion } from './image-version.ts';
import type { YamlNode } from './yaml-nodes.ts';

/** The vllm commands of a Compose file, one a service. */
export function findInCompose(root: YamlNode, file: string, variables: Variables): readonly FoundCommand[] {
  return root
    .at('services')
    .entries()
    .flatMap(([name, service]) => {
      const command = containerCommand({
        image: service.at('image'),
        entrypoint: service.at('entrypoint'),
        args: service.at('command'),
        file,
        variables,
        style: 'compose',
      });
      if (command === null) return [];
      const env = { ...environment(service.at('environment'), variables), ...command.env };
      const image = expandText(service.at('image').text ?? '', variables).text;
      return [
        {
          name,
          kind: 'compose' as const,
          words: command.words,
          env,
          gpus: gpusOf(service, env),
          nodes: null,
          gpuName: null,
          vllmVersion: imageVersion(image),
          findings: command.findings,
        },
      ];
    });
}

/** A map, or a list of NAME=value. */
export function environment(node: YamlNode, variables: Variables): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of node.entries()) if (value.text !== null) env[name] = expandText(value.text, variables).text;
  for (const item of node.items()) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(item.text ?? '') ?? [];
    if (name !== undefined && value !== undefined) env[name] = expandText(value, variables).text;
  }
  return env;
}

/** Reserved devices, `gpus:`, or the devices that the environment shows; `all` says no number. */
function gpusOf(service: YamlNode, env: Readonly<Record<string, string>>): number | null {
  const reserved = [...service.at('deploy', 'resources', 'reservations', 'devices').items(), ...service.at('gpus').items()];
  for (const device of reserved) {
    const ids = device.at('device_ids').items().length;
    const count = device.at('count').number ?? (ids > 0 ? ids : null);
    if (count !== null) return count;
  }
  return service.at('gpus').number ?? visibleDevices(env);
}

export function visibleDevices(env: Readonly<Record<string, string>>): number | null {
  const list = env.CUDA_VISIBLE_DEVICES ?? env.NVIDIA_VISIBLE_DEVICES ?? env.HIP_VISIBLE_DEVICES;
  if (list === undefined || !/^[\w-]+(,[\w-]+)*$/.test(list.trim()) || /^(all|none|void)$/.test(list.trim())) return null;
  return list.split(',').length;
}
