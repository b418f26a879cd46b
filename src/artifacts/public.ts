/** What commands and the library's users may use. It loads the YAML library: import it when a command runs, not on the way to `--help`. */
export { artifactTexts } from './artifact-texts.ts';
export type { DeploymentOptions } from './deployment-options.ts';
export { EMIT_GROUPS, EMIT_WORDS, type EmitGroup, type EmitWord } from './emit-words.ts';
export { generateFiles, possibleWords, type SkippedWord } from './generate-files.ts';
export type { GeneratedFile } from './generated-file.ts';
export type { LockOrigin } from './lock-file.ts';
export { lockOrigin } from './lock-origin.ts';
export { type WritableFs, type WriteOptions, type WrittenFiles, writeFiles } from './write-files.ts';
