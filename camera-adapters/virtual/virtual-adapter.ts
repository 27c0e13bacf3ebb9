import type { CameraSource } from '#contracts/camera';
import type { FragmentSink, StillDecoder, StreamRole } from '#contracts/media';
import { type Adapter, type AdapterContext, CameraFault } from '../adapter.ts';
import type { Ingest } from '../ffmpeg/ingest.ts';
import { probeStreams } from '../probe.ts';
import type { Scenes } from '../simulator/scenes.ts';

export interface VirtualAdapterDeps extends AdapterContext {
  readonly ingest: Ingest;
  readonly stills: StillDecoder;
  /** The drawn pictures; made at the first use. */
  readonly scenes: () => Promise<Scenes>;
}

/** Small enough that nine of them leave a laptop of two cores to the rest. */
const SIZES: Readonly<Record<StreamRole, { width: number; height: number; fps: number }>> = {
  main: { width: 1280, height: 720, fps: 15 },
  sub: { width: 640, height: 360, fps: 15 },
};

/** Cameras that are drawn, for trying the system without one. */
export function createVirtualAdapter(deps: VirtualAdapterDeps): Adapter {
  const open = async (
    source: CameraSource,
    role: StreamRole,
    name: string | null,
    sink: FragmentSink,
    signal: AbortSignal,
  ) => {
    if (source.kind !== 'virtual') {
      throw new CameraFault('internal', `the virtual adapter was given '${source.kind}'`);
    }
    const size = SIZES[role];
    const scenes = await deps.scenes();
    const drawn = scenes.arguments(source.scene, size);
    return deps.ingest.run({ name, input: { kind: 'drawn', ...drawn, fps: size.fps }, sink, signal });
  };

  return {
    kind: 'virtual',
    roles: () => ['main', 'sub'],
    run: async ({ cameraId, role, source, sink, signal }) => open(source, role, `${cameraId}/${role}`, sink, signal),
    probe: ({ source, timeoutMs, signal }) =>
      probeStreams(
        deps,
        [{ role: 'main', reference: '', open: async (sink, until) => open(source, 'main', null, sink, until) }],
        { timeoutMs, signal },
      ),
  };
}
