import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { type Clock, wait } from '#base/clock';
import { Fault, messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import { cameraInputSchema, type DiscoveryCandidate } from '#contracts/camera';
import type {
  bulkRegisterSchema,
  DiscoveryProgress,
  discoveryInputSchema,
  FieldFault,
  ImportLine,
  RegistrationProgress,
} from '#contracts/http';
import type { Camera } from './camera.ts';
import { factsOf } from './device-facts.ts';
import type { Discover } from './interfaces.ts';
import type { Probing } from './probing.ts';
import type { CameraRegister } from './register.ts';
import { hostsOf } from './source-address.ts';

/** Searches for devices, and the registration of many of them: long work that shows progress and can be stopped. */
export interface DiscoveryJobs {
  /** `owner` names who asked; only they are told and may look. Throws `Fault` `tooMany`. */
  start(owner: string, input: z.output<typeof discoveryInputSchema>): DiscoveryProgress;
  /** Throws `Fault` `notFound` for another person's job. */
  get(owner: string, jobId: string): DiscoveryProgress;
  stop(owner: string, jobId: string): DiscoveryProgress;
  register(owner: string, jobId: string, input: z.output<typeof bulkRegisterSchema>): DiscoveryProgress;
  /** At most one call in `PROGRESS_MS` for each job, and one when it ends. */
  onProgress(listener: (owner: string, progress: DiscoveryProgress) => void): () => void;
  close(): void;
}

export interface DiscoveryOptions {
  readonly discover: Discover;
  readonly probing: Probing;
  readonly register: CameraRegister;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Searches at a time, for all people: each one sends to the whole network. */
export const MAX_RUNNING = 3;
/** Finished jobs that can still be looked at. */
const MAX_KEPT = 20;
const MAX_CANDIDATES = 5000;
const PROGRESS_MS = 250;
/** Devices that are tested at a time in one registration. */
const TESTS_AT_ONCE = 4;

interface Job {
  readonly id: string;
  readonly owner: string;
  readonly controller: AbortController;
  state: DiscoveryProgress['state'];
  asked: number;
  total: number;
  error: string | null;
  readonly candidates: Map<string, Omit<DiscoveryCandidate, 'registeredAs'>>;
  registration: { state: RegistrationProgress['state']; total: number; lines: ImportLine[] } | null;
  telling: boolean;
}

export function createDiscoveryJobs(options: DiscoveryOptions): DiscoveryJobs {
  const { discover, probing, register, clock, log } = options;
  const jobs = new Map<string, Job>();
  const listeners = new Set<(owner: string, progress: DiscoveryProgress) => void>();

  function progressOf(job: Job): DiscoveryProgress {
    const registered = registeredHosts(register.list());
    return {
      id: job.id,
      state: job.state,
      asked: job.asked,
      total: job.total,
      candidates: [...job.candidates.values()].map((candidate) => ({
        ...candidate,
        registeredAs: registered.get(hostOf(candidate.deviceUrl)) ?? null,
      })),
      error: job.error,
      registration: job.registration === null ? null : registrationOf(job.registration),
    };
  }

  function tell(job: Job): void {
    for (const listener of listeners) listener(job.owner, progressOf(job));
  }

  async function tellSoon(job: Job): Promise<void> {
    if (job.telling) return;
    job.telling = true;
    await wait(clock, PROGRESS_MS);
    job.telling = false;
    tell(job);
  }

  function isBusy(job: Job): boolean {
    return job.state === 'running' || job.registration?.state === 'running';
  }

  function find(owner: string, jobId: string): Job {
    const job = jobs.get(jobId);
    if (job === undefined || job.owner !== owner) {
      throw new Fault('notFound', 'discovery.unknown', 'there is no such search');
    }
    return job;
  }

  async function search(job: Job, input: z.output<typeof discoveryInputSchema>): Promise<void> {
    try {
      await discover({
        ...input,
        signal: job.controller.signal,
        onCandidate(candidate) {
          if (job.candidates.size >= MAX_CANDIDATES || job.state !== 'running') return;
          job.candidates.set(candidate.id, candidate);
          void tellSoon(job);
        },
        onProgress(asked, total) {
          job.asked = asked;
          job.total = total;
          void tellSoon(job);
        },
      });
      if (job.state === 'running') job.state = 'finished';
    } catch (error) {
      job.error = messageOf(error);
      if (job.state === 'running') job.state = 'failed';
      log.warn({ reason: job.error }, 'a search for cameras failed');
    }
    tell(job);
  }

  async function registerAll(job: Job, input: z.output<typeof bulkRegisterSchema>): Promise<void> {
    const registration = { state: 'running' as RegistrationProgress['state'], total: input.devices.length, lines: [] };
    job.registration = registration;
    const left = input.devices.map((device, at) => ({ ...device, line: at + 1 }));
    const work = async (): Promise<void> => {
      for (let device = left.shift(); device !== undefined; device = left.shift()) {
        if (job.controller.signal.aborted) return;
        job.registration?.lines.push(await registerOne(device, input, job.controller.signal));
        void tellSoon(job);
      }
    };
    await Promise.all(Array.from({ length: TESTS_AT_ONCE }, work));
    registration.state = job.controller.signal.aborted ? 'stopped' : 'finished';
    tell(job);
  }

  async function registerOne(
    device: { deviceUrl: string; name: string; line: number },
    shared: z.output<typeof bulkRegisterSchema>,
    signal: AbortSignal,
  ): Promise<ImportLine> {
    const { line } = device;
    const bad = (faults: readonly FieldFault[]): ImportLine => {
      return { line, name: device.name, ok: false, faults, cameraId: null };
    };
    try {
      const { username, password, groupId } = shared;
      const source = { kind: 'onvif' as const, deviceUrl: device.deviceUrl, username, password };
      const parsed = cameraInputSchema.parse({ name: device.name || hostOf(device.deviceUrl), groupId, source });
      const result = await probing.probe({ source: parsed.source }, signal);
      if (!result.ok) return bad([{ path: 'source', code: result.fault ?? 'internal', message: result.detail }]);
      const name = device.name || `${result.make} ${result.model}`.trim() || parsed.name;
      const { camera } = await register.create({ ...parsed, name: name.slice(0, 120) }, { facts: factsOf(result) });
      return { line, name, ok: true, faults: [], cameraId: camera.id };
    } catch (error) {
      if (error instanceof Fault) {
        return bad(error.fields ?? [{ path: 'source', code: error.code, message: error.message }]);
      }
      log.warn({ reason: messageOf(error) }, 'a device could not be registered');
      return bad([{ path: 'source', code: 'internal', message: 'the device could not be registered' }]);
    }
  }

  return {
    start(owner, input) {
      if ([...jobs.values()].filter((job) => job.state === 'running').length >= MAX_RUNNING) {
        throw new Fault('tooMany', 'discovery.tooMany', 'too many searches are running', { retryAfterMs: 5000 });
      }
      for (const job of jobs.values()) {
        if (jobs.size < MAX_KEPT) break;
        if (!isBusy(job)) jobs.delete(job.id);
      }
      const job: Job = {
        id: randomUUID(),
        owner,
        controller: new AbortController(),
        state: 'running',
        asked: 0,
        total: 0,
        error: null,
        candidates: new Map(),
        registration: null,
        telling: false,
      };
      jobs.set(job.id, job);
      void search(job, input);
      return progressOf(job);
    },
    get: (owner, jobId) => progressOf(find(owner, jobId)),
    stop(owner, jobId) {
      const job = find(owner, jobId);
      job.controller.abort();
      if (job.state === 'running') job.state = 'stopped';
      return progressOf(job);
    },
    register(owner, jobId, input) {
      const job = find(owner, jobId);
      if (job.controller.signal.aborted) {
        throw new Fault('conflict', 'discovery.stopped', 'this search was stopped: start a new one');
      }
      if (job.registration?.state === 'running') {
        throw new Fault('conflict', 'discovery.registering', 'devices of this search are being registered');
      }
      void registerAll(job, input);
      return progressOf(job);
    },
    onProgress(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      for (const job of jobs.values()) job.controller.abort();
      listeners.clear();
    },
  };
}

function registrationOf(registration: NonNullable<Job['registration']>): RegistrationProgress {
  const { state, total, lines } = registration;
  const good = lines.filter((line) => line.ok).length;
  return {
    state,
    total,
    report: { written: good > 0, good, bad: lines.length - good, lines: [...lines], newGroups: [] },
  };
}

function registeredHosts(cameras: readonly Camera[]): ReadonlyMap<string, string> {
  return new Map(cameras.flatMap((camera) => [...hostsOf(camera.source)].map((host) => [host, camera.id] as const)));
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.toLowerCase() : '';
}
