import type { Term } from '../../doctor/compare-terms.ts';
import type { Fix } from '../../doctor/find-fix.ts';
import { formatGiB } from '../../units/bytes.ts';
import type { DoctorAnswer } from '../commands/doctor.run.ts';
import { makeStyle, type Style } from '../output/style.ts';
import { table, wrap } from '../output/table.ts';
import { shellText } from './doctor-document.ts';

const COLUMNS = 78;

/** The report for people: the cause, what helps, what was read, the numbers beside the forecast, caveats. */
export function renderDiagnosis(answer: DoctorAnswer, colour: boolean): string {
  const style = makeStyle(colour);
  const sections = [
    verdict(answer, style),
    fixText(answer, style),
    understood(answer, style),
    comparison(answer.diagnosis.terms, style),
    remarks(answer, style),
  ];
  return sections.filter((section) => section !== '').join('\n');
}

function verdict({ diagnosis: { found, healthy } }: DoctorAnswer, style: Style): string {
  if (found !== null) {
    const { cause, line, evidence } = found;
    const quoted = wrap(`"${line}"`, COLUMNS - 2, '  ');
    return `${style.bold(style.red(cause.title))}  [${cause.id}]\n${wrap(cause.explain(evidence), COLUMNS)}\n  ${style.dim(quoted)}\n`;
  }
  if (healthy) return `${style.bold(style.green('The engine started'))}\nThe log shows no failure.\n`;
  return `${style.bold(style.yellow('No known cause'))}\n${wrap('The log was read as far as shown below, but no line of it is an error that is known. Pass all of it, from the first line on.', COLUMNS)}\n`;
}

function fixText({ diagnosis: { fix, needed, found } }: DoctorAnswer, style: Style): string {
  if (fix !== null) return `${style.bold('What helps')}\n${fixLines(fix)}`;
  if (needed.length === 0 || found === null) return '';
  const lines = needed.map(({ change, effect }) => bullet(effect === '' ? change : `${change}: ${effect}`));
  return `${style.bold('The usual change for this does not pass check here; what would be needed')}\n${lines.join('')}`;
}

function fixLines({ change, effect, sideEffect, command, checkedOn }: Fix): string {
  const lines = [`  ${wrap(change, COLUMNS - 2, '  ')}\n`];
  if (effect !== '') lines.push(`  Effect: ${wrap(effect, COLUMNS - 10, '  ')}.\n`);
  if (sideEffect !== 'none') lines.push(`  Side effect: ${wrap(sideEffect, COLUMNS - 15, '  ')}.\n`);
  if (command !== null && checkedOn !== null) {
    const gpus = `${checkedOn.gpus} x ${checkedOn.gpu}`;
    lines.push(
      `\n  ${wrap(`This command passes check on ${gpus}, vLLM ${checkedOn.vllmVersion}:`, COLUMNS - 2, '  ')}\n    ${shellText(command)}\n`,
    );
  }
  return lines.join('');
}

function understood({ diagnosis: { readings }, recovered, asked }: DoctorAnswer, style: Style): string {
  const { version, engine, model, architecture, gpuName, maxModelLen } = readings;
  const { request } = asked;
  const tp = readings.tensorParallelSize ?? request?.args.tensorParallelSize ?? null;
  const pp = readings.pipelineParallelSize ?? request?.args.pipelineParallelSize ?? null;
  const dp = readings.dataParallelSize ?? request?.args.dataParallelSize ?? null;
  const sizes = [tp === null ? '' : `tensor ${tp}`, pp === null ? '' : `pipeline ${pp}`, dp === null ? '' : `data ${dp}`];
  const rows = [
    ['vLLM', version ?? '', engine ?? ''],
    ['model', model ?? request?.args.model ?? '', architecture ?? ''],
    ['GPU', gpuName ?? request?.hardware.gpu.label ?? '', ''],
    ['parallel', sizes.filter((size) => size !== '').join(', '), ''],
    ['context', maxModelLen === null ? '' : `${maxModelLen} tokens`, ''],
    ['command', recovered === null ? '' : `from the ${recovered.from === 'command' ? 'text' : recovered.from}`, ''],
  ].filter((row) => row.slice(1).some((cell) => cell !== ''));
  if (rows.length === 0) return '';
  return `${style.bold('Read from the log')}\n${indented(table([], rows))}`;
}

function comparison(terms: readonly Term[], style: Style): string {
  if (terms.length === 0) return '';
  const rows = terms.map((term) => [
    term.name,
    show(term, term.logged),
    show(term, term.predicted),
    term.range === null ? '' : `${show(term, term.range[0])} to ${show(term, term.range[1])}`,
  ]);
  return `${style.bold('Logged beside predicted')}\n${indented(table(['', 'logged', 'predicted', '90 % range'], rows))}`;
}

function show({ unit }: Term, value: number | null): string {
  if (value === null) return '-';
  if (unit === 'bytes') return formatGiB(value, 2);
  return unit === 'requests' ? value.toFixed(2) : String(Math.round(value));
}

function remarks({ diagnosis: { others, found }, asked }: DoctorAnswer, style: Style): string {
  const seen = others.slice(0, 4).map(({ cause }) => `Also in the log: ${cause.title.toLowerCase()} [${cause.id}].`);
  const source = found === null ? [] : [`Where this comes from: ${found.cause.source}.`];
  const all = [...asked.notes, ...seen, ...source];
  return all.length === 0 ? '' : `${style.bold('Mind')}\n${all.map(bullet).join('')}`;
}

function bullet(text: string): string {
  return `  ${wrap(`- ${text}`, COLUMNS - 2, '    ')}\n`;
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
