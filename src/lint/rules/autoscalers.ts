import type { YamlNode } from '../../engine/command-files/yaml-nodes.ts';
import { enginePods } from '../view/engines.ts';
import type { KubernetesObject } from '../view/kubernetes.ts';
import type { Tree } from '../view/tree.ts';

/** An object that changes the number of replicas of another. */
export interface Autoscaler {
  readonly object: KubernetesObject;
  /** `kind/name` of what it scales. */
  readonly target: string;
  readonly targetNode: YamlNode;
}

const KINDS = new Set(['HorizontalPodAutoscaler', 'ScaledObject', 'PodAutoscaler', 'VariantAutoscaling']);

export function autoscalersOf({ objects }: Tree): readonly Autoscaler[] {
  return objects.flatMap((object) => {
    if (!KINDS.has(object.kind)) return [];
    const targetNode = object.root.at('spec', 'scaleTargetRef');
    const name = targetNode.at('name').text;
    const role = object.root.at('spec', 'subTargetSelector', 'roleName').text;
    const target = `${targetNode.at('kind').text ?? 'Deployment'}/${name}${role === null ? '' : `/${role}`}`;
    return name === null ? [] : [{ object, target, targetNode }];
  });
}

/** Whether a target runs the engine: by the files, or by its name where they do not hold it. */
export function scalesEngine({ target }: Autoscaler, tree: Tree): boolean {
  const pods = tree.pods.filter(({ object }) => `${object.kind}/${object.name}` === target);
  if (pods.length === 0) return /vllm|llm|llama|qwen|mistral|gemma|deepseek/i.test(target);
  return enginePods(tree).some(({ pod }) => pods.includes(pod));
}
