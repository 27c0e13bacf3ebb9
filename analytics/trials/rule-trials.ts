import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Clock } from '#base/clock';
import { Fault, messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { RuleTrial, RuleTrialHit, ruleTrialInputSchema } from '#contracts/rules';
import { createTrialRun, type TrialRunDeps } from './trial-run.ts';

export type RuleTrialInput = z.output<typeof ruleTrialInputSchema>;

/** Rules that people try on what was recorded: they go on while nobody looks, and can be stopped. */
export interface RuleTrials<Actor> {
  /** Throws `Fault`: `invalid` for a rule that cannot be tried, `unavailable` without a model, `tooMany`. */
  start(actor: Actor, cameraId: string, input: RuleTrialInput): RuleTrial;
  /** Throws `Fault` `notFound` also for somebody else's. */
  get(actor: Actor, trialId: string): RuleTrial;
  stop(actor: Actor, trialId: string): void;
  close(): Promise<void>;
}

const AT_A_TIME = 2;
const MOST_WAITING = 20;
const MOST_HITS = 500;
/** A trial that has ended is kept for so long. */
const KEPT_MS = 3_600_000;

interface Job {
  readonly id: string;
  readonly ownerId: string;
  readonly cameraId: string;
  readonly input: RuleTrialInput;
  readonly stop: AbortController;
  readonly hits: RuleTrialHit[];
  hitCount: number;
  state: RuleTrial['state'];
  atMs: number;
  lookedMs: number;
  detail: string | null;
}

export interface RuleTrialsDeps<Actor> extends TrialRunDeps {
  readonly ownerId: (actor: Actor) => string;
  readonly clock: Clock;
  readonly log: Logger;
}

export function createRuleTrials<Actor>(deps: RuleTrialsDeps<Actor>): RuleTrials<Actor> {
  const { ownerId, clock, log } = deps;
  const jobs = new Map<string, Job>();
  const running = new Map<Job, Promise<void>>();
  let closed = false;

  const waiting = (): Job[] => [...jobs.values()].filter(({ state }) => state === 'waiting');

  function find(actor: Actor, trialId: string): Job {
    const job = jobs.get(trialId);
    if (job === undefined || job.ownerId !== ownerId(actor)) {
      throw new Fault('notFound', 'ruleTrial.unknown', 'there is no such trial');
    }
    return job;
  }

  function next(): void {
    for (const job of waiting()) {
      if (closed || running.size >= AT_A_TIME) return;
      job.state = 'running';
      running.set(
        job,
        run(job).finally(() => {
          running.delete(job);
          next();
        }),
      );
    }
  }

  async function run(job: Job): Promise<void> {
    const { cameraId, input, stop } = job;
    try {
      const { failure } = await createTrialRun(deps, { trialId: job.id, cameraId, ...input }, stop.signal, {
        looked(atMs, lookedMs) {
          job.atMs = Math.min(input.toMs, Math.max(job.atMs, Math.round(atMs)));
          job.lookedMs = Math.round(lookedMs);
        },
        hit(hit) {
          job.hitCount += 1;
          if (job.hits.length < MOST_HITS) job.hits.push(hit);
        },
      });
      job.detail = failure;
      // Some of it could not be read: what could is told. None of it could: it failed.
      job.state = stop.signal.aborted ? 'stopped' : failure !== null && job.lookedMs === 0 ? 'failed' : 'done';
      if (job.state === 'done') job.atMs = input.toMs;
    } catch (error) {
      log.warn({ camera: cameraId, reason: messageOf(error) }, 'a trial of a rule failed');
      job.state = stop.signal.aborted ? 'stopped' : 'failed';
      job.detail = messageOf(error);
    }
    keepForAWhile(job);
  }

  function keepForAWhile({ id }: Job): void {
    clock.after(KEPT_MS, () => jobs.delete(id));
  }

  return {
    start(actor, cameraId, input) {
      const owner = ownerId(actor);
      if (input.rule.kind === 'cameraSignal') {
        const why = 'what the camera itself reported is not in the recording';
        throw new Fault('invalid', 'ruleTrial.cameraSignal', why);
      }
      if (input.rule.kind !== 'motion' && deps.detector.model === null) {
        throw new Fault('unavailable', 'ruleTrial.noModel', 'there is no model that recognises objects');
      }
      const own = [...jobs.values()].find(({ ownerId: of, state }) => of === owner && isActive(state));
      if (own !== undefined) throw new Fault('tooMany', 'ruleTrial.running', 'another trial of yours is still running');
      if (closed || waiting().length >= MOST_WAITING) {
        throw new Fault('tooMany', 'ruleTrial.tooMany', 'too many trials are waiting');
      }
      const job: Job = {
        ...{ id: randomUUID(), ownerId: owner, cameraId, input, stop: new AbortController(), hits: [], hitCount: 0 },
        ...{ state: 'waiting', atMs: input.fromMs, lookedMs: 0, detail: null },
      };
      jobs.set(job.id, job);
      next();
      return viewOf(job);
    },
    get: (actor, trialId) => viewOf(find(actor, trialId)),
    stop(actor, trialId) {
      const job = find(actor, trialId);
      job.stop.abort();
      if (job.state === 'waiting') {
        job.state = 'stopped';
        keepForAWhile(job);
      }
    },
    async close() {
      closed = true;
      for (const job of jobs.values()) job.stop.abort();
      await Promise.all(running.values());
    },
  };
}

const isActive = (state: RuleTrial['state']): boolean => state === 'waiting' || state === 'running';

function viewOf({ id, cameraId, input, state, atMs, lookedMs, hits, hitCount, detail }: Job): RuleTrial {
  const { fromMs, toMs } = input;
  return { id, cameraId, fromMs, toMs, state, atMs, lookedMs, hits: [...hits], hitCount, detail };
}
