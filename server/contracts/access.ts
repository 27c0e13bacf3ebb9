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
  /** Tell the public something, and take it back. */
  'notice.publish',
  'sector.read',
  /** Sectors, indicators, organisations, areas, the map, rules and all feeds. */
  'sector.manage',
  /** Take, note and close what happened in a sector. */
  'sector.act',
  'feed.push',
  /** Set up how a unit delivers, and see what was set aside of it. */
  'feed.manage',
  'directive.give',
  'directive.answer',
  'report.handle',
  /** Who sent a report, and how to reach them. */
  'report.contact',
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
    'sector.act',
    'report.handle',
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
    'notice.publish',
    'sector.read',
    'sector.act',
    'report.handle',
    'report.contact',
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
  leader: ['camera.view', 'event.read', 'layout.use', 'sector.read', 'directive.give'],
  department: ['sector.read', 'feed.push', 'feed.manage', 'directive.answer', 'report.handle'],
  auditor: ['audit.read', 'event.read'],
};

export const scopeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  z.object({ kind: z.literal('group'), groupId: z.string().min(1).max(64) }),
  z.object({ kind: z.literal('camera'), cameraId: z.string().min(1).max(64) }),
  z.object({ kind: z.literal('sector'), sector: z.string().min(1).max(32) }),
  /** An organisation, with all below it. */
  z.object({ kind: z.literal('unit'), unitId: z.string().min(1).max(64) }),
  z.object({ kind: z.literal('feed'), feedId: z.string().min(1).max(64) }),
]);
export type Scope = z.output<typeof scopeSchema>;

/** Id of what a scope is about; empty where it is about everything. */
export function scopeId(scope: Scope): string {
  switch (scope.kind) {
    case 'all':
      return '';
    case 'group':
      return scope.groupId;
    case 'camera':
      return scope.cameraId;
    case 'sector':
      return scope.sector;
    case 'unit':
      return scope.unitId;
    case 'feed':
      return scope.feedId;
  }
}

const SCOPE_IDS = {
  group: (id: string): Scope => ({ kind: 'group', groupId: id }),
  camera: (id: string): Scope => ({ kind: 'camera', cameraId: id }),
  sector: (id: string): Scope => ({ kind: 'sector', sector: id }),
  unit: (id: string): Scope => ({ kind: 'unit', unitId: id }),
  feed: (id: string): Scope => ({ kind: 'feed', feedId: id }),
};
/** The scope of a kind; `undefined` for one that is not known, which must never become everything. */
export function scopeOf(kind: string, id: string): Scope | undefined {
  if (kind === 'all') return { kind: 'all' };
  return Object.entries(SCOPE_IDS).find(([known]) => known === kind)?.[1](id);
}

export const grantSchema = z.object({ role: z.enum(ROLES), scope: scopeSchema });
export type Grant = z.output<typeof grantSchema>;

/** What a permission is asked about. `system` is everything that belongs to no camera and no sector. */
export type Target =
  | { readonly kind: 'system' }
  /** `groupIds`: the camera's group and all groups above it. */
  | { readonly kind: 'camera'; readonly cameraId: string; readonly groupIds: readonly string[] }
  /**
   * `sector`: `null` of what belongs to an organisation and no sector. `unitIds`: whoever answers for it, with all above
   * them; of a sector as a whole, everybody who delivers to it. `feedId`: of a feed and what came by it.
   */
  | {
      readonly kind: 'sector';
      readonly sector: string | null;
      readonly unitIds: readonly string[];
      readonly feedId: string | null;
    };
