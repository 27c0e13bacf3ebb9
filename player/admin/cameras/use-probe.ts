import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { CameraDraft, ProbeResult } from '#contracts/camera';
import { useApi } from '../../api/context.tsx';

type Source = CameraDraft['source'];

/** "Test before save": one at a time, stoppable; its result counts only for the source that was tested. */
export function useProbe(cameraId?: string) {
  const api = useApi();
  const abort = useRef<AbortController | null>(null);
  const probe = useMutation({
    async mutationFn(source: Source): Promise<{ source: string; result: ProbeResult }> {
      abort.current = new AbortController();
      const body = cameraId === undefined ? { source } : { source, cameraId };
      return { source: JSON.stringify(source), result: await api.cameras.probe(body, abort.current.signal) };
    },
  });
  useEffect(() => () => abort.current?.abort(), []);
  const stopped = probe.error instanceof DOMException && probe.error.name === 'AbortError';
  return {
    run: probe.mutateAsync,
    running: probe.isPending,
    stop: () => abort.current?.abort(),
    error: stopped ? null : probe.error,
    resultFor: (source: Source) => (probe.data?.source === JSON.stringify(source) ? probe.data.result : null),
  };
}
