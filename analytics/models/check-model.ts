import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Clock } from '#base/clock';
import { limited } from '#base/limited-process';
import { ownModule } from '#base/own-module';
import type { ModelProblem } from '#contracts/models';
import { driverEnvironment } from '../detectors/driver-environment.ts';
import { type CheckAnswer, type CheckJob, checkAnswerSchema } from './check-protocol.ts';

/**
 * Tries a model in a process of its own, which may die of it: a file of a stranger may want all memory, go on for ever,
 * or bring the native library down.
 */
export type CheckResult =
  | (Extract<CheckAnswer, { kind: 'good' }> & {
      /** What it ran with. */
      readonly provider: string;
      readonly failedProviders: readonly FailedProvider[];
    })
  | (BadResult & { readonly failedProviders: readonly FailedProvider[] });

/** One that was tried before, and why it does not work here. */
export interface FailedProvider {
  readonly name: string;
  readonly reason: string;
}

interface BadResult {
  readonly kind: 'bad';
  readonly problem: ModelProblem;
  readonly detail: string;
  readonly cardExample: string | null;
}

export interface CheckLimits {
  /** MiB; kept by the kernel where it can be. */
  readonly memoryMb: number;
  /** ms for loading, which includes what the library works out beforehand. */
  readonly loadMs: number;
  /** ms for all looks; nobody waits so long for the first of them in earnest. */
  readonly looksMs: number;
}
export const CHECK_LIMITS: CheckLimits = { memoryMb: 2048, loadMs: 30_000, looksMs: 20_000 };

/** What may be the fault of a graphics card, or of its driver, and not of the model. */
const OF_PROVIDERS: readonly ModelProblem[] = ['noProvider', 'crashed', 'tooSlow', 'tooMuchMemory', 'badNumbers'];

const MODULE = new URL('./check-process', import.meta.url);
/** Bytes of its words that are read; what it says is a few lines. */
const MOST_WORDS = 400_000;
const LEAVE_MS = 2000;

interface CheckOptions {
  readonly limits?: CheckLimits;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Another program in its place, for tests. */
  readonly module?: URL;
}

/**
 * With each of `providers` in turn, the best first, until one works; each in a process of its own, as a driver may take
 * its process with it. Rejects only when `signal` aborts.
 */
export async function checkModel(
  job: Omit<CheckJob, 'provider'> & { readonly providers: readonly string[] },
  options: CheckOptions,
): Promise<CheckResult> {
  const { providers, ...model } = job;
  const failedProviders: FailedProvider[] = [];
  let result: BadResult = bad('noProvider', 'no execution provider is given');
  for (const provider of providers) {
    const tried = await checkWith({ ...model, provider }, options);
    if (tried.kind === 'good') return { ...tried, provider, failedProviders };
    result = tried;
    // Without one there is nothing else to fail with.
    if (!OF_PROVIDERS.includes(tried.problem) || provider === 'cpu') break;
    failedProviders.push({ name: provider, reason: tried.detail });
  }
  const reasons = failedProviders.map(({ name, reason }) => `${name}: ${reason}`);
  const own = result.problem === 'noProvider' ? [] : [result.detail];
  return { ...result, detail: [...own, ...reasons].join('; '), failedProviders };
}

type Answer = Extract<CheckAnswer, { kind: 'good' }> | BadResult;

function checkWith(job: CheckJob, options: CheckOptions): Promise<Answer> {
  const { clock, signal, limits = CHECK_LIMITS } = options;
  const { file, execArgv } = ownModule(options.module ?? MODULE);
  // A graphics card's driver reserves many times what it uses: there the limit would refuse what works.
  const onProcessor = job.provider === 'cpu';
  const { program, args } = limited(process.execPath, [...execArgv, file], {
    memoryMb: onProcessor ? limits.memoryMb : 2 ** 20,
    cpuSeconds: Math.ceil((limits.loadMs + limits.looksMs) / 1000) * 4,
    lowPriority: true,
  });
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: driverEnvironment(),
      windowsHide: true,
    });
    let stage: 'starting' | 'loading' | 'looking' = 'starting';
    let result: Answer | undefined;
    let late = false;
    let words = '';
    let cancel = clock.after(limits.loadMs, tooLate);

    function tooLate(): void {
      late = true;
      child.kill('SIGKILL');
    }
    const abort = (): void => void child.kill('SIGKILL');
    signal.addEventListener('abort', abort, { once: true });

    child.stdin.on('error', () => {});
    child.stdin.end(`${JSON.stringify(job)}\n`);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-2000);
    });
    let read = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      read += chunk.length;
      if (read > MOST_WORDS) child.kill('SIGKILL');
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      const answer = parsed(line);
      if (answer === undefined || result !== undefined) return;
      if (answer.kind !== 'stage') {
        result = answer;
        // What it still tidies up keeps nobody.
        cancel();
        cancel = clock.after(LEAVE_MS, () => child.kill('SIGKILL'));
        return;
      }
      stage = answer.stage;
      if (stage !== 'looking') return;
      cancel();
      cancel = clock.after(limits.looksMs, tooLate);
    });
    child.once('error', (error) => settle(bad('crashed', `the check could not be started: ${error.message}`)));
    child.once('close', (code, killedBy) => settle(result ?? endedAs({ stage, late, words, code, killedBy, limits })));

    function settle(outcome: Answer): void {
      cancel();
      signal.removeEventListener('abort', abort);
      if (signal.aborted && result === undefined) reject(signal.reason);
      else resolve(outcome);
    }
  });
}

/** It ended without a word of its own. */
function endedAs(end: {
  readonly stage: string;
  readonly late: boolean;
  readonly words: string;
  readonly code: number | null;
  readonly killedBy: NodeJS.Signals | null;
  readonly limits: CheckLimits;
}): BadResult {
  const { stage, late, words, limits } = end;
  if (late) {
    const within = (stage === 'looking' ? limits.looksMs : limits.loadMs) / 1000;
    return bad(
      'tooSlow',
      stage === 'looking' ? `the looks took longer than ${within} s` : `it did not load within ${within} s`,
    );
  }
  if (/bad_alloc|out of memory|allocation failed|cannot allocate/i.test(words)) {
    return bad('tooMuchMemory', `it wanted more than ${limits.memoryMb} MiB`);
  }
  if (end.killedBy === 'SIGXCPU') return bad('tooSlow', 'it used all the time of a processor that it may');
  const how = end.killedBy ?? `code ${end.code}`;
  return bad('crashed', `the process ended with ${how} while ${stage}`);
}

function bad(problem: ModelProblem, detail: string): BadResult {
  return { kind: 'bad', problem, detail, cardExample: null };
}

/** Of what is no line of ours nothing is known. */
function parsed(line: string): CheckAnswer | undefined {
  try {
    return checkAnswerSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
