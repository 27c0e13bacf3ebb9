import { Fault } from '#base/errors';
import type { Permission, Target } from '#contracts/access';
import { type Actor, auditName } from '../../access/actor.ts';
import { can } from '../../access/can.ts';
import type { FeedRegister } from '../../sectors/feeds/feed-register.ts';
import type { StoredFeed } from '../../sectors/feeds/feed-store.ts';
import type { Places } from '../../sectors/interfaces.ts';
import { forbidden } from '../call.ts';

/** Who may do what with a feed. One that a person may not see is not there. */
export interface FeedAccess {
  /** `delivers`: also whoever answers for some of its cells, not only its owner. */
  may(actor: Actor, permission: Permission, feed: StoredFeed, delivers?: boolean): boolean;
  sees(actor: Actor, feed: StoredFeed): boolean;
  /** The feed, if the actor may do that with it. */
  guarded(actor: Actor, feedId: string, permission: Permission): StoredFeed;
  /** May the actor set up a feed for that unit? */
  mayOwn(actor: Actor, sector: string, ownerUnitId: string): boolean;
  /** Which units the actor may deliver for, in this feed. */
  mayUnit(actor: Actor, feed: StoredFeed): (unitId: string) => boolean;
}

/** Whoever delivers reads as well: their own feed, by its name. */
const SEEING: readonly Permission[] = ['sector.read', 'feed.push', 'feed.manage'];

export function createFeedAccess(register: Pick<FeedRegister, 'find'>, places: Pick<Places, 'unitsAbove'>): FeedAccess {
  const above = (unitIds: readonly string[]): string[] => [
    ...new Set(unitIds.flatMap((id) => [id, ...places.unitsAbove(id)])),
  ];

  function targetOf({ id, input }: StoredFeed, delivers: boolean): Target {
    const named = delivers ? input.obliged.flatMap(({ cells }) => cells.flatMap(({ unitId }) => unitId ?? [])) : [];
    return { kind: 'sector', sector: input.sector, unitIds: above([input.ownerUnitId, ...new Set(named)]), feedId: id };
  }

  const may: FeedAccess['may'] = (actor, permission, feed, delivers = permission !== 'feed.manage') =>
    can(actor, permission, targetOf(feed, delivers));
  const sees: FeedAccess['sees'] = (actor, feed) => SEEING.some((permission) => may(actor, permission, feed, true));

  return {
    may,
    sees,
    guarded(actor, feedId, permission) {
      const feed = register.find(feedId);
      if (feed === undefined || !sees(actor, feed))
        throw new Fault('notFound', 'feed.unknown', 'there is no such feed');
      if (!may(actor, permission, feed)) throw forbidden();
      return feed;
    },
    mayOwn: (actor, sector, ownerUnitId) =>
      can(actor, 'feed.manage', { kind: 'sector', sector, unitIds: above([ownerUnitId]), feedId: null }),
    mayUnit: (actor, feed) => (unitId) =>
      can(actor, 'feed.push', { kind: 'sector', sector: feed.input.sector, unitIds: above([unitId]), feedId: feed.id }),
  };
}

/** May the actor take this delivery back: their own, or any of a feed that they manage? */
export function mayUndo(access: FeedAccess, actor: Actor, feed: StoredFeed, sender: string): boolean {
  return (
    access.may(actor, 'feed.manage', feed) || (access.may(actor, 'feed.push', feed) && sender === auditName(actor))
  );
}
