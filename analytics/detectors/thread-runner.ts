import { startThread } from '#base/own-module';
import { type ModelRunner, type RunnerAnswer, type RunnerData, type RunnerLink, startRunner } from './model-runner.ts';

const MODULE = new URL('./onnx-worker', import.meta.url);
/** `threadId` of a thread that has ended. */
const GONE = -1;

/**
 * A model on the processor, in a thread: pixels move there and are not copied. Rejects with a sentence for an
 * administrator when it cannot be used.
 */
export function startThreadRunner(data: RunnerData): Promise<ModelRunner> {
  const worker = startThread(MODULE, {});
  // Between two calls nobody else listens.
  worker.on('error', () => {});
  const link: RunnerLink = {
    post: (request) => worker.postMessage(request, request.kind === 'look' ? buffersOf(request.pictures) : []),
    listen(onAnswer, onEnd) {
      const onMessage = (answer: RunnerAnswer): void => onAnswer(answer);
      const onError = (error: unknown): void => onEnd(error instanceof Error ? error : new Error(String(error)));
      const onExit = (): void => onEnd(new Error('the thread of the model has ended'));
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      if (worker.threadId === GONE) onExit();
      return () => void worker.off('message', onMessage).off('error', onError).off('exit', onExit);
    },
    // One that is broken off in the midst of a look takes the whole process with it.
    abandon: () => worker.unref(),
  };
  return startRunner(link, data);
}

function buffersOf(pictures: readonly { readonly pixels: Uint8Array }[]): ArrayBuffer[] {
  const buffers = pictures.map(({ pixels }) => pixels.buffer);
  return [...new Set(buffers)].filter((buffer) => buffer instanceof ArrayBuffer);
}
