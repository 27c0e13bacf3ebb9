import { Fault } from './errors.ts';

/** Refuses a change that was made from another version than the newest, or does not say from which. */
export function assertNewest(given: number | undefined, newest: number): void {
  if (given === newest) return;
  if (given !== undefined) throw new Fault('conflict', 'edit.stale', 'somebody else changed it meanwhile');
  const message = 'a change says which version it was made from';
  throw new Fault('invalid', 'edit.versionMissing', message, {
    fields: [{ path: 'version', code: 'edit.versionMissing', message }],
  });
}
