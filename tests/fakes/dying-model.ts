import type { RunnerAnswer, RunnerRequest } from '../../analytics/detectors/model-runner.ts';

/**
 * The process of a model on a card with a bad driver: it loads, and dies of the second look as native code does, with a
 * word on standard error. Where it is told to leave, it does not hear.
 */
let looks = 0;
process.on('message', (request: RunnerRequest) => {
  const say = (answer: RunnerAnswer): void => void process.send?.(answer);
  if (request.kind === 'load') say({ kind: 'ready', width: 64, height: 64, layout: 'yolox', mostPictures: 8 });
  if (request.kind !== 'look') return;
  looks += 1;
  if (looks < 2) return say({ kind: 'seen', id: request.id, seen: request.pictures.map(() => []), tookMs: 1 });
  process.stderr.write('the device is lost\n', () => process.kill(process.pid, 'SIGSEGV'));
});
