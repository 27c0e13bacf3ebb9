import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '#base/errors';
import { loadOnnxModel } from './onnx-model.ts';
import type { ModelAnswer, ModelRequest, ModelThreadData } from './onnx-thread.ts';

/** A thread that has one model: says what it is, then looks at what it is given. */

const port = parentPort;
if (port === null) throw new Error('runs as a thread only');
const { path, card, providers } = workerData as ModelThreadData;
/** A tracker goes on with what it hardly sees: less than what is told, but no noise. */
const HARDLY = 0.15;
const threshold = Math.min(HARDLY, card.threshold);
/** The look that runs. */
let looking: Promise<void> = Promise.resolve();
const say = (answer: ModelAnswer): void => port.postMessage(answer);

try {
  const { model, mostPictures, look, close } = await loadOnnxModel(path, card, providers);
  port.on('message', (request: ModelRequest) => {
    if (request.kind === 'close') {
      void looking
        .then(close)
        .catch(() => {})
        .finally(() => port.close());
      return;
    }
    const { id, pictures } = request;
    const sinceMs = performance.now();
    looking = look(pictures, threshold).then(
      (seen) => say({ kind: 'seen', id, seen, tookMs: performance.now() - sinceMs }),
      (error: unknown) => say({ kind: 'failed', id, reason: messageOf(error) }),
    );
  });
  const { width, height, layout } = model;
  say({ kind: 'ready', width, height, layout: layout.name, mostPictures });
} catch (error) {
  say({ kind: 'unusable', reason: messageOf(error) });
}
