import { ownMemory, type PictureMemory } from '#base/picture-memory';
import { createDirectIngest, type DirectIngest } from './direct-ingest.ts';
import { createIntakeThread, type IntakeThread, type IntakeThreadDeps } from './intake-thread.ts';
import { createRtspClient } from './session.ts';

/** RTSP by our own client, here or spread over threads of its own: who has streams read does not notice which. */
export interface Intake extends DirectIngest {
  /** Ends the threads and what still runs in them. */
  end(): Promise<void>;
}

export interface IntakeDeps extends IntakeThreadDeps {
  /** For what runs here; threads hand over memory of their own. */
  readonly memory?: PictureMemory;
}

/** `threads`: how many; with 0 everything runs here. Each stream goes to the one that has the fewest. */
export function createIntake(threads: number, deps: IntakeDeps): Intake {
  const { clock, log, readTimeoutMs, fragmentMs, firstPictureMs, memory = ownMemory } = deps;
  if (threads === 0) {
    const client = createRtspClient({ clock, log, readTimeoutMs });
    return { ...createDirectIngest({ client, fragmentMs, firstPictureMs, memory, clock, log }), end: async () => {} };
  }
  const crew = Array.from({ length: threads }, () => createIntakeThread(deps));
  return {
    run: (request) => idlest(crew).run(request),
    end: async () => void (await Promise.all(crew.map((thread) => thread.end()))),
  };
}

function idlest(crew: readonly IntakeThread[]): IntakeThread {
  return crew.reduce((best, next) => (next.streams < best.streams ? next : best));
}
