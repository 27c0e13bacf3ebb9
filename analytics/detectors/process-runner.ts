import { spawn } from 'node:child_process';
import { limited } from '#base/limited-process';
import { ownModule } from '#base/own-module';
import { driverEnvironment } from './driver-environment.ts';
import { type ModelRunner, type RunnerAnswer, type RunnerData, type RunnerLink, startRunner } from './model-runner.ts';

const MODULE = new URL('./onnx-worker', import.meta.url);
/** Characters of its last words that are kept. */
const MOST_WORDS = 500;

/**
 * A model on a graphics card, in a process: what its driver does to it (a card that is lost, a driver that was exchanged,
 * two looks at a time: https://github.com/microsoft/onnxruntime/issues/32561) ends that process and nothing else. Rejects
 * with a sentence for an administrator when it cannot be used.
 */
export function startProcessRunner(
  data: RunnerData,
  signal?: AbortSignal,
  /** Another program in its place, for tests. */
  module = MODULE,
): Promise<ModelRunner> {
  const { file, execArgv } = ownModule(module);
  // A driver reserves many times what it uses; what counts is that a dead process leaves no file with pictures behind.
  const { program, args } = limited(process.execPath, [...execArgv, file], { memoryMb: 2 ** 20 });
  const child = spawn(program, args, {
    env: driverEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
    windowsHide: true,
  });
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-MOST_WORDS);
  });
  let ended: Error | undefined;
  child.on('error', (error) => {
    ended ??= error;
  });
  child.on('exit', (code, killedBy) => {
    const how = `the process of the model ended with ${killedBy ?? `code ${code}`}`;
    const last = words.trim().split('\n').at(-1);
    ended ??= new Error(last ? `${how}: ${last}` : how);
  });
  const link: RunnerLink = {
    post(request) {
      // That it is gone is said by its end.
      if (child.connected) child.send(request, () => {});
    },
    listen(onAnswer, onEnd) {
      const onMessage = (answer: unknown): void => onAnswer(answer as RunnerAnswer);
      const onGone = (): void => onEnd(ended ?? new Error('the process of the model has ended'));
      child.on('message', onMessage).on('error', onGone).on('exit', onGone);
      if (ended !== undefined) onGone();
      return () => void child.off('message', onMessage).off('error', onGone).off('exit', onGone);
    },
    abandon: () => void child.kill('SIGKILL'),
  };
  return startRunner(link, data, signal);
}
