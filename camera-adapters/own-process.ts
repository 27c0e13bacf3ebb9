import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * Runs a module of ours in a process of its own, for packages that a stranger may bring to their knees. `module` is its
 * URL without extension. The built file runs as it is; in development and tests Node needs a loader for TypeScript.
 *
 * It gets no arguments and no environment: other users of the machine can read the one, and secrets may stand in the
 * other. Standard error is a pipe, everything else goes through Node's channel.
 */
export function forkModule(module: URL): ChildProcess {
  const fromSource = import.meta.url.endsWith('.ts');
  const execArgv = fromSource ? ['--conditions=source', '--import', loader()] : [];
  return fork(`${fileURLToPath(module)}${fromSource ? '.ts' : '.js'}`, [], {
    execArgv,
    env: {},
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

function loader(): string {
  return pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
}
