import { type Permission, ROLE_PERMISSIONS } from '#contracts/access';
import type { UserView } from '#contracts/http';
import type { UnitView } from '#contracts/places';

/** Whether somebody may do this for everything, not for one group of cameras, one sector or one unit alone. */
export function canEverywhere({ grants }: Pick<UserView, 'grants'>, permission: Permission): boolean {
  return grants.some(({ role, scope }) => scope.kind === 'all' && ROLE_PERMISSIONS[role].includes(permission));
}

/**
 * Whether somebody may do this with a sector as a whole. `feeds`: those that they see: whose unit delivers to the sector
 * has a part in all of it.
 */
export function canInSector(
  { grants }: Pick<UserView, 'grants'>,
  permission: Permission,
  sector: string,
  feeds: readonly { readonly sector: string }[],
): boolean {
  return grants.some(({ role, scope }) => {
    if (!ROLE_PERMISSIONS[role].includes(permission)) return false;
    if (scope.kind === 'sector') return scope.sector === sector;
    return scope.kind === 'all' || (scope.kind === 'unit' && feeds.some((feed) => feed.sector === sector));
  });
}

/** Whether somebody may do this with what a unit answers for in a sector. */
export function canForUnit(
  { grants }: Pick<UserView, 'grants'>,
  permission: Permission,
  { sector, unitId }: { readonly sector: string; readonly unitId: string },
  units: readonly Pick<UnitView, 'id' | 'parentId'>[],
): boolean {
  const above = new Set<string>();
  for (let at: string | null = unitId; at !== null && !above.has(at); ) {
    const here: string = at;
    above.add(here);
    at = units.find(({ id }) => id === here)?.parentId ?? null;
  }
  return grants.some(({ role, scope }) => {
    if (!ROLE_PERMISSIONS[role].includes(permission)) return false;
    if (scope.kind === 'sector') return scope.sector === sector;
    return scope.kind === 'all' || (scope.kind === 'unit' && above.has(scope.unitId));
  });
}
