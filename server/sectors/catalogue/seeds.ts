import { readdir, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { messageOf } from '#base/errors';
import { type SectorRule, sectorRuleSchema } from '#contracts/sector-events';
import { sectorSeedSchema } from '#contracts/sectors';
import { faultsOf } from './check-catalogue.ts';

/** A sector as it comes with the program. */
export interface SectorSeed extends Omit<z.output<typeof sectorSeedSchema>, 'rules'> {
  readonly rules: readonly SectorRule[];
}

/** The sectors of `config/sectors`, in their order. Throws with file and path for what is wrong in them. */
export async function readSeeds(
  folder: URL = new URL('../../../config/sectors/', import.meta.url),
): Promise<readonly SectorSeed[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
  const seeds = await Promise.all(
    files.map(async (file) => {
      try {
        return readSeed(file, await readFile(new URL(file, folder), 'utf8'));
      } catch (error) {
        const said = error instanceof z.ZodError ? z.prettifyError(error).replace(/\s+/g, ' ') : messageOf(error);
        throw new Error(`config/sectors/${file}: ${said}`, { cause: error });
      }
    }),
  );
  const faults = faultsOf({
    sectors: new Map(seeds.map(({ key, sector }) => [key, sector])),
    indicators: new Map(seeds.flatMap(({ indicators }) => Object.entries(indicators))),
    identities: seeds.flatMap(({ identities }) => identities),
  });
  for (const { rules, indicators, eventTypes } of seeds) {
    for (const rule of rules) {
      if (rule.kind !== 'correlation' && indicators[rule.indicator] === undefined) {
        faults.push(`rule ${rule.id}: there is no indicator ${rule.indicator}`);
      }
      if (rule.raises !== null && !eventTypes.some(({ key }) => key === rule.raises)) {
        faults.push(`rule ${rule.id}: there is no event type ${rule.raises}`);
      }
    }
  }
  if (faults.length > 0) throw new Error(`config/sectors: ${faults.join('; ')}`);
  return seeds.sort((a, b) => a.sector.position - b.sector.position);
}

function readSeed(file: string, text: string): SectorSeed {
  const seed = sectorSeedSchema.parse(JSON.parse(text));
  const { key } = seed;
  if (basename(file, '.json') !== key) throw new Error(`the file of sector ${key} is called ${key}.json`);
  const foreign = Object.keys(seed.indicators).find((code) => !code.startsWith(`${key}.`));
  if (foreign !== undefined) throw new Error(`${foreign} does not begin with ${key}`);
  return { ...seed, rules: seed.rules.map((rule) => sectorRuleSchema.parse(rule)) };
}
