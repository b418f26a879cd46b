import { isAtLeast } from '../../engine/version.ts';
import type { Rule } from '../rule.ts';
import type { Container } from '../view/container.ts';
import { enginesOf } from '../view/engines.ts';

export const graceTooShort: Rule = {
  id: 'grace-too-short',
  severity: 'warning',
  formats: ['Compose', 'Kubernetes', 'Helm values', 'shell', 'systemd'],
  finds: 'A grace period shorter than preStop and `--shutdown-timeout` together',
  why: 'The server is killed while it still finishes requests.',
  fix: 'Raise the grace period: terminationGracePeriodSeconds, stop_grace_period, --stop-timeout or TimeoutStopSec.',
  *check(tree) {
    for (const container of enginesOf(tree)) {
      const { engine, grace } = container;
      const timeout = Number(engine.flag('--shutdown-timeout')?.value ?? 0);
      const sleep = preStopSeconds(container);
      const seconds = grace?.seconds ?? stackGrace(container);
      // Headless workers have no requests of their own; they wait for the leader.
      if (
        engine.flag('--headless') !== null ||
        seconds === null ||
        Number.isNaN(timeout) ||
        timeout + sleep === 0 ||
        seconds >= timeout + sleep
      )
        continue;
      if (timeout > 0 && !isAtLeast(engine.version, '0.18.0')) continue;
      const parts = [...(sleep > 0 ? [`${sleep} s of preStop`] : []), ...(timeout > 0 ? [`${timeout} s of --shutdown-timeout`] : [])];
      const at = grace === null || grace.isDefault ? (engine.flag('--shutdown-timeout')?.at ?? container.at) : grace.at;
      yield {
        at,
        message: `The container is killed ${seconds} s after it is told to stop${grace?.isDefault === false ? '' : ', the default'}; ${parts.join(' and ')} take longer.`,
      };
    }
  },
};

/** The chart sets no grace period, so that of Kubernetes applies. */
function stackGrace({ source, node }: Container): number | null {
  return source === 'values' && node?.at('modelURL').exists === true ? 30 : null;
}

/** `sleep` of the hook, in either spelling. */
export function preStopSeconds({ source, node }: Container): number {
  if (source !== 'kubernetes' || node === null) return 0;
  const hook = node.at('lifecycle', 'preStop');
  const own = hook.at('sleep', 'seconds').number;
  const words = hook
    .at('exec', 'command')
    .items()
    .map(({ text }) => text ?? '')
    .join(' ');
  return own ?? Number(/\bsleep\s+(\d+)/.exec(words)?.[1] ?? 0);
}
