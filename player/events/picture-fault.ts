import type { PictureFault } from '#contracts/camera';
import type { TamnhinEvent } from '#contracts/events';

/** What an event says of a camera's picture; `null` for an event of another kind. */
export function pictureFaultOf(
  event: TamnhinEvent,
): { fault: PictureFault; sinceMs: number; pictures: string | null } | null {
  switch (event.type) {
    case 'vn.tamnhin.picture.black':
      return { fault: 'black', ...event.data };
    case 'vn.tamnhin.picture.frozen':
      return { fault: 'frozen', ...event.data };
    case 'vn.tamnhin.picture.covered':
      return { fault: 'covered', ...event.data };
    case 'vn.tamnhin.picture.blurred':
      return { fault: 'blurred', ...event.data };
    case 'vn.tamnhin.picture.turned':
      return { fault: 'turned', ...event.data };
    default:
      return null;
  }
}
