/** The device's own camera, asked for in the person's turn. */

export type CameraTrouble = 'insecure' | 'denied' | 'missing' | 'busy';
export type Facing = 'environment' | 'user';

/** Rejects with what `troubleOf` understands. */
export async function openCamera(facing: Facing): Promise<MediaStream> {
  const video = {
    facingMode: { ideal: facing },
    width: { ideal: 1280 },
    height: { ideal: 720 },
    frameRate: { ideal: 25 },
  };
  try {
    return await navigator.mediaDevices.getUserMedia({ video, audio: true });
  } catch (error) {
    // A phone without a microphone, or one that is refused, can still show something.
    if (nameOf(error) !== 'NotFoundError' && nameOf(error) !== 'NotAllowedError') throw error;
    return await navigator.mediaDevices.getUserMedia({ video });
  }
}

export function troubleOf(error: unknown): CameraTrouble {
  switch (nameOf(error)) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    default:
      return window.isSecureContext ? 'missing' : 'insecure';
  }
}

export function closeCamera(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : '';
}
