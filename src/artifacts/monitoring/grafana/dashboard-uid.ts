import { slugOf } from '../../slug.ts';

/**
 * The dashboard's address in Grafana, at most 40 characters: the same for every plan of a served name, so that a new plan
 * replaces the dashboard of the old one. The hash (FNV-1a, 32 bit) parts names that look alike as slugs.
 */
export function dashboardUid(servedName: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(servedName)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return `${slugOf(servedName)}-${hash.toString(16).padStart(8, '0')}`;
}
