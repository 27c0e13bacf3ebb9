import { createRequire } from 'node:module';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/** Modules of ours that run in a process or a thread of their own. `module` is a URL without extension, made from `import.meta.url`. */

/** The built file runs as it is; in development and tests Node needs a loader for TypeScript. */
const FROM_SOURCE = import.meta.url.endsWith('.ts');
const SOURCE_ARGUMENTS = ['--conditions=source'];

/** What `fork` needs for it: the file, and the arguments for Node. */
export function ownModule(module: URL): { readonly file: string; readonly execArgv: readonly string[] } {
  const file = fileURLToPath(module);
  return FROM_SOURCE
    ? { file: `${file}.ts`, execArgv: [...SOURCE_ARGUMENTS, '--import', resolved('tsx')] }
    : { file: `${file}.js`, execArgv: [] };
}

/** Runs it as a thread, which shares neither the environment nor the standard streams of this one. */
export function startThread(module: URL, options: Pick<WorkerOptions, 'workerData' | 'resourceLimits'>): Worker {
  const own: WorkerOptions = { ...options, env: {} };
  if (!FROM_SOURCE) return new Worker(new URL(`${module.href}.js`), own);
  // Threads of Node 20 do not take a loader by argument.
  const loader = new URL('./dist/esm/api/index.mjs', resolved('tsx/package.json')).href;
  const code = `import { register } from '${loader}'; register(); await import('${module.href}.ts');`;
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), {
    ...own,
    execArgv: SOURCE_ARGUMENTS,
  });
}

/**
 * Resolves when the thread has ended, or after `withinMs`: what blocks it cannot be broken off, and keeps nobody. Its
 * listeners stay; one for `error` must be among them.
 */
export async function endThread(thread: Worker, withinMs: number): Promise<void> {
  thread.unref();
  await Promise.race([thread.terminate(), setTimeout(withinMs, undefined, { ref: false })]);
}

function resolved(name: string): string {
  return pathToFileURL(createRequire(import.meta.url).resolve(name)).href;
}
