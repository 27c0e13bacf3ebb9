import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Clock } from '#base/clock';
import { Fault, messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import { cameraInputSchema, type DiscoveryCandidate, onvifSourceSchema, type ProbeResult } from '#contracts/camera';
import type {
  bulkRegisterSchema,
  DiscoveryProgress,
  discoveryInputSchema,
  ImportLine,
  RegistrationProgress,
} from '#contracts/http';
import type { CameraProbe } from './camera-probe.ts';
import { factsOf } from './device-facts.ts';
import type { Discover } from './interfaces.ts';
import type { CameraRegister } from './register.ts';
import { deviceHostOf, hostsOf } from './source-address.ts';

/** Searches for devices that people have started: they go on while nobody looks, and can be stopped. */
export interface DiscoveryJobs<Actor> {
  /** Throws `Fault` `invalid` for ranges that are none, before anything is asked. */
  start(actor: Actor, input: z.output<typeof discoveryInputSchema>): DiscoveryProgress;
  get(actor: Actor, jobId: string): DiscoveryProgress;
  stop(actor: Actor, jobId: string): DiscoveryProgress;
  /** Tests each device, then registers it; answers at once, the report grows. */
  register(actor: Actor, jobId: string, input: z.output<typeof bulkRegisterSchema>): DiscoveryProgress;
  onProgress(listener: (ownerId: string, progress: DiscoveryProgress) => void): () => void;
  close(): void;
}

type Found = Omit<DiscoveryCandidate, 'registeredAs'>;

interface Job {
  readonly id: string;
  readonly ownerId: string;
  readonly controller: AbortController;
  readonly candidates: Map<string, Found>;
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
/** Characters of a camera's name. */
const MOST_NAME = 120;
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
    const candidates = [...job.candidates.values()];
    const registeredAs = registeredLookup(candidates);
    return {
      id: job.id,
      state: job.state,
      asked: job.asked,
      total: job.total,
      candidates: candidates.map((candidate) => ({ ...candidate, registeredAs: registeredAs(candidate) })),
      error: job.error,
      registration: job.registration?.progress ?? null,
    };
  }

  /**
   * A device is known by host and port. A camera that was registered by another way, or by another port, is the same
   * one where a single device answers from its address; behind a router's forwarded ports there are several.
   */
  function registeredLookup(candidates: readonly Found[]): (candidate: Found) => string | null {
    const byDevice = new Map<string, string>();
    const byHost = new Map<string, string>();
    for (const { id, source } of register.list()) {
      const device = deviceHostOf(source);
      if (device !== null) byDevice.set(device, id);
      for (const host of hostsOf(source)) byHost.set(host, id);
    }
    const devicesAt = new Map<string, number>();
    for (const { address } of candidates) devicesAt.set(address, (devicesAt.get(address) ?? 0) + 1);
    return ({ deviceUrl, address }) => {
      const { host, hostname } = new URL(deviceUrl);
      const exact = byDevice.get(host);
      if (exact !== undefined) return exact;
      const alone = devicesAt.get(address) === 1;
      return (alone ? (byHost.get(hostname) ?? byHost.get(address)) : undefined) ?? null;
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
    const times = new Map<string, number>();
    for (const { name } of input.devices) times.set(name, (times.get(name) ?? 0) + 1);
    const queue = input.devices.map((device, at) => ({
      ...device,
      line: at + 1,
      shared: (times.get(device.name) ?? 0) > 1,
    }));
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
    device: { deviceUrl: string; name: string; shared: boolean; line: number },
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
      const source = onvifSourceSchema.parse({ kind: 'onvif', deviceUrl: device.deviceUrl, username, password });
      const found = await probe.probe({ source }, signal);
      if (!found.ok) return failed(found.fault ?? 'internal', found.detail);
      const input = cameraInputSchema.parse({ name: nameFor(device, found), groupId, source });
      const { camera } = await register.create(input, { facts: factsOf(found) });
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

/** The name that was given, else make and model; behind the address where others of the batch are called the same. */
function nameFor(
  device: { readonly deviceUrl: string; readonly name: string; readonly shared: boolean },
  { make, model }: ProbeResult,
): string {
  const { host } = new URL(device.deviceUrl);
  const words = device.name || `${make} ${model}`.trim();
  if (words === '') return host;
  return (device.shared ? `${host} ${words}` : words).slice(0, MOST_NAME);
}
