import { WizardError } from '../../errors/wizard-error.ts';
import { flagTable } from '../flags.ts';
import { NEWEST_RELEASE, parseRelease } from '../version.ts';
import type { FileFinding, FoundCommand, SourceWord } from './found-command.ts';

export interface PreparedCommand {
  /** Assignments and words, as `parseServeCommand` reads them. */
  readonly words: readonly string[];
  /** The word of the model. */
  readonly model: SourceWord | null;
  readonly findings: readonly FileFinding[];
}

/** Variables that the engine or its libraries read; nothing else of a container is of interest, secrets least of all. */
const ENGINE_VARIABLE = /^(VLLM_|CUDA_|HIP_|ROCR_|NCCL_|PYTORCH_|TORCH_|TRITON_)/;
const SECRET = /TOKEN|KEY|SECRET|PASSWORD/;

/**
 * The words to judge. What a variable holds that nobody sets is not guessed: its flag is left out, with a finding.
 *
 * @param model what the model's path in the container holds, where the user says it
 * @throws WizardError USAGE where the model itself is such a variable
 */
export function prepareCommand(command: FoundCommand, model: string | undefined): PreparedCommand {
  const findings: FileFinding[] = [...command.findings];
  const kept: SourceWord[] = [];
  const start = command.words[1]?.text === '-m' ? 3 : 2;
  for (const [index, word] of command.words.entries()) {
    const isModel = (index === 2 && start === 2 && !word.text.startsWith('-')) || command.words[index - 1]?.text === '--model';
    if (word.open.length === 0 || (isModel && model !== undefined)) {
      kept.push(word);
      continue;
    }
    if (isModel || /^--model=/.test(word.text)) throw openModel(word);
    const before = kept.at(-1);
    const flag = before !== undefined && kept.length > start && takesValue(before.text) && !word.text.startsWith('-') ? before : null;
    if (flag !== null) kept.pop();
    findings.push(openFinding(word, flag?.text ?? null));
  }
  const at = modelIndex(kept);
  if (at !== null && model !== undefined) kept[at] = withModel(kept[at], model);
  const env = Object.entries(command.env).filter(
    ([name]) => ENGINE_VARIABLE.test(name) && !SECRET.test(name) && name !== 'VLLM_ADDITIONAL_ARGS',
  );
  return {
    words: [...env.map(([name, value]) => `${name}=${value}`), ...kept.map(({ text }) => text)],
    model: at === null ? null : (kept[at] ?? null),
    findings,
  };
}

/** Whether the word is a flag that the next word belongs to; flags that no release knows are taken for one. */
function takesValue(text: string): boolean {
  if (!/^--?[a-z][\w.-]*$/i.test(text)) return false;
  const kind = flagTable(parseRelease(NEWEST_RELEASE)).find(text.replaceAll('_', '-'))?.kind;
  return kind !== 'switch' && !text.startsWith('--no-');
}

function modelIndex(words: readonly SourceWord[]): number | null {
  const flag = words.findIndex(({ text }) => text === '--model' || text.startsWith('--model='));
  if (flag >= 0) return words[flag]?.text === '--model' ? flag + 1 : flag;
  return words[1]?.text === 'serve' && words[2] !== undefined && !words[2].text.startsWith('-') ? 2 : null;
}

function withModel(word: SourceWord | undefined, model: string): SourceWord {
  const text = word?.text.startsWith('--model=') ? `--model=${model}` : model;
  return { text, raw: word?.raw ?? '', offset: word?.offset ?? 0, open: [] };
}

function openModel({ open }: SourceWord): WizardError {
  const names = open.join(', ');
  return new WizardError('USAGE', {
    problem: `The model is ${names}, which the file does not set.`,
    fix: 'Say what it is with --model, or set the variable in front of vllm-wizard.',
    facts: { variable: names },
  });
}

function openFinding(word: SourceWord, flag: string | null): FileFinding {
  const names = word.open.join(', ');
  const what = flag ?? word.text;
  return {
    code: 'VARIABLE_UNKNOWN',
    message: `${names} is not set in the file, so the command is judged without ${what}.`,
    fix: 'Set it in front of vllm-wizard, or give it a default in the file.',
    fatal: false,
    offset: word.offset,
  };
}
