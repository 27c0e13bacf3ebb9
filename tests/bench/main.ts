import { cpus } from 'node:os';
import { say } from './figures.ts';
import { benchIngest } from './ingest.ts';
import { benchRecording } from './recording.ts';
import { benchRestarts } from './restarts.ts';
import { benchViewing } from './viewing.ts';

/** `npm run bench [ingest|recording|restarts|viewing]`: prints the published figures, each with its method. */
const ALL = { ingest: benchIngest, recording: benchRecording, restarts: benchRestarts, viewing: benchViewing };

const asked = process.argv.slice(2);
say(
  `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}; ratios count, not absolute times.`,
);
for (const [name, bench] of Object.entries(ALL)) {
  if (asked.length === 0 || asked.includes(name)) await bench();
}
process.exit(0);
