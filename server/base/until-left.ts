/** One call at a time. A promise that is left behind is not waited for, and its failure is not told. */
export type UntilLeft = <T>(promise: Promise<T>) => Promise<T | 'left'>;

/**
 * Waits for something, or until `gone` aborts, whichever is first. Not `Promise.race` with a promise that lives on: each
 * race leaves a reaction on it that keeps its result, and what is read for weeks would all stay in memory.
 */
export function untilLeft(gone: AbortSignal): UntilLeft {
  let leave = (): void => {};
  gone.addEventListener('abort', () => leave(), { once: true });
  return <T>(promise: Promise<T>) =>
    new Promise<T | 'left'>((resolve, reject) => {
      const forget = (): void => {
        leave = () => {};
      };
      leave = () => resolve('left');
      if (gone.aborted) leave();
      promise.then(
        (value) => {
          forget();
          resolve(value);
        },
        (error: unknown) => {
          forget();
          reject(error);
        },
      );
    });
}
