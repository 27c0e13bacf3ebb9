/** Rows after which others have their turn: cameras go on while a large file is read. */
const EVERY = 500;

export async function breathe(at: number): Promise<void> {
  if (at % EVERY === EVERY - 1) await new Promise((resolve) => setImmediate(resolve));
}
