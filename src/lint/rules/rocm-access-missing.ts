import type { YamlNode } from '../../engine/command-files/yaml-nodes.ts';
import type { Rule } from '../rule.ts';
import { enginesOf } from '../view/engines.ts';

export const rocmAccessMissing: Rule = {
  id: 'rocm-access-missing',
  severity: 'error',
  formats: ['Compose', 'shell'],
  finds: 'A ROCm image without /dev/kfd, /dev/dri and the group `video`',
  why: 'ROCm reaches GPUs through these devices and not through --gpus: the container sees none.',
  fix: 'docker: --device /dev/kfd --device /dev/dri --group-add video. Compose: devices and group_add.',
  *check(tree) {
    for (const { source, image, node, file, gpus, privileged } of enginesOf(tree)) {
      if (image === null || !/rocm/i.test(image.text) || privileged !== null || (source !== 'compose' && source !== 'docker')) continue;
      const missing = source === 'compose' ? composeMissing(node) : dockerMissing(file.text);
      if (missing.length === 0) continue;
      yield { at: gpus?.at ?? image.at, message: `The ROCm image gets no ${missing.join(', no ')}.` };
    }
  },
};

function composeMissing(node: YamlNode | null): readonly string[] {
  const has = (key: string, text: RegExp) =>
    node
      ?.at(key)
      .items()
      .some((item) => text.test(item.text ?? '')) === true;
  return [
    ...(has('devices', /\/dev\/kfd/) ? [] : ['/dev/kfd']),
    ...(has('devices', /\/dev\/dri/) ? [] : ['/dev/dri']),
    ...(has('group_add', /video|render|^\d+$/) ? [] : ['group video']),
  ];
}

/** Scripts spread options over variables, so the whole text counts. */
function dockerMissing(text: string): readonly string[] {
  return [
    ...(text.includes('/dev/kfd') ? [] : ['/dev/kfd']),
    ...(text.includes('/dev/dri') ? [] : ['/dev/dri']),
    ...(/group-add/.test(text) ? [] : ['group video']),
  ];
}
