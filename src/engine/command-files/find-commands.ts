import { WizardError } from '../../errors/wizard-error.ts';
import { findInCompose } from './find-in-compose.ts';
import { findInKserve } from './find-in-kserve.ts';
import { findInKubernetes } from './find-in-kubernetes.ts';
import { findInShell } from './find-in-shell.ts';
import { findInSystemd } from './find-in-systemd.ts';
import { findInValues } from './find-in-values.ts';
import type { FoundCommand, Variables } from './found-command.ts';
import { readYamlFile, type YamlNode } from './yaml-nodes.ts';

export interface CommandFile {
  /** Name for messages; its ending decides in doubt. */
  readonly file: string;
  readonly text: string;
  /** The user's environment, from which scripts and Compose files take what they do not set. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * The vllm commands of a deployment file: Compose, Kubernetes objects, KServe services, production-stack values, systemd units, shell
 * scripts. In order of appearance.
 *
 * @throws WizardError FILE_UNREADABLE for broken YAML
 */
export function findCommands({ file, text, environment }: CommandFile): readonly FoundCommand[] {
  const outside: Variables = new Map();
  for (const [name, value] of Object.entries(environment)) if (value !== undefined) outside.set(name, value);
  if (/^\s*\[(Unit|Service)\]/m.test(text)) return findInSystemd(text, outside);
  const isYaml = /\.ya?ml$|\.json$/i.test(file);
  const roots = text.startsWith('#!') && !isYaml ? null : readYamlFile(text, file, isYaml);
  if (roots === null) return isYaml ? [] : findInShell(text, outside);
  const found = roots.flatMap((root) => findInYaml(root, text, outside));
  // A script can be YAML by chance, as a single command is.
  return found.length > 0 || isYaml ? found : findInShell(text, outside);
}

function findInYaml(root: YamlNode, text: string, outside: Variables): readonly FoundCommand[] {
  if (root.at('services').isMap) return findInCompose(root, text, outside);
  if (root.at('servingEngineSpec').isMap || root.at('modelSpec').isList) return findInValues(root, text);
  return findInKserve(root, text) ?? findInKubernetes(root, text);
}

/**
 * The command of that name, or the only one.
 *
 * @throws WizardError USAGE where there is none, or several and none is named
 */
export function chooseCommand(found: readonly FoundCommand[], service: string | undefined, file: string): FoundCommand {
  const names = found.map(({ name }) => name).join(', ');
  if (found.length === 0) {
    throw new WizardError('USAGE', {
      problem: `${file} holds no vllm serve command.`,
      fix: 'Name a Compose file, Kubernetes manifest, production-stack values file, systemd unit or shell script that starts vLLM.',
      facts: { file },
    });
  }
  if (service === undefined) {
    const [only, ...others] = found;
    if (only !== undefined && others.length === 0) return only;
    throw new WizardError('USAGE', {
      problem: `${file} holds ${found.length} vllm commands: ${names}.`,
      fix: `Say which one, for example --service ${found[0]?.name ?? ''}.`,
      facts: { file, services: names },
    });
  }
  const chosen = found.filter(({ name }) => name === service || name.split('/')[1] === service);
  const [command] = chosen;
  if (command !== undefined && chosen.length === 1) return command;
  throw new WizardError('USAGE', {
    problem: `${file} has ${chosen.length === 0 ? 'no' : `${chosen.length}`} vllm ${chosen.length > 1 ? 'commands' : 'command'} called "${service.slice(0, 80)}".`,
    fix: `Use one of: ${names}.`,
    facts: { file, services: names },
  });
}
