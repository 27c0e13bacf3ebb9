/**
 * Pictures that wait to be looked at, of all cameras: at most one of each, the newest. Who is more urgent comes first,
 * and among equals the camera that has waited longest since its last turn, so that a busy camera takes nothing from a
 * quiet one.
 */
export interface LookQueue<T> {
  /** Takes the place of what waited of this camera, which is given back. `urgency`: higher comes first. */
  push(cameraId: string, urgency: number, job: T): T | undefined;
  /** Up to `most`, whose turn it is. */
  take(most: number): T[];
  /** What waited of this camera; it is forgotten. */
  forget(cameraId: string): T | undefined;
  readonly length: number;
}

export function createLookQueue<T>(): LookQueue<T> {
  const waiting = new Map<string, { readonly urgency: number; readonly job: T }>();
  /** Counts turns: a lower number was served longer ago. */
  const served = new Map<string, number>();
  let turns = 0;

  return {
    push(cameraId, urgency, job) {
      const replaced = waiting.get(cameraId)?.job;
      waiting.set(cameraId, { urgency, job });
      return replaced;
    },
    take(most) {
      const order = [...waiting].sort(
        ([a, one], [b, other]) => other.urgency - one.urgency || (served.get(a) ?? 0) - (served.get(b) ?? 0),
      );
      return order.slice(0, most).map(([cameraId, { job }]) => {
        waiting.delete(cameraId);
        turns += 1;
        served.set(cameraId, turns);
        return job;
      });
    },
    forget(cameraId) {
      const job = waiting.get(cameraId)?.job;
      waiting.delete(cameraId);
      served.delete(cameraId);
      return job;
    },
    get length() {
      return waiting.size;
    },
  };
}
