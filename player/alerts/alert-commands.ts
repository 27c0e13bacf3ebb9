import type { Permission } from '#contracts/access';
import type { AlertView, Verdict } from '#contracts/alerts';

/** What can be done with an alert, by button or by key. */
const ALERT_COMMANDS = [
  'claim',
  'takeOver',
  'release',
  'dispatch',
  'note',
  'close',
  'reopen',
  'incident',
  'recording',
  'wall',
  'bookmark',
  'hold',
  'export',
] as const;
export type AlertCommand = (typeof ALERT_COMMANDS)[number];

export type Rights = (permission: Permission) => boolean;

/** Opened again for an hour after it was closed; the server decides in the end. */
const NEEDS: Readonly<Record<AlertCommand, Permission>> = {
  claim: 'alert.claim',
  takeOver: 'alert.close',
  release: 'alert.claim',
  dispatch: 'alert.claim',
  note: 'alert.claim',
  close: 'alert.close',
  reopen: 'alert.close',
  incident: 'incident.manage',
  recording: 'camera.playback',
  wall: 'camera.view',
  bookmark: 'camera.playback',
  hold: 'camera.hold',
  export: 'camera.export',
};

/** What makes sense for an alert as it stands, and what this person may do of it. The first step is the next one. */
export function commandsFor(
  alert: Pick<AlertView, 'state' | 'owner'>,
  may: Rights,
  userId: string,
): { readonly steps: readonly AlertCommand[]; readonly more: readonly AlertCommand[] } {
  const mine = alert.owner?.id === userId;
  const steps: readonly AlertCommand[] =
    alert.state === 'closed'
      ? ['reopen', 'incident']
      : alert.owner === null
        ? ['claim', 'dispatch', 'close', 'note', 'incident']
        : mine
          ? alert.state === 'dispatched'
            ? ['close', 'dispatch', 'note', 'incident', 'release']
            : ['dispatch', 'close', 'note', 'incident', 'release']
          : ['takeOver', 'note', 'incident'];
  const allowed = (command: AlertCommand): boolean => may(NEEDS[command]);
  return {
    steps: steps.filter(allowed),
    more: (['recording', 'wall', 'bookmark', 'hold', 'export'] as const).filter(allowed),
  };
}

/** Whether this person may ever do this with an alert. */
export function mayEver(command: AlertCommand, may: Rights): boolean {
  return may(NEEDS[command]);
}

/** Letters as on the keyboard, small; verdicts by their place. */
const COMMAND_OF_KEY: Readonly<Record<string, AlertCommand>> = {
  c: 'claim',
  t: 'takeOver',
  r: 'release',
  d: 'dispatch',
  n: 'note',
  i: 'incident',
  o: 'recording',
  b: 'bookmark',
  g: 'hold',
  x: 'export',
};
const VERDICT_OF_KEY: Readonly<Record<string, Verdict>> = { '1': 'true', '2': 'false', '3': 'nuisance' };

export type KeyMeaning =
  | { readonly kind: 'command'; readonly command: AlertCommand }
  | { readonly kind: 'close'; readonly verdict: Verdict }
  | { readonly kind: 'move'; readonly by: 1 | -1 }
  | { readonly kind: 'help' }
  | { readonly kind: 'back' };

/** What a key stands for on the page of alerts; `null` for any other. */
export function meaningOf(key: string): KeyMeaning | null {
  const command = COMMAND_OF_KEY[key.toLowerCase()];
  if (command !== undefined) return { kind: 'command', command };
  const verdict = VERDICT_OF_KEY[key];
  if (verdict !== undefined) return { kind: 'close', verdict };
  if (key === 'ArrowDown' || key === 'j') return { kind: 'move', by: 1 };
  if (key === 'ArrowUp' || key === 'k') return { kind: 'move', by: -1 };
  if (key === '?') return { kind: 'help' };
  return key === 'Escape' ? { kind: 'back' } : null;
}
