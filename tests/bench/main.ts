import { cpus } from 'node:os';
import { benchAnalytics } from './analytics.ts';
import { benchAnswers } from './answers.ts';
import { benchIntakeScale } from './direct-intake.ts';
import { benchEvents, benchSearch } from './events.ts';
import { benchExport } from './export.ts';
import { say } from './figures.ts';
import { benchGlass } from './glass.ts';
import { benchIngest } from './ingest.ts';
import { benchIntakeThreads } from './intake-threads.ts';
import { benchKeyFrames } from './key-frames.ts';
import { benchKills } from './kills.ts';
import { benchThumbnails, benchTimeline } from './lookup.ts';
import { benchOneCore } from './one-core.ts';
import { benchRecording } from './recording.ts';
import { benchRestarts } from './restarts.ts';
import { benchSectorEvents } from './sector-events.ts';
import { benchSectorScreen } from './sector-screen.ts';
import { benchSectors } from './sectors.ts';
import { benchSeek } from './seek.ts';
import { benchSizeGate } from './size-gate.ts';
import { benchViewing } from './viewing.ts';
import { benchWallCells } from './wall-cells.ts';
import { benchWallScreen } from './wall-screen.ts';

/**
 * `npm run bench [part…]`: prints the published figures, each with its method. All parts without a name; the longest is
 * last. `intake-scale=10,200` says for how many cameras, as `intake-threads=200` and `answers=200` do; `one-core=500,600`
 * also for how many seconds; `wall-cells=600`, `wall-screen=600` and `glass=60` for how many seconds.
 */
const ALL: Readonly<Record<string, (numbers: readonly number[]) => Promise<void>>> = {
  ingest: benchIngest,
  'intake-scale': benchIntakeScale,
  'intake-threads': benchIntakeThreads,
  'one-core': benchOneCore,
  answers: benchAnswers,
  'wall-cells': benchWallCells,
  'wall-screen': benchWallScreen,
  glass: benchGlass,
  recording: benchRecording,
  restarts: benchRestarts,
  viewing: benchViewing,
  timeline: benchTimeline,
  seek: benchSeek,
  thumbnails: benchThumbnails,
  'key-frames': benchKeyFrames,
  export: benchExport,
  'size-gate': benchSizeGate,
  analytics: benchAnalytics,
  events: benchEvents,
  search: benchSearch,
  sectors: benchSectors,
  'sector-screen': benchSectorScreen,
  'sector-events': benchSectorEvents,
  kills: benchKills,
};

const asked = new Map(
  process.argv.slice(2).map((word) => {
    const [name = '', numbers] = word.split('=');
    return [name, numbers?.split(',').map(Number) ?? []];
  }),
);
const unknown = [...asked.keys()].filter((name) => !(name in ALL));
if (unknown.length > 0) {
  process.stderr.write(`no such part: ${unknown.join(', ')}; there are ${Object.keys(ALL).join(', ')}\n`);
  process.exit(2);
}
say(
  `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}; ratios count, not absolute times.`,
);
for (const [name, bench] of Object.entries(ALL)) {
  if (asked.size === 0 || asked.has(name)) await bench(asked.get(name) ?? []);
}
process.exit(0);
