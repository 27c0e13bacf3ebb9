import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import type { Logger } from '#base/log';
import type { Shutdown } from '#base/shutdown';
import type { Config } from '../config/schema.ts';
import { createPlaces } from './places/places.ts';
import { readWorkingTimeSeed } from './places/working-time-seed.ts';
import { createCatalogue } from './sectors/catalogue/catalogue.ts';
import { readSeeds } from './sectors/catalogue/seeds.ts';
import { createTargets } from './sectors/catalogue/targets.ts';

/** Joins where things are, what is measured there, and the figures that come of what departments deliver. */
export async function createSectorsPart(
  house: { config: Config; clock: Clock; log: Logger; shutdown: Shutdown },
  parts: { database: Database },
) {
  const { config, clock, log, shutdown } = house;
  const { database } = parts;
  const places = await createPlaces({
    ...{ database, clock, log },
    timeZone: config.places.timeZone,
    seed: await readWorkingTimeSeed(),
  });
  shutdown.add('places', () => places.close());
  const seeds = await readSeeds();
  const catalogue = await createCatalogue({
    ...{ database, seeds },
    hasUnit: (unitId) => places.unit(unitId) !== undefined,
  });
  places.organisation.guardRemoval(async (unitId) => {
    const owned = catalogue.sectors().find(({ owningUnitId }) => owningUnitId === unitId);
    return owned === undefined ? null : `it owns the sector «${owned.name.vi}»`;
  });
  const targets = createTargets(database, (code) => places.area(code) !== undefined);
  /** Rules as they come with the program, for who keeps rules. */
  const ruleSeeds = seeds.flatMap(({ rules }) => rules);
  return { places, catalogue, targets, ruleSeeds };
}
