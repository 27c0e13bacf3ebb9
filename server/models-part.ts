import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import type { Logger } from '#base/log';
import type { Shutdown } from '#base/shutdown';
import { createOnnxDetector, type OnnxDetector } from '../analytics/detectors/onnx-detector.ts';
import { openModelFolder } from '../analytics/models/model-folder.ts';
import { createModels, type Models } from '../analytics/models/models.ts';
import type { Config } from '../config/schema.ts';

interface PartHouse {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly shutdown: Shutdown;
}

/** What looks at pictures, and what it looks with. `models.start()` is called when everything else runs. */
export async function createDetection(
  { config, clock, log, shutdown }: PartHouse,
  { database }: { readonly database: Database },
): Promise<{ readonly detector: OnnxDetector; readonly models: Models }> {
  const { providers, detectorThreads } = config.analytics;
  const threads = detectorThreads > 0 ? detectorThreads : Math.max(1, availableParallelism() - 1);
  const detector = createOnnxDetector({ threads, providers: [...new Set([...providers, 'cpu'])], clock, log });
  const folder = await openModelFolder(join(resolve(config.data.directory), 'models'));
  const models = await createModels({ folder, database, detector, providers, threads, clock, log });
  shutdown.add('models', () => models.close());
  // Ends before them: a model that is being loaded is not waited for.
  shutdown.add('detector', () => detector.close());
  return { detector, models };
}
