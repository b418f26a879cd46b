import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** What a built module loads before it runs, itself included. */
export interface ModuleGraph {
  readonly files: ReadonlySet<string>;
  /** Modules that are no files of ours: `node:fs`, packages. */
  readonly others: ReadonlySet<string>;
}

const STATIC = /(?:^|\n|;)\s*(?:import|export)\s(?:[^'"()]*?\sfrom\s*)?['"]([^'"]+)['"]/g;
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

/** @param whenAsked follow `import()` too */
export function moduleGraph(file: string, { whenAsked = false } = {}): ModuleGraph {
  const files = new Set<string>();
  const others = new Set<string>();
  const visit = (path: string): void => {
    if (files.has(path)) return;
    files.add(path);
    const text = readFileSync(path, 'utf8');
    for (const [, name = ''] of [...text.matchAll(STATIC), ...(whenAsked ? text.matchAll(DYNAMIC) : [])]) {
      if (name.startsWith('.')) visit(fileURLToPath(new URL(name, pathToFileURL(path))));
      else others.add(name);
    }
  };
  visit(file);
  return { files, others };
}
