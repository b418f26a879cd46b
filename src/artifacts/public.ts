/** What commands and the library's users may use. It loads the YAML library: import it when a command runs, not on the way to `--help`. */
export { EMIT_WORDS, type EmitWord } from './emit-words.ts';
export { artifactTexts, type GeneratedFile, generateFiles } from './generate-files.ts';
export { type WritableFs, type WriteOptions, type WrittenFiles, writeFiles } from './write-files.ts';
