import { findInSystemd } from '../../engine/command-files/find-in-systemd.ts';
import type { SourceFile } from '../source/source-file.ts';
import { durationSeconds } from './compose.ts';
import { type Container, PLAIN_CONTAINER, type WrittenSeconds } from './container.ts';
import { engineCommand } from './engine-command.ts';
import type { ReadContext } from './read-context.ts';

/** Seconds that systemd waits after SIGTERM. @source systemd-system.conf(5), DefaultTimeoutStopSec */
const DEFAULT_GRACE_S = 90;

export function systemdContainers(file: SourceFile, context: ReadContext): readonly Container[] {
  return findInSystemd(file.text, new Map()).map((found) => {
    const at = { file, offset: found.words[0]?.offset ?? 0 };
    return {
      ...PLAIN_CONTAINER,
      source: 'systemd' as const,
      name: found.name,
      file,
      at,
      env: unitEnvironment(file),
      openEnv: /^\s*EnvironmentFile\s*=/m.test(file.text),
      engine: engineCommand({ ...found, file, written: found.vllmVersion, asked: context.asked }),
      grace: graceOf(file, at),
    };
  });
}

function unitEnvironment(file: SourceFile): Container['env'] {
  return [...file.text.matchAll(/^[ \t]*Environment[ \t]*=[ \t]*"?([A-Za-z_]\w*)=([^"\n]*)/gm)].map((found) => {
    const at = { file, offset: found.index + found[0].indexOf(found[1] ?? '') };
    return { name: found[1] ?? '', raw: found[2] ?? '', at, valueAt: at };
  });
}

function graceOf(file: SourceFile, at: Container['at']): WrittenSeconds {
  const found = /^[ \t]*TimeoutStopSec[ \t]*=[ \t]*(\S+)/m.exec(file.text);
  if (found === null) return { seconds: DEFAULT_GRACE_S, at, isDefault: true };
  const text = found[1] ?? '';
  const seconds = /^\d+$/.test(text)
    ? Number(text)
    : text === 'infinity'
      ? Number.POSITIVE_INFINITY
      : durationSeconds(text.replace('min', 'm'));
  return { seconds: seconds ?? DEFAULT_GRACE_S, at: { file, offset: found.index + found[0].search(/\S/) }, isDefault: seconds === null };
}
