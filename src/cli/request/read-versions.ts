import { compareVersions, NEWEST_RELEASE, RELEASES, type ResolvedVersion, resolveVersion } from '../../engine/version.ts';
import { WizardError } from '../../errors/wizard-error.ts';

/** Most releases of one list; all that are held come to about fifty. */
const MOST = 200;

/**
 * `--versions 0.19,0.20.2,newest` or `all`: the releases to compare, oldest first, each once.
 *
 * @throws WizardError USAGE, VERSION_UNKNOWN
 */
export function readVersions(list: string): readonly ResolvedVersion[] {
  const words = list
    .split(',')
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== '');
  if (words.length === 0 || words.length > MOST) {
    throw new WizardError('USAGE', {
      problem: `--versions needs releases separated by commas, not "${list.slice(0, 60)}".`,
      fix: 'Write for example: --versions 0.19,0.20.2,newest, or --versions all.',
    });
  }
  const texts = words.flatMap((word): readonly string[] => {
    if (word === 'all') return RELEASES;
    return [word === 'newest' || word === 'latest' ? NEWEST_RELEASE : word];
  });
  const found = new Map(texts.map(resolveVersion).map((version) => [version.text, version]));
  return [...found.values()].sort((a, b) => compareVersions(a.version, b.version));
}
