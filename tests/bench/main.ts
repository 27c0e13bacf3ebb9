import { cpus } from 'node:os';
import { benchAnalytics } from './analytics.ts';
import { benchEvents, benchSearch } from './events.ts';
import { benchExport } from './export.ts';
import { say } from './figures.ts';
import { benchIngest } from './ingest.ts';
import { benchKills } from './kills.ts';
import { benchThumbnails, benchTimeline } from './lookup.ts';
import { benchRecording } from './recording.ts';
import { benchRestarts } from './restarts.ts';
import { benchSectorEvents } from './sector-events.ts';
import { benchSectorScreen } from './sector-screen.ts';
import { benchSectors } from './sectors.ts';
import { benchSeek } from './seek.ts';
import { benchViewing } from './viewing.ts';

/** `npm run bench [part…]`: prints the published figures, each with its method. All parts without a name; the longest is last. */
const ALL = {
  ingest: benchIngest,
  recording: benchRecording,
  restarts: benchRestarts,
  viewing: benchViewing,
  timeline: benchTimeline,
  seek: benchSeek,
  thumbnails: benchThumbnails,
  export: benchExport,
  analytics: benchAnalytics,
  events: benchEvents,
  search: benchSearch,
  sectors: benchSectors,
  'sector-screen': benchSectorScreen,
  'sector-events': benchSectorEvents,
  kills: benchKills,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in ALL));
if (unknown.length > 0) {
  process.stderr.write(`no such part: ${unknown.join(', ')}; there are ${Object.keys(ALL).join(', ')}\n`);
  process.exit(2);
}
say(
  `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}; ratios count, not absolute times.`,
);
for (const [name, bench] of Object.entries(ALL)) {
  if (asked.length === 0 || asked.includes(name)) await bench();
}
process.exit(0);
