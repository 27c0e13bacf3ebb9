import type { Permission } from '#contracts/access';
import { canInSector } from '../app/can-everywhere.ts';
import { useSession } from '../app/session.tsx';
import { useFeeds } from './sector-queries.ts';

/** For sectors as a whole, as the server decides it: may whoever looks do this there? */
export function useSectorRights(): (permission: Permission, sector: string) => boolean {
  const { user } = useSession();
  // Only of those who are there by a unit it is asked where that one delivers.
  const feeds = useFeeds(user.grants.some(({ scope }) => scope.kind === 'unit'));
  return (permission, sector) => canInSector(user, permission, sector, feeds.data ?? []);
}
