import type { Profile } from '../../plan/profile-schema.ts';
import { readTextFile } from '../read-text-file.ts';
import { contradiction } from './settings.ts';

/** Longest profile file, in bytes. */
const MAX_PROFILE_BYTES = 2 ** 20;

/** The profile of `--profile`, with the overrides of `--env`; null without one. The YAML and schema libraries load only here. */
export async function loadProfile(options: {
  readonly profile?: string | undefined;
  readonly env?: string | undefined;
}): Promise<Profile | null> {
  if (options.profile === undefined) {
    if (options.env === undefined) return null;
    throw contradiction(`--env ${options.env} picks overrides of a profile, and none is given.`, 'Add --profile with the file.');
  }
  const { parseProfile } = await import('../../plan/parse-profile.ts');
  return parseProfile(await readTextFile(options.profile, 'profile', MAX_PROFILE_BYTES), options.profile, options.env ?? null);
}
