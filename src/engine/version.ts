import { WizardError } from '../errors/wizard-error.ts';

/** A vLLM release as three numbers. Build strings are cut: `0.23.1rc1.dev7+g1a2b` counts as 0.23.1 (contract §3). */
export type Version = readonly [major: number, minor: number, patch: number];

/**
 * The releases whose rules are held, oldest first: those on the package index from V1 becoming the default engine (0.8.0).
 *
 * @source the release list of the `vllm` package, 2026-11
 */
export const RELEASES = [
  '0.8.0',
  '0.8.1',
  '0.8.2',
  '0.8.3',
  '0.8.4',
  '0.8.5',
  '0.9.0',
  '0.9.1',
  '0.9.2',
  '0.10.0',
  '0.10.1',
  '0.10.2',
  '0.11.0',
  '0.11.1',
  '0.11.2',
  '0.12.0',
  '0.13.0',
  '0.14.0',
  '0.14.1',
  '0.15.0',
  '0.15.1',
  '0.16.0',
  '0.17.0',
  '0.17.1',
  '0.18.0',
  '0.18.1',
  '0.19.0',
  '0.19.1',
  '0.20.0',
  '0.20.1',
  '0.20.2',
  '0.21.0',
  '0.22.0',
  '0.22.1',
  '0.23.0',
  '0.24.0',
  '0.25.0',
  '0.25.1',
  '0.26.0',
  '0.27.0',
  '0.27.1',
  '0.28.0',
  '0.29.0',
  '0.30.0',
  '0.31.0',
  '0.32.0',
  '0.33.0',
] as const;

export type Release = (typeof RELEASES)[number];

export const NEWEST_RELEASE: Release = '0.33.0';

export function parseRelease(text: string): Version {
  const [major = 0, minor = 0, patch = 0] = text.split('.').map(Number);
  return [major, minor, patch];
}

/** Negative when `a` is older than `b`, zero when equal. */
export function compareVersions(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

export function isAtLeast(version: Version, release: Release): boolean {
  return compareVersions(version, parseRelease(release)) >= 0;
}

export interface ResolvedVersion {
  /** As it goes into image tags and documents: "0.24.0". */
  readonly text: string;
  readonly version: Version;
  /** Set when the asked version is none that we hold; says which rules stand in. */
  readonly warning: string | null;
}

const PATTERN = /^v?(\d{1,3})\.(\d{1,3})(?:\.(\d{1,3}))?(?:[.\-+a-z].*)?$/i;

/**
 * Reads `X.Y` (newest patch held), `X.Y.Z` or a build string. A release newer than the newest held is planned with the
 * newest rules, an unlisted patch with its own number; both say so.
 *
 * @throws WizardError VERSION_UNKNOWN for text that is no version, or one older than 0.8.0 (the V0 engine)
 */
export function resolveVersion(text: string): ResolvedVersion {
  const found = PATTERN.exec(text.trim());
  if (!found) throw unknown(text, 'is not a version of vLLM');
  const [, major, minor, patch] = found;
  const wanted: Version = [Number(major), Number(minor), patch === undefined ? newestPatch(Number(major), Number(minor)) : Number(patch)];
  if (!isAtLeast(wanted, '0.8.0')) throw unknown(text, 'is older than 0.8.0, the first release that runs the V1 engine by default');
  const label = wanted.join('.');
  if (compareVersions(wanted, parseRelease(NEWEST_RELEASE)) > 0) {
    return {
      text: label,
      version: wanted,
      warning: `vLLM ${label} is newer than ${NEWEST_RELEASE}, the newest release whose rules are held; its rules are assumed to be the same.`,
    };
  }
  const held = RELEASES.some((release) => release === label);
  const warning = held ? null : `vLLM ${label} is not a release that we know; the rules of the nearest older one apply.`;
  return { text: label, version: wanted, warning };
}

function newestPatch(major: number, minor: number): number {
  const patches = RELEASES.map(parseRelease).filter((v) => v[0] === major && v[1] === minor);
  return Math.max(0, ...patches.map((v) => v[2]));
}

function unknown(text: string, why: string): WizardError {
  return new WizardError('VERSION_UNKNOWN', {
    problem: `vLLM version "${text}" ${why}.`,
    fix: `Use a release such as ${NEWEST_RELEASE} or 0.24; the oldest one held is 0.8.0.`,
    facts: { version: text, newest: NEWEST_RELEASE },
  });
}
