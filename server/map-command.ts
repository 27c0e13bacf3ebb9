import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { systemClock } from '#base/clock';
import { messageOf } from '#base/errors';
import { silentLogger } from '#base/log';
import { zoneOf } from '#base/zone';
import { AREA_KINDS, type AreaKind, areaCodeSchema } from '#contracts/places';
import type { Config } from '../config/schema.ts';
import { SYSTEM } from './access/actor.ts';
import { createAuditTrail } from './access/audit.ts';
import { readHistory } from './places/map/history.ts';
import { installMap } from './places/map/map-plan.ts';
import { planMap } from './places/map/plan-map.ts';
import { type FileArea, MOST_FILE_BYTES, type PropertyNames, readGeoJson } from './places/map/read-geojson.ts';
import { committeeOf, createUnits } from './places/units.ts';
import { createSqliteDatabase } from './store/sqlite.ts';

/** `tamnhin map …`: brings the map of the province; none comes with the program. */

export interface MapCommandOptions {
  readonly source?: string | undefined;
  /** `91=Tỉnh An Giang`. */
  readonly province?: string | undefined;
  readonly history?: string | undefined;
  /** Metres of detail. */
  readonly detail?: string | undefined;
  /** A unit for each commune: its people's committee. */
  readonly units: boolean;
  /** Also where most areas of the map before are not on this one. */
  readonly replace: boolean;
  /** Names of the properties. */
  readonly code?: string | undefined;
  readonly name?: string | undefined;
  readonly kind?: string | undefined;
  readonly area?: string | undefined;
  readonly write?: (text: string) => void;
}

export const MAP_USAGE = `usage: tamnhin map FILE… --source TEXT [--province "CODE=NAME"] [--history FILE] [--detail METRES]
                   [--units] [--replace] [--code NAME] [--name NAME] [--kind NAME] [--area NAME]

  FILE         GeoJSON (RFC 7946) of the communes, or of communes and province; several files are one map
  --source     where it comes from and on which terms; shown beside the map
  --province   code and name of the province, where no file has them
  --history    JSON or CSV of districts and communes that have ended: code, name, ended, successors
  --detail     metres of detail that are kept, 30 when left out; 0 keeps every point
  --units      adds the people's committee of each commune to the organisations, where it is missing
  --replace    also where most areas of the map before are missing on this one
  --code, --name, --kind, --area
               the properties that say it, where they are not found by themselves
`;

const EXIT = { ok: 0, failed: 1, usage: 2 } as const;
const DETAIL_METRES = 30;
const KIND_WORDS: Readonly<Record<AreaKind, string>> = {
  province: 'tỉnh',
  district: 'huyện',
  commune: 'xã',
  ward: 'phường',
  specialZone: 'đặc khu',
};

/** Exit code 0, 1 when it did not work, 2 for words that are no command. Works while the server runs. */
export async function mapCommand(
  config: Config,
  files: readonly string[],
  options: MapCommandOptions,
): Promise<number> {
  const write = options.write ?? ((text: string) => void process.stdout.write(text));
  const source = options.source?.trim() ?? '';
  const metres = Number(options.detail ?? DETAIL_METRES);
  const province = provinceOf(options.province);
  if (files.length === 0) write(MAP_USAGE);
  else if (source === '') write('--source says where the map comes from and on which terms it may be used.\n');
  else if (!(metres >= 0 && metres <= 5000)) write('--detail wants metres between 0 and 5000.\n');
  else if (province === null) write('--province wants CODE=NAME, as in --province "91=Tỉnh An Giang".\n');
  else return importMap(config, files, { ...options, source, metres, province, write });
  return EXIT.usage;
}

interface Wishes {
  readonly source: string;
  readonly metres: number;
  readonly province: { readonly code: string; readonly name: string } | undefined;
  readonly write: (text: string) => void;
}

async function importMap(
  config: Config,
  files: readonly string[],
  options: Omit<MapCommandOptions, 'write' | keyof Wishes> & Wishes,
): Promise<number> {
  const { write, source, metres, province } = options;
  try {
    const areas: FileArea[] = [];
    let before = 0;
    for (const file of files) {
      const found = readGeoJson(await textOf(file), namesOf(options));
      areas.push(...found.areas);
      before += found.vertices;
      const read = Object.entries(found.read).map(([part, property]) => `${part} = «${property}»`);
      write(`${file}: ${found.areas.length} areas, ${found.vertices} points; ${read.join(', ')}\n`);
      if (found.guessed.length > 0) {
        write(
          `  nothing says what these are, they count as communes: ${few(found.guessed)} (--kind names a property)\n`,
        );
      }
    }
    const zone = zoneOf(config.places.timeZone);
    const dayStartMs = (date: string): number => zone.fromLocal(Date.parse(date));
    const ended = options.history === undefined ? [] : readHistory(await textOf(options.history), dayStartMs);
    const { plan, vertices } = planMap(areas, { source, province, ended, metres, synthetic: false });

    const database = await createSqliteDatabase({
      ...{ path: join(resolve(config.data.directory), 'tamnhin.db'), clock: systemClock, log: silentLogger() },
    });
    try {
      const done = await installMap(database, plan, systemClock.now(), { mayLose: options.replace });
      if (done.changed) {
        const detail = { version: done.version, source, files: files.map((file) => basename(file)), left: done.left };
        await createAuditTrail(database, systemClock).append({ actor: SYSTEM, action: 'map.imported', detail });
      }
      const kinds = AREA_KINDS.flatMap((kind) => {
        const count = plan.areas.filter((area) => area.kind === kind).length;
        return count === 0 ? [] : [`${count} ${KIND_WORDS[kind]}`];
      });
      write(`${kinds.join(', ')}; ${ended.length} that have ended; ${before} points became ${vertices}\n`);
      if (options.units) {
        const units = await createUnits({ database, hasArea: () => true, changed: () => {} });
        const added = await units.addMissing(
          plan.areas.filter(({ level }) => level === 'commune').map(committeeOf),
          false,
        );
        write(`${added} organisations are new\n`);
      }
      if (!done.changed) write(`The same map is there already, version ${done.version}.\n`);
      else write(`It is version ${done.version} of the map; a server that runs takes it within seconds.\n`);
      if (done.left.length > 0) write(`No longer on the map, kept as ended: ${few(done.left)}\n`);
      write(`Source: ${source}\n`);
    } finally {
      await database.close();
    }
    return EXIT.ok;
  } catch (error) {
    write(`${messageOf(error)}\nNothing was changed.\n`);
    return EXIT.failed;
  }
}

async function textOf(file: string): Promise<string> {
  const { size } = await stat(file);
  if (size > MOST_FILE_BYTES) throw new Error(`${file} is larger than ${MOST_FILE_BYTES / 2 ** 20} MiB`);
  return readFile(file, 'utf8');
}

function namesOf({
  code,
  name,
  kind,
  area,
}: Pick<MapCommandOptions, 'code' | 'name' | 'kind' | 'area'>): PropertyNames {
  return Object.fromEntries(Object.entries({ code, name, kind, area }).filter(([, named]) => named !== undefined));
}

/** `null` for words that are no province. */
function provinceOf(words: string | undefined): Wishes['province'] | null {
  if (words === undefined) return undefined;
  const [, code = '', name = ''] = /^([^=]*)=(.+)$/.exec(words.trim()) ?? [];
  return areaCodeSchema.safeParse(code).success && name.trim() !== '' ? { code, name: name.trim() } : null;
}

function few(words: readonly string[]): string {
  return words.length <= 8 ? words.join(', ') : `${words.slice(0, 8).join(', ')} and ${words.length - 8} more`;
}
