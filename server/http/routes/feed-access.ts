import { Fault } from '#base/errors';
import type { Permission, Target } from '#contracts/access';
import type { FeedInput, FeedWay } from '#contracts/feeds';
import { type Actor, auditName } from '../../access/actor.ts';
import { can } from '../../access/can.ts';
import type { FeedRegister } from '../../sectors/feeds/feed-register.ts';
import type { StoredFeed } from '../../sectors/feeds/feed-store.ts';
import { speaksFor, unitsNamed } from '../../sectors/feeds/feed-units.ts';
import type { Catalogue, Places } from '../../sectors/interfaces.ts';
import { forbidden } from '../call.ts';

/** Who may do what with a feed. One that a person may not see is not there. */
export interface FeedAccess {
  /** `delivers`: also whoever answers for some of its cells, not only its owner. */
  may(actor: Actor, permission: Permission, feed: StoredFeed, delivers?: boolean): boolean;
  sees(actor: Actor, feed: StoredFeed): boolean;
  /** The feed, if the actor may do that with it. */
  guarded(actor: Actor, feedId: string, permission: Permission): StoredFeed;
  /** Throws where the actor may not set a feed up like that; `before`: as it stands, if it does. */
  assertSetUp(actor: Actor, input: FeedInput, before?: StoredFeed): void;
  /** Which units the actor may deliver for, in this feed. */
  mayUnit(actor: Actor, feed: StoredFeed): (unitId: string) => boolean;
  /** Of which units (`null`: the owner) the actor may see what came; `undefined`: of all. */
  partOf(actor: Actor, feed: StoredFeed): ((unitId: string | null) => boolean) | undefined;
}

/** Whoever delivers reads as well: their own feed, by its name. */
const SEEING: readonly Permission[] = ['sector.read', 'feed.push', 'feed.manage'];
/** Ways by which this machine itself connects to somewhere. */
const CONNECTING: readonly (FeedWay | undefined)[] = ['pull', 'mqtt'];

export function createFeedAccess(
  register: Pick<FeedRegister, 'find' | 'list'>,
  places: Pick<Places, 'unitsAbove'>,
  catalogue: Pick<Catalogue, 'sector'>,
): FeedAccess {
  const above = (unitIds: readonly string[]): string[] => [
    ...new Set(unitIds.flatMap((id) => [id, ...places.unitsAbove(id)])),
  ];

  function targetOf({ id, input }: StoredFeed, delivers: boolean): Target {
    const unitIds = above(delivers ? [...unitsNamed(input)] : [input.ownerUnitId]);
    return { kind: 'sector', sector: input.sector, unitIds, feedId: id };
  }

  const may: FeedAccess['may'] = (actor, permission, feed, delivers = permission !== 'feed.manage') =>
    can(actor, permission, targetOf(feed, delivers));
  const sees: FeedAccess['sees'] = (actor, feed) => SEEING.some((permission) => may(actor, permission, feed, true));

  /**
   * Whoever delivers to a sector reads it, so nobody lets themselves in: a person whose right comes by a unit sets up
   * feeds only where their unit owns the sector or delivers already. The first feed there is made by somebody with the
   * whole sector, and all that follow name nobody new, because other units' cells can only stay as they are.
   */
  function assertSetUp(actor: Actor, input: FeedInput, before?: StoredFeed): void {
    const { sector, ownerUnitId } = input;
    const manages = (...unitIds: string[]): boolean =>
      can(actor, 'feed.manage', { kind: 'sector', sector, unitIds: above(unitIds), feedId: null });
    if (manages()) return;
    if (!manages(ownerUnitId)) throw forbidden();
    // From inside, this machine reaches more than a department does.
    if (CONNECTING.includes(input.way) || CONNECTING.includes(before?.input.way)) {
      throw new Fault('forbidden', 'feed.connects', 'feeds with an address are set up by whoever has the whole sector');
    }
    const owning = catalogue.sector(sector)?.owningUnitId ?? null;
    const delivers = (): boolean =>
      register.list().some((feed) => feed.input.sector === sector && manages(...unitsNamed(feed.input)));
    if (!(owning !== null && manages(owning)) && !delivers()) {
      throw new Fault('forbidden', 'feed.notYourSector', 'your unit does not deliver to this sector yet');
    }
    const own = new Map<string | null, boolean>([[null, true]]);
    const stood = new Set(cellsOf(before?.input.sector === sector ? before.input : undefined));
    for (const { indicator, cells } of input.obliged) {
      for (const { areaCode, unitId } of cells) {
        if (!own.has(unitId)) own.set(unitId, unitId !== null && manages(unitId));
        if (own.get(unitId) !== true && !stood.has(JSON.stringify([indicator, areaCode, unitId]))) {
          throw new Fault('forbidden', 'feed.notYourUnit', 'some of these cells are another unit’s to deliver');
        }
      }
    }
  }

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
    assertSetUp,
    mayUnit(actor, feed) {
      const ofFeed = speaksFor(feed.input, places.unitsAbove);
      const { sector } = feed.input;
      return (unitId) =>
        // The token of a feed reaches all of it.
        (actor.kind !== 'token' || ofFeed(unitId)) &&
        can(actor, 'feed.push', { kind: 'sector', sector, unitIds: above([unitId]), feedId: feed.id });
    },
    partOf(actor, feed) {
      const { sector, ownerUnitId } = feed.input;
      if (SEEING.some((permission) => may(actor, permission, feed, false))) return undefined;
      return (unitId) => {
        const target = { kind: 'sector', sector, unitIds: above([unitId ?? ownerUnitId]), feedId: null } as const;
        return SEEING.some((permission) => can(actor, permission, target));
      };
    },
  };
}

function cellsOf(input: FeedInput | undefined): readonly string[] {
  return (input?.obliged ?? []).flatMap(({ indicator, cells }) =>
    cells.map(({ areaCode, unitId }) => JSON.stringify([indicator, areaCode, unitId])),
  );
}

/** May the actor take this delivery back: their own, or any of a feed that they manage? */
export function mayUndo(access: FeedAccess, actor: Actor, feed: StoredFeed, sender: string): boolean {
  return (
    access.may(actor, 'feed.manage', feed) || (access.may(actor, 'feed.push', feed) && sender === auditName(actor))
  );
}
