import type { YamlNode } from '../../engine/command-files/yaml-nodes.ts';

/** Whether a scalar is a string to whoever reads the YAML: quoted, a block, or nothing like a number or boolean. */
export function isPlainString(node: YamlNode, file: string): boolean {
  const first = file.charAt(node.from);
  if (first === '"' || first === "'" || first === '|' || first === '>') return true;
  return !/^([-+]?(\d[\d_]*)?\.?\d+(e[-+]?\d+)?|0x[\da-f]+|true|false|null|~|)$/i.test(node.text ?? '');
}
