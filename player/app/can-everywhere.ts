import { type Permission, ROLE_PERMISSIONS } from '#contracts/access';
import type { UserView } from '#contracts/http';

/** Whether somebody may do this for everything, not for one group of cameras, one sector or one unit alone. */
export function canEverywhere({ grants }: Pick<UserView, 'grants'>, permission: Permission): boolean {
  return grants.some(({ role, scope }) => scope.kind === 'all' && ROLE_PERMISSIONS[role].includes(permission));
}
