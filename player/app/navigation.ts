import {
  IconAlertTriangle,
  IconApps,
  IconBell,
  IconBuildingCommunity,
  IconCamera,
  IconChartBar,
  IconDatabase,
  IconFolder,
  IconFolders,
  IconGavel,
  IconHistory,
  IconKey,
  IconLayoutGrid,
  IconListDetails,
  IconMap,
  IconMessageDown,
  IconMessageReport,
  IconObjectScan,
  IconPlayerPlay,
  IconPlugConnected,
  IconSend,
  IconServerCog,
  IconUsers,
  IconVideo,
  type TablerIcon,
} from '@tabler/icons-react';
import type { Permission, Role } from '#contracts/access';
import {
  DIRECTIVES_PATH,
  FEEDS_PATH,
  MODELS_PATH,
  QUEUE_PATH,
  REPORTS_PATH,
  SECTORS_PATH,
  STATISTICS_PATH,
  STORAGE_PATH,
} from './links.ts';

/** The places of the console, in the order in which the navigation shows them. */
export interface Place {
  readonly name:
    | 'live'
    | 'queue'
    | 'alerts'
    | 'incidents'
    | 'playback'
    | 'holds'
    | 'sectors'
    | 'map'
    | 'directives'
    | 'reports'
    | 'feeds'
    | 'events'
    | 'statistics'
    | 'cameras'
    | 'groups'
    | 'recording'
    | 'storage'
    | 'models'
    | 'people'
    | 'catalogue'
    | 'outputs'
    | 'tokens'
    | 'audit'
    | 'system';
  readonly path: string;
  readonly icon: TablerIcon;
  /** Shown to people who have this permission on anything at all. */
  readonly permission: Permission;
  /** Or this one. */
  readonly orPermission?: Permission;
  /** And this one with it. */
  readonly andPermission?: Permission;
  readonly section: 'main' | 'administration';
  /** Stands in the bar of a phone, which has room for four; of some only for who has this permission. */
  readonly onPhone?: true | Permission;
}

/** Leaders, too: the last whom an alert calls that nobody takes. They see how it stands, and act on nothing. */
const ALERTS_FOR = { permission: 'event.read', andPermission: 'camera.view' } as const;

export const PLACES: readonly Place[] = [
  { name: 'live', path: '/', icon: IconLayoutGrid, permission: 'camera.view', section: 'main', onPhone: true },
  {
    name: 'queue',
    path: QUEUE_PATH,
    icon: IconListDetails,
    permission: 'sector.act',
    section: 'main',
    onPhone: true,
  },
  {
    name: 'alerts',
    path: '/alerts',
    icon: IconAlertTriangle,
    ...ALERTS_FOR,
    section: 'main',
    onPhone: 'alert.claim',
  },
  { name: 'playback', path: '/playback', icon: IconPlayerPlay, permission: 'camera.playback', section: 'main' },
  { name: 'holds', path: '/holds', icon: IconGavel, permission: 'camera.hold', section: 'main' },
  {
    name: 'incidents',
    path: '/incidents',
    icon: IconFolder,
    permission: 'incident.manage',
    section: 'main',
    onPhone: true,
  },
  { name: 'sectors', path: SECTORS_PATH, icon: IconApps, permission: 'sector.read', section: 'main' },
  { name: 'map', path: '/map', icon: IconMap, permission: 'camera.view', orPermission: 'sector.read', section: 'main' },
  { name: 'reports', path: REPORTS_PATH, icon: IconMessageReport, permission: 'report.handle', section: 'main' },
  {
    name: 'directives',
    path: DIRECTIVES_PATH,
    icon: IconMessageDown,
    permission: 'directive.give',
    orPermission: 'directive.answer',
    section: 'main',
  },
  { name: 'feeds', path: FEEDS_PATH, icon: IconPlugConnected, permission: 'feed.push', section: 'main' },
  { name: 'events', path: '/events', icon: IconBell, permission: 'event.read', section: 'main' },
  {
    name: 'statistics',
    path: STATISTICS_PATH,
    icon: IconChartBar,
    permission: 'camera.playback',
    section: 'main',
  },
  {
    name: 'cameras',
    path: '/admin/cameras',
    icon: IconCamera,
    permission: 'camera.configure',
    section: 'administration',
  },
  {
    name: 'groups',
    path: '/admin/groups',
    icon: IconFolders,
    permission: 'camera.configure',
    section: 'administration',
  },
  {
    name: 'recording',
    path: '/admin/recording',
    icon: IconVideo,
    permission: 'camera.configure',
    section: 'administration',
  },
  {
    name: 'storage',
    path: STORAGE_PATH,
    icon: IconDatabase,
    permission: 'system.manage',
    section: 'administration',
  },
  { name: 'models', path: MODELS_PATH, icon: IconObjectScan, permission: 'system.manage', section: 'administration' },
  {
    name: 'catalogue',
    path: '/admin/sectors',
    icon: IconBuildingCommunity,
    permission: 'sector.manage',
    section: 'administration',
  },
  { name: 'people', path: '/admin/people', icon: IconUsers, permission: 'user.manage', section: 'administration' },
  {
    name: 'outputs',
    path: '/admin/outputs',
    icon: IconSend,
    permission: 'system.manage',
    section: 'administration',
  },
  { name: 'tokens', path: '/admin/tokens', icon: IconKey, permission: 'token.manage', section: 'administration' },
  { name: 'audit', path: '/admin/audit', icon: IconHistory, permission: 'audit.read', section: 'administration' },
  {
    name: 'system',
    path: '/admin/system',
    icon: IconServerCog,
    permission: 'system.manage',
    section: 'administration',
  },
];

/** What this person may open. */
export function placesFor(permissions: readonly Permission[]): readonly Place[] {
  return PLACES.filter(
    ({ permission, orPermission, andPermission }) =>
      (permissions.includes(permission) || (orPermission !== undefined && permissions.includes(orPermission))) &&
      (andPermission === undefined || permissions.includes(andPermission)),
  );
}

/** Who is shown alerts, whether or not they may act on them. */
export function followsAlerts(may: (permission: Permission) => boolean): boolean {
  return may(ALERTS_FOR.permission) && may(ALERTS_FOR.andPermission);
}

const MOST_ON_PHONE = 4;

/** The bar of a phone: the places that belong there, and where somebody has few of those, the first of the others. */
export function phonePlaces(permissions: readonly Permission[]): readonly Place[] {
  const main = placesFor(permissions).filter(({ section }) => section === 'main');
  const belongs = ({ onPhone }: Place): boolean =>
    onPhone === true || (onPhone !== undefined && permissions.includes(onPhone));
  const others = main.filter((place) => !belongs(place));
  const chosen = new Set(
    [
      ...main.filter(belongs),
      ...others.filter(({ onPhone }) => onPhone === undefined),
      ...others.filter(({ onPhone }) => onPhone !== undefined),
    ].slice(0, MOST_ON_PHONE),
  );
  return main.filter((place) => chosen.has(place));
}

/** Where somebody lands who asked for nothing in particular; an auditor has no live page. */
export function startPath(permissions: readonly Permission[]): string {
  return placesFor(permissions)[0]?.path ?? '/account';
}

/**
 * Whoever is police and nothing else comes for the alerts, a leader for the province; everybody else for the first place
 * that they have.
 */
export function landingPath(roles: readonly Role[], permissions: readonly Permission[]): string {
  const only = (wanted: Role): boolean => roles.length > 0 && roles.every((role) => role === wanted);
  if (only('police')) return '/alerts';
  return only('leader') ? SECTORS_PATH : startPath(permissions);
}

/** The place that an address belongs to. */
export function placeOf(path: string): Place | undefined {
  return PLACES.find((place) =>
    place.path === '/' ? path === '/' : path === place.path || path.startsWith(`${place.path}/`),
  );
}
