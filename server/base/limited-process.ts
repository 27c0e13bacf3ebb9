import { existsSync } from 'node:fs';

/** Limits for a child process that handles what strangers made; the kernel keeps them. */
export interface ProcessLimits {
  /** MiB of memory of its own (RLIMIT_DATA); it fails when it asks for more. */
  readonly memoryMb: number;
  /** Seconds of CPU time over the whole life (RLIMIT_CPU); none for what runs for days. */
  readonly cpuSeconds?: number;
  /** For work that nobody waits for: everything else on the machine goes first. */
  readonly lowPriority?: boolean;
}

/** Part of util-linux; it replaces itself by the program, so that the process id stays the program's. */
const PRLIMIT = '/usr/bin/prlimit';
/** Part of coreutils; replaces itself, too. */
const NICE = '/usr/bin/nice';

/** The command that runs `path` under limits, as far as this machine has what sets them. */
export function limited(
  path: string,
  args: readonly string[],
  limits: ProcessLimits,
): { readonly program: string; readonly args: readonly string[] } {
  const bounds = [
    `--data=${limits.memoryMb * 2 ** 20}`,
    '--core=0',
    ...(limits.cpuSeconds === undefined ? [] : [`--cpu=${limits.cpuSeconds}`]),
  ];
  const [program = path, ...rest] = [
    ...(limits.lowPriority === true && existsSync(NICE) ? [NICE, '-n', '10'] : []),
    ...(existsSync(PRLIMIT) ? [PRLIMIT, ...bounds, '--'] : []),
    path,
    ...args,
  ];
  return { program, args: rest };
}
