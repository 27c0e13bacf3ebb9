import { type ChildProcess, fork } from 'node:child_process';
import { ownModule } from '#base/own-module';

/**
 * Runs a module of ours in a process of its own, for packages that a stranger may bring to their knees. `module` is its
 * URL without extension.
 *
 * It gets no arguments and no environment: other users of the machine can read the one, and secrets may stand in the
 * other. Standard error is a pipe, everything else goes through Node's channel.
 */
export function forkModule(module: URL): ChildProcess {
  const { file, execArgv } = ownModule(module);
  return fork(file, [], { execArgv: [...execArgv], env: {}, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
}
