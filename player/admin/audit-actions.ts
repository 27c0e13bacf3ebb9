/** What the audit can say, in the order of its list; tests/architecture/audit-words.test.ts compares it with the server. */
export const AUDIT_ACTIONS = [
  'session.began',
  'session.refused',
  'session.ended',
  'session.allEnded',
  'setup.finished',
  'password.changed',
  'totp.enabled',
  'totp.disabled',
  'totp.reset',
  'user.created',
  'user.changed',
  'user.removed',
  'token.created',
  'token.rotated',
  'token.removed',
  'mediaLink.issued',
  'mediaLink.keyRotated',
  'viewing.began',
  'viewing.ended',
  'bookmark.created',
  'bookmark.removed',
  'export.asked',
  'export.fetched',
  'export.removed',
  'camera.registered',
  'camera.imported',
  'camera.changed',
  'camera.removed',
  'camera.restarted',
  'camera.steered',
  'camera.keyRotated',
  'camera.masksChanged',
  'discovery.started',
  'discovery.registered',
  'group.created',
  'group.changed',
  'group.removed',
  'demo.installed',
  'demo.removed',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** `false` for an entry of a newer server: it is shown by its code. */
export function isAuditAction(action: string): action is AuditAction {
  return AUDIT_ACTIONS.some((known) => known === action);
}
