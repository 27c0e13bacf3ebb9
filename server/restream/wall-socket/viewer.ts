import type { StreamStatus } from '#contracts/camera';
import type { StreamRole } from '#contracts/media';

/** Who sits at the other end of a wall socket, as far as it must know. Given by the door. */
export interface Viewer {
  mayView(cameraId: string): boolean;
  /** For the audit: viewing has begun; the returned function ends it and is called exactly once. */
  beginViewing(cameraId: string, role: StreamRole, via: 'wall'): () => void;
  /** Called when the person's rights may have changed: every cell is asked for again. */
  onChanged(listener: () => void): () => void;
}

/** The states of streams, as the supervisor knows them. */
export interface StreamStatuses {
  /** One for each stream that the camera has; empty when the camera is not known. */
  statuses(cameraId: string): readonly StreamStatus[];
  onStatus(listener: (cameraId: string, status: StreamStatus) => void): () => void;
}
