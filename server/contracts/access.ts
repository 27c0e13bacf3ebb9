import { z } from 'zod';

/**
 * Who may do what: permissions are verbs on things, roles are sets of permissions, and a grant joins a person, a role
 * and a scope. Unknown means no.
 */

export const PERMISSIONS = [
  'camera.view',
  'camera.playback',
  'camera.ptz',
  'camera.export',
  /** Keep recordings from being deleted, and agree to let them go. */
  'camera.hold',
  'camera.configure',
  'camera.unmask',
  'event.read',
  'layout.use',
  'layout.share',
  'alert.claim',
  'alert.close',
  'incident.manage',
  'sector.read',
  'feed.push',
  'report.handle',
  'user.manage',
  'token.manage',
  'audit.read',
  'system.manage',
  'metrics.read',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const ROLES = ['administrator', 'operator', 'shift_lead', 'police', 'leader', 'department', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  administrator: PERMISSIONS.filter((permission) => permission !== 'camera.unmask'),
  operator: [
    'camera.view',
    'camera.playback',
    'camera.ptz',
    'event.read',
    'layout.use',
    'alert.claim',
    'incident.manage',
    'sector.read',
  ],
  shift_lead: [
    'camera.view',
    'camera.playback',
    'camera.ptz',
    'camera.export',
    'camera.hold',
    'event.read',
    'layout.use',
    'layout.share',
    'alert.claim',
    'alert.close',
    'incident.manage',
    'sector.read',
    'report.handle',
  ],
  police: [
    'camera.view',
    'camera.playback',
    'camera.export',
    'camera.hold',
    'event.read',
    'layout.use',
    'alert.claim',
    'alert.close',
    'incident.manage',
  ],
  leader: ['camera.view', 'event.read', 'layout.use', 'sector.read'],
  department: ['sector.read', 'feed.push'],
  auditor: ['audit.read', 'event.read'],
};

export const scopeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  z.object({ kind: z.literal('group'), groupId: z.string().min(1).max(64) }),
  z.object({ kind: z.literal('camera'), cameraId: z.string().min(1).max(64) }),
]);
export type Scope = z.output<typeof scopeSchema>;

export const grantSchema = z.object({ role: z.enum(ROLES), scope: scopeSchema });
export type Grant = z.output<typeof grantSchema>;

/** What a permission is asked about. `system` is everything that belongs to no camera. */
export type Target =
  | { readonly kind: 'system' }
  /** `groupIds`: the camera's group and all groups above it. */
  | { readonly kind: 'camera'; readonly cameraId: string; readonly groupIds: readonly string[] };

export const LANGUAGES = ['vi', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];
