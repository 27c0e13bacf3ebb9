import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Clock } from '#base/clock';
import { Fault, messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import { cameraInputSchema, type DiscoveryCandidate } from '#contracts/camera';
import type {
  bulkRegisterSchema,
  DiscoveryProgress,
  discoveryInputSchema,
  ImportLine,
  RegistrationProgress,
} from '#contracts/http';
import type { CameraProbe } from './camera-probe.ts';
import type { Discover } from './interfaces.ts';
import type { CameraRegister } from './register.ts';
import { hostsOf } from './source-address.ts';

/** Searches for devices that people have started: they go on while nobody looks, and can be stopped. */
export interface DiscoveryJobs<Actor> {
  start(actor: Actor, input: z.output<typeof discoveryInputSchema>): DiscoveryProgress;
  get(actor: Actor, jobId: string): DiscoveryProgress;
  stop(actor: Actor, jobId: string): DiscoveryProgress;
  /** Tests each device, then registers it; answers at once, the report grows. */
  register(actor: Actor, jobId: string, input: z.output<typeof bulkRegisterSchema>): DiscoveryProgress;
  onProgress(listener: (ownerId: string, progress: DiscoveryProgress) => void): () => void;
  close(): void;
}

interface Job {
  readonly id: string;
  readonly ownerId: string;
  readonly controller: AbortController;
  readonly candidates: Map<string, Omit<DiscoveryCandidate, 'registeredAs'>>;
  state: DiscoveryProgress['state'];
  asked: number;
  total: number;
  error: string | null;
  registration: { controller: AbortController; progress: RegistrationProgress } | null;
}

const MOST_JOBS = 20;
const RUNNING_AT_A_TIME = 4;
const MOST_CANDIDATES = 5000;
/** Devices that are tested at the same time. */
const TESTS_AT_A_TIME = 4;
/** ms between two messages of one job to the person who watches it. */
const TELL_EVERY_MS = 250;

export function createDiscoveryJobs<Actor>(deps: {
  discover: Discover;
  probe: CameraProbe;
  register: CameraRegister;
  ownerId: (actor: Actor) => string;
  clock: Clock;
  log: Logger;
}): DiscoveryJobs<Actor> {
  const { discover, probe, register, ownerId, clock, log } = deps;
  const jobs = new Map<string, Job>();
  const listeners = new Set<(ownerId: string, progress: DiscoveryProgress) => void>();
  const waiting = new Set<string>();

  function find(actor: Actor, jobId: string): Job {
    const job = jobs.get(jobId);
    if (job === undefined || job.ownerId !== ownerId(actor)) {
      throw new Fault('notFound', 'discovery.unknown', 'there is no such search');
    }
    return job;
  }

  function progressOf(job: Job): DiscoveryProgress {
    const known = new Map<string, string>();
    for (const camera of register.list()) for (const host of hostsOf(camera.source)) known.set(host, camera.id);
    return {
      id: job.id,
      state: job.state,
      asked: job.asked,
      total: job.total,
      candidates: [...job.candidates.values()].map((candidate) => ({
        ...candidate,
        registeredAs: known.get(new URL(candidate.deviceUrl).host) ?? known.get(candidate.address) ?? null,
      })),
      error: job.error,
      registration: job.registration?.progress ?? null,
    };
  }

  function tell(job: Job): void {
    if (waiting.has(job.id)) return;
    waiting.add(job.id);
    clock.after(TELL_EVERY_MS, () => {
      waiting.delete(job.id);
      for (const listener of listeners) listener(job.ownerId, progressOf(job));
    });
  }

  /** Throws `Fault` when it is asked for what cannot be searched. */
  function search(job: Job, input: z.output<typeof discoveryInputSchema>): Promise<void> {
    return discover({
      ...input,
      signal: job.controller.signal,
      onCandidate(candidate) {
        if (job.candidates.size < MOST_CANDIDATES) job.candidates.set(candidate.id, candidate);
        tell(job);
      },
      onProgress(asked, total) {
        job.asked = asked;
        job.total = total;
        tell(job);
      },
    });
  }

  async function follow(job: Job, search: Promise<void>): Promise<void> {
    try {
      await search;
      job.state = job.controller.signal.aborted ? 'stopped' : 'finished';
    } catch (error) {
      job.state = 'failed';
      job.error = messageOf(error);
      log.warn({ reason: job.error }, 'a search for devices failed');
    }
    tell(job);
  }

  async function registerAll(
    job: Job,
    input: z.output<typeof bulkRegisterSchema>,
    controller: AbortController,
  ): Promise<void> {
    const queue = input.devices.map((device, at) => ({ ...device, line: at + 1 }));
    const lines: ImportLine[] = [];
    const update = (state: RegistrationProgress['state']): void => {
      const good = lines.filter((line) => line.ok).length;
      job.registration = {
        controller,
        progress: {
          state,
          total: input.devices.length,
          report: { written: true, good, bad: lines.length - good, lines: [...lines], newGroups: [] },
        },
      };
      tell(job);
    };
    async function work(): Promise<void> {
      for (let next = queue.shift(); next !== undefined && !controller.signal.aborted; next = queue.shift()) {
        lines.push(await registerOne(next, input, controller.signal));
        update('running');
      }
    }
    update('running');
    await Promise.all(Array.from({ length: TESTS_AT_A_TIME }, work));
    update(controller.signal.aborted ? 'stopped' : 'finished');
  }

  async function registerOne(
    device: { deviceUrl: string; name: string; line: number },
    { username, password, groupId }: z.output<typeof bulkRegisterSchema>,
    signal: AbortSignal,
  ): Promise<ImportLine> {
    const failed = (code: string, message: string): ImportLine => ({
      line: device.line,
      name: device.name || device.deviceUrl,
      ok: false,
      faults: [{ path: 'deviceUrl', code, message }],
      cameraId: null,
    });
    try {
      const source = { kind: 'onvif' as const, deviceUrl: device.deviceUrl, username, password };
      const input = cameraInputSchema.parse({
        name: device.name || new URL(device.deviceUrl).hostname,
        groupId,
        source,
      });
      const found = await probe.probe({ source: input.source }, signal);
      if (!found.ok) return failed(found.fault ?? 'internal', found.detail);
      const { make, model, firmware, canPtz } = found;
      const { camera } = await register.create(input, { facts: { make, model, firmware, canPtz } });
      return { line: device.line, name: camera.name, ok: true, faults: [], cameraId: camera.id };
    } catch (error) {
      return failed(error instanceof Fault ? error.code : 'internal', messageOf(error));
    }
  }

  return {
    start(actor, input) {
      const running = [...jobs.values()].filter((job) => job.state === 'running').length;
      if (running >= RUNNING_AT_A_TIME)
        throw new Fault('tooMany', 'discovery.busy', 'enough searches are running', { retryAfterMs: 5000 });
      for (const [id, job] of jobs) {
        if (jobs.size < MOST_JOBS) break;
        if (job.state !== 'running' && job.registration?.progress.state !== 'running') jobs.delete(id);
      }
      const job: Job = {
        id: randomUUID(),
        ownerId: ownerId(actor),
        controller: new AbortController(),
        candidates: new Map(),
        state: 'running',
        asked: 0,
        total: 0,
        error: null,
        registration: null,
      };
      const searching = search(job, input);
      jobs.set(job.id, job);
      void follow(job, searching);
      return progressOf(job);
    },
    get: (actor, jobId) => progressOf(find(actor, jobId)),
    stop(actor, jobId) {
      const job = find(actor, jobId);
      job.controller.abort();
      job.registration?.controller.abort();
      return progressOf(job);
    },
    register(actor, jobId, input) {
      const job = find(actor, jobId);
      if (job.registration?.progress.state === 'running') {
        throw new Fault('conflict', 'discovery.registering', 'a registration is running on this search');
      }
      void registerAll(job, input, new AbortController());
      return progressOf(job);
    },
    onProgress(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      for (const job of jobs.values()) {
        job.controller.abort();
        job.registration?.controller.abort();
      }
    },
  };
}
