import type { z } from 'zod';
import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import { assertNewest } from '#base/newest';
import { zoneOf } from '#base/zone';
import type { Rule } from '#contracts/rules';
import type { SeenCrossing } from '#contracts/statistics';
import {
  type VisitorSite,
  type VisitorSites,
  visitorSiteSchema,
  type visitorSitesInputSchema,
} from '#contracts/visitor-sites';

/**
 * How many people are at a place: who came in less who left, by the lines of its entrances. Counted in memory and kept
 * once a minute; it begins at nothing each day, and is never less than that.
 */
export interface VisitorCounts {
  list(): VisitorSites;
  /** Replaces all of them; one that stays keeps its count. Rejects with `conflict` when there is a newer set. */
  replace(input: z.output<typeof visitorSitesInputSchema>): Promise<VisitorSites>;
  /** After each look at a picture in which somebody crossed a line. Cheap; never throws, never waits. */
  onCrossings(cameraId: string, crossings: readonly SeenCrossing[]): void;
  /** Is there such a line, on, and does it count people? */
  counts(cameraId: string, ruleId: string): boolean;
  /** By area, of those areas all of whose cameras are there and count. */
  byArea(): readonly { readonly areaCode: string; readonly inside: number; readonly capacity: number }[];
  close(): Promise<void>;
}

const KEEP_MS = 60_000;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Whom an entrance counts. */
const PERSON = 'person';

interface Counted {
  readonly site: VisitorSite;
  inside: number;
  /** The day that it is counted of; see `dayOf`. */
  day: number;
  kept: number;
}

export async function createVisitorCounts(options: {
  database: Database;
  clock: Clock;
  log: Logger;
  timeZone: string;
  isLive: (cameraId: string) => boolean;
  /** Rules of the camera as they stand now. */
  rulesOf: (cameraId: string) => readonly Rule[];
  /** Somebody looks at pictures: without a model nobody is ever seen to cross. */
  looks: () => boolean;
}): Promise<VisitorCounts> {
  const { database, clock, isLive } = options;
  const log = options.log.child({ part: 'visitors' });
  const zone = zoneOf(options.timeZone);
  const counted = new Map<string, Counted>();
  /** By camera and line. */
  let lines = new Map<string, { readonly of: Counted; readonly inward: string }[]>();
  let version = (await database.get<{ version: number }>('SELECT version FROM visitor_site_sets'))?.version ?? 0;
  let keeping: Promise<void> = Promise.resolve();

  const dayOf = ({ emptyAtMinute }: VisitorSite, atMs: number): number =>
    Math.floor((zone.toLocal(atMs) - emptyAtMinute * MINUTE_MS) / DAY_MS);

  for (const row of await database.all<{ site: string; inside: number; countedMs: number }>(
    'SELECT site, inside, counted_ms AS countedMs FROM visitor_sites ORDER BY position',
  )) {
    const site = visitorSiteSchema.parse(JSON.parse(row.site));
    counted.set(site.id, { site, inside: row.inside, day: dayOf(site, row.countedMs), kept: row.inside });
  }
  index();

  function index(): void {
    lines = new Map();
    for (const of of counted.values()) {
      for (const { cameraId, ruleId, inward } of of.site.entrances) {
        const key = `${cameraId} ${ruleId}`;
        lines.set(key, [...(lines.get(key) ?? []), { of, inward }]);
      }
    }
  }

  /** Empties it where its day is over. */
  function today(of: Counted): Counted {
    const day = dayOf(of.site, clock.now());
    if (of.day !== day) [of.day, of.inside] = [day, 0];
    return of;
  }

  const counts = (cameraId: string, ruleId: string): boolean =>
    options
      .rulesOf(cameraId)
      .some(
        ({ id, kind, enabled, labels }) =>
          id === ruleId && kind === 'line' && enabled && (labels.length === 0 || labels.includes(PERSON)),
      );
  /** Nobody is no number: where a line is gone or nothing looks, it is not known who is inside. */
  const isThere = ({ entrances }: VisitorSite): boolean =>
    options.looks() && entrances.every(({ cameraId, ruleId }) => isLive(cameraId) && counts(cameraId, ruleId));

  function list(): VisitorSites {
    return {
      version,
      sites: [...counted.values()].map((of) => ({ ...of.site, inside: isThere(of.site) ? today(of).inside : null })),
    };
  }

  function keep(): void {
    keeping = keeping
      .then(async () => {
        // As they are now: who crosses while they are written is written the next time.
        const changed = [...counted.values()].flatMap((of) => {
          const { inside } = today(of);
          return inside === of.kept ? [] : [{ of, inside }];
        });
        if (changed.length === 0) return;
        const nowMs = Math.round(clock.now());
        await database.transaction(async (queries) => {
          for (const { of, inside } of changed) {
            await queries.run(
              'UPDATE visitor_sites SET inside = ?, counted_ms = ? WHERE id = ?',
              inside,
              nowMs,
              of.site.id,
            );
          }
        });
        for (const { of, inside } of changed) of.kept = inside;
      })
      .catch((error: unknown) => log.error({ reason: messageOf(error) }, 'visitors were counted and not kept'));
  }
  const stop = clock.every(KEEP_MS, keep);

  return {
    list,
    counts,
    async replace({ sites, version: seen }) {
      const written = new Map<string, number>();
      await database.transaction(async (queries) => {
        const now = await queries.get<{ version: number }>('SELECT version FROM visitor_site_sets');
        assertNewest(seen, now?.version ?? 0);
        await queries.run('DELETE FROM visitor_sites');
        const nowMs = Math.round(clock.now());
        for (const [position, site] of sites.entries()) {
          const known = counted.get(site.id);
          const inside = known === undefined ? 0 : today(known).inside;
          written.set(site.id, inside);
          await queries.run(
            'INSERT INTO visitor_sites (id, position, site, inside, counted_ms) VALUES (?, ?, ?, ?, ?)',
            ...[site.id, position, JSON.stringify(site), inside, nowMs],
          );
        }
        await queries.run('UPDATE visitor_site_sets SET version = version + 1');
      });
      version = seen + 1;
      const before = new Map(counted);
      counted.clear();
      for (const site of sites) {
        const known = before.get(site.id);
        const inside = known === undefined ? 0 : today(known).inside;
        counted.set(site.id, { site, inside, day: dayOf(site, clock.now()), kept: written.get(site.id) ?? inside });
      }
      index();
      return list();
    },
    onCrossings(cameraId, crossings) {
      for (const { ruleId, label, direction } of crossings) {
        if (label !== PERSON) continue;
        for (const { of, inward } of lines.get(`${cameraId} ${ruleId}`) ?? []) {
          const { inside } = today(of);
          // Who was inside before we looked leaves, too.
          of.inside = Math.max(0, inside + (direction === inward ? 1 : -1));
        }
      }
    },
    byArea() {
      const areas = new Map<string, { inside: number; capacity: number; known: boolean }>();
      for (const of of counted.values()) {
        const { areaCode, capacity } = of.site;
        const area = areas.get(areaCode) ?? { inside: 0, capacity: 0, known: true };
        areas.set(areaCode, {
          inside: area.inside + today(of).inside,
          capacity: area.capacity + capacity,
          known: area.known && isThere(of.site),
        });
      }
      return [...areas].flatMap(([areaCode, { inside, capacity, known }]) =>
        known ? [{ areaCode, inside, capacity }] : [],
      );
    },
    async close() {
      stop();
      keep();
      await keeping;
    },
  };
}
