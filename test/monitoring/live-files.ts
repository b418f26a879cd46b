import { parse } from 'yaml';
import type { EmitWord } from '../../src/artifacts/emit-words.ts';
import { generateFiles } from '../../src/artifacts/generate-files.ts';
import type { LivePlan } from './live-plan.ts';
import type { Rule, RulesFile } from './time-lapse.ts';

/** Texts of emitted monitoring files, by their names in that folder. */
export function filesOf({ result, options }: LivePlan, words: readonly EmitWord[]): (name: string) => string {
  const files = new Map(generateFiles(result, result.document, words, options).map(({ path, text }) => [path, text]));
  return (name) => files.get(`monitoring/${name}`) ?? '';
}

export function rulesIn(text: string): RulesFile {
  return parse(text);
}

/** The rules of a PrometheusRule. */
export function rulesInObject(text: string): RulesFile {
  return parse(text).spec;
}

export function alertNames({ groups }: RulesFile): string[] {
  return rulesOf({ groups }).flatMap(({ alert }) => (alert === undefined ? [] : [alert]));
}

export function records({ groups }: RulesFile): string[] {
  return rulesOf({ groups }).flatMap(({ record }) => (record === undefined ? [] : [record]));
}

export function rulesOf({ groups }: RulesFile): Rule[] {
  return groups.flatMap(({ rules }) => rules);
}
