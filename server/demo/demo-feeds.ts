import type { Clock } from '#base/clock';
import { Fault } from '#base/errors';
import { feedInputSchema } from '#contracts/feeds';
import type { Access } from '../access/access.ts';
import { auditName, SYSTEM } from '../access/actor.ts';
import type { FeedRegister } from '../sectors/feeds/feed-register.ts';
import type { Catalogue, Observations, Places } from '../sectors/interfaces.ts';
import { periodsBetween } from '../sectors/periods.ts';
import { about, chance } from './departments/chance.ts';
import type { DemoFeeds } from './departments/departments.ts';
import { createMoments } from './departments/moment.ts';
import type { PlanDeps } from './departments/plan.ts';

/** Tokens of the demo live as long as one may; each start makes new ones. */
const TOKEN_DAYS = 730;
const DAY_MS = 86_400_000;

/** Feeds as the demo may use them: it sees and touches none that is not marked as synthetic. */
export function demoFeeds({
  register,
  tokens,
  observations,
  places,
  clock,
}: {
  readonly register: FeedRegister;
  readonly tokens: Access['tokens'];
  readonly observations: Pick<Observations, 'newest'>;
  readonly places: Pick<Places, 'unitByCode' | 'units'>;
  readonly clock: Clock;
}): DemoFeeds {
  const by = auditName(SYSTEM);
  const ours = () => register.list().filter(({ input }) => input.synthetic && input.way === 'push');

  async function endToken(tokenId: string | null): Promise<void> {
    if (tokenId === null) return;
    await tokens.remove(SYSTEM, tokenId).catch((error: unknown) => {
      if (!(error instanceof Fault && error.kind === 'notFound')) throw error;
    });
  }

  return {
    async ensure(draft, unitCode) {
      const owner = places.unitByCode(unitCode);
      if (owner === undefined) throw new Fault('notFound', 'unit.unknown', `the demo has no unit ${unitCode}`);
      const committees = new Map(
        places.units().map(({ kind, areaCode, id }) => [kind === 'commune' ? areaCode : null, id]),
      );
      const obliged = (draft.obliged ?? []).map(({ indicator, cells }) => ({
        indicator,
        cells: cells.map(({ areaCode }) => ({ areaCode, unitId: committees.get(areaCode) ?? null })),
      }));
      const input = feedInputSchema.parse({ ...draft, obliged, ownerUnitId: owner.id });
      const known = ours().find((feed) => feed.input.name === draft.name);
      const { id, tokenId } = known ?? (await register.create(input, by));
      const made = await tokens.create(SYSTEM, {
        ...{ name: input.name, permissions: ['feed.push'], scopes: [{ kind: 'feed', feedId: id }] },
        ...{ days: TOKEN_DAYS, addresses: [] },
      });
      await endToken(tokenId);
      await register.setToken(id, made.token);
      return { id, secret: made.secret };
    },
    async newestMs(feedId, indicator, sinceMs) {
      const range = { fromMs: sinceMs, toMs: clock.now() + 2 * DAY_MS };
      return (await observations.newest({ indicator, feedId, ...range })).at(-1)?.period.startMs ?? null;
    },
    async removeAll() {
      for (const { id, tokenId } of ours()) {
        await endToken(tokenId);
        await register.remove(id);
      }
    },
  };
}

/** Where and by which calendar the departments of the demo count. */
export function demoPlan({
  places,
  catalogue,
}: {
  readonly places: Pick<Places, 'areas' | 'rootArea' | 'timeZone'>;
  readonly catalogue: Pick<Catalogue, 'indicator'>;
}): PlanDeps {
  const { timeZone } = places;
  return {
    indicator: catalogue.indicator,
    communes: places.areas().flatMap(({ level, code, name, bounds, validToMs }) => {
      if (level !== 'commune' || validToMs !== null || bounds === null) return [];
      const [west, south, east, north] = bounds;
      const middle = { latitude: (south + north) / 2, longitude: (west + east) / 2 };
      return [{ code, name, size: about(1, 0.6, chance('size', code)), ...middle }];
    }),
    root: places.rootArea(),
    momentOf: createMoments(timeZone),
    periodsBetween: (cadence, fromMs, toMs) => periodsBetween(cadence, fromMs, toMs, timeZone),
  };
}
