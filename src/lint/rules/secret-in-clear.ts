import type { Hit, Rule, Spot } from '../rule.ts';
import { writtenEngines } from '../view/engines.ts';
import { spotOf, spotOfKey } from '../view/kubernetes.ts';
import type { Tree } from '../view/tree.ts';
import { isPlaceholder, isReference, isSecretName, TOKEN } from './secret-names.ts';

export const secretInClear: Rule = {
  id: 'secret-in-clear',
  severity: 'error',
  formats: ['Compose', 'Kubernetes', 'Helm values', 'shell', 'systemd', 'Dockerfile'],
  finds: 'A token, key or password written into the file',
  why: 'Everyone who can read the repository, the image or the process list has it, and history keeps it.',
  fix: 'Revoke it, and refer to it: a Secret with secretKeyRef, a Compose secret, or a variable that is passed on (-e HF_TOKEN).',
  *check(tree) {
    const seen = new Set<string>();
    for (const hit of [...inEnvironment(tree), ...inFlags(tree), ...inSecrets(tree), ...inValues(tree), ...anywhere(tree)]) {
      const place = `${hit.at.file.path}:${hit.at.file.lines.at(hit.at.offset).line}`;
      if (seen.has(place)) continue;
      seen.add(place);
      yield hit;
    }
  },
};

function isClear(value: string): boolean {
  return value.trim() !== '' && !isReference(value) && !isPlaceholder(value);
}

function* inEnvironment({ containers }: Tree): Generator<Hit> {
  for (const { env } of containers) {
    for (const { name, raw, valueAt } of env) {
      if (raw !== null && isSecretName(name) && isClear(raw)) yield { at: valueAt, message: `${name} holds its value in clear text.` };
    }
  }
}

/** Flags are seen in the process list even where the file is safe. */
function* inFlags(tree: Tree): Generator<Hit> {
  for (const { engine } of writtenEngines(tree)) {
    for (const name of ['--api-key', '--hf-token']) {
      const flag = engine.flag(name);
      if (flag?.value == null || !isClear(flag.value)) continue;
      yield {
        at: flag.valueAt,
        message: `${name} holds its value in clear text, and the process list shows it.`,
        fix: `Revoke it, and set ${name === '--api-key' ? 'VLLM_API_KEY' : 'HF_TOKEN'} from a secret instead of the flag.`,
      };
    }
  }
}

function* inSecrets({ objects }: Tree): Generator<Hit> {
  for (const { kind, root, file, name, apiVersion } of objects) {
    if (kind !== 'Secret' || apiVersion !== 'v1') continue;
    for (const part of ['stringData', 'data']) {
      for (const [key, value] of root.at(part).entries()) {
        if (value.text === null || !isClear(part === 'data' ? fromBase64(value.text) : value.text)) continue;
        yield {
          at: spotOf(file, value),
          message: `The Secret ${name ?? ''} holds the value of ${key}${part === 'data' ? '; base64 hides nothing' : ''}.`,
          fix: 'Revoke it; make the Secret with kubectl create secret, or commit an ExternalSecret, SealedSecret or SOPS file.',
        };
      }
    }
  }
}

function fromBase64(text: string): string {
  return /^[A-Za-z0-9+/\s]+=*\s*$/.test(text) ? atobSafe(text.replace(/\s/g, '')) : text;
}

function atobSafe(text: string): string {
  try {
    return atob(text);
  } catch {
    // No base64 after all: the text stands for itself.
    return text;
  }
}

/** `hf_token: hf_…` and `vllmApiKey: …` of charts. */
function* inValues({ files }: Tree): Generator<Hit> {
  for (const file of files) {
    for (const root of file.documents) {
      const engine = root.at('servingEngineSpec');
      const maps = [engine, ...engine.at('modelSpec').items(), root.at('routerSpec')];
      for (const map of maps) {
        for (const key of ['hf_token', 'vllmApiKey']) {
          const value = map.at(key);
          if (value.text !== null && isClear(value.text)) {
            yield {
              at: spotOfKey(file, map, key),
              message: `${key} holds its value in clear text.`,
              fix: `Write ${key}: {secretName: …, secretKey: …}.`,
            };
          }
        }
      }
    }
  }
}

/** A token by its shape, in any file that was read. */
function* anywhere({ files }: Tree): Generator<Hit> {
  for (const file of files) {
    for (const found of file.text.matchAll(new RegExp(TOKEN, 'g'))) {
      const at: Spot = { file, offset: found.index };
      if (!/^\w+[-_](x+|X+|0+)$/.test(found[0])) yield { at, message: 'A token is written in clear text.' };
    }
  }
}
