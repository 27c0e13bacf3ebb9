import type { TamnhinEvent } from '#contracts/events';

/** About disks of recordings, or about what is deleted on them: the storage page shows more. */
export function isAboutStorage({ type }: Pick<TamnhinEvent, 'type'>): boolean {
  return type.startsWith('vn.tamnhin.disk.') || type.startsWith('vn.tamnhin.retention.');
}
