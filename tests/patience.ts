import { vi } from 'vitest';

/** Ends when what is waited for is there; a second, as long as it lasts else, is too short on a busy machine. */
const LONGEST_MS = 10_000;

const { waitFor, waitUntil } = vi;
const patient = (options: number | { timeout?: number; interval?: number } = {}) =>
  typeof options === 'number' ? options : { timeout: LONGEST_MS, ...options };
vi.waitFor = (callback, options) => waitFor(callback, patient(options));
vi.waitUntil = (callback, options) => waitUntil(callback, patient(options));
