import { mediaSourceClass } from './mse-player.ts';

/** Codec families that this browser cannot play; the server sends those as H.264. */
export function unplayableCodecs(): ('h265' | 'mjpeg')[] {
  const Class = mediaSourceClass();
  const plays = (codec: string): boolean => Class?.isTypeSupported(`video/mp4; codecs="${codec}"`) ?? false;
  // No browser plays Motion JPEG in MP4.
  return plays('hvc1.1.6.L93.B0') ? ['mjpeg'] : ['h265', 'mjpeg'];
}
