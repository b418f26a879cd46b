import type { YamlNode } from '../../engine/command-files/yaml-nodes.ts';
import type { Hit, Rule } from '../rule.ts';
import { type Engine, enginesOf } from '../view/engines.ts';
import { spotOfKey } from '../view/kubernetes.ts';
import type { Tree } from '../view/tree.ts';
import { probeBudget } from './probe-budget.ts';
import { startSeconds } from './start-seconds.ts';

export const startupProbeShort: Rule = {
  id: 'startup-probe-short',
  severity: 'warning',
  formats: ['Kubernetes', 'Helm values'],
  finds: 'A startup probe that gives up before the model is loaded',
  why: 'The pod is killed while it loads and begins again, for ever.',
  fix: 'Raise failureThreshold to 1.5 × the time of a start / periodSeconds.',
  *check(tree) {
    for (const container of enginesOf(tree)) {
      if (container.node !== null) yield* ofProbe(container, container.node, tree);
    }
    yield* stackProbes(tree);
  },
};

function* ofProbe(container: Engine, owner: YamlNode, tree: Tree): Generator<Hit> {
  const probe = owner.at('startupProbe');
  if (!probe.isMap) return;
  const budget = probeBudget(probe);
  const { value, because } = startSeconds(container, tree);
  if (budget >= value) return;
  const period = probe.at('periodSeconds').number ?? 10;
  yield {
    at: spotOfKey(container.file, owner, 'startupProbe'),
    message: `The probe gives up after ${budget} s; ${because}.`,
    fix: `Set failureThreshold: ${Math.ceil((1.5 * value) / period)} at periodSeconds: ${period}.`,
  };
}

/** The chart has one probe for all models. */
function* stackProbes(tree: Tree): Generator<Hit> {
  for (const file of tree.files) {
    for (const root of file.documents) {
      const engine = root.at('servingEngineSpec');
      if (!engine.at('startupProbe').isMap) continue;
      const slowest = enginesOf(tree)
        .filter((container) => container.file === file && container.source === 'values')
        .toSorted((a, b) => startSeconds(b, tree).value - startSeconds(a, tree).value)[0];
      if (slowest !== undefined) yield* ofProbe(slowest, engine, tree);
    }
  }
}
