/**
 * The few calls that recording makes of the file system, as seen by who waits for them. One disk's are made by a thread
 * of its own (`disk-thread.ts`). A parameter, so that a test can let a disk fail.
 */
export interface DiskFiles {
  /** Makes the folders of `path` below `root`, never `root` itself: an unmounted disk must not be written beside. */
  makeFolders(root: string, folders: readonly string[]): Promise<void>;
  /**
   * A new file, for writing; rejects with `EEXIST` when there is one. Resolves to the number by which the calls below
   * know it, until it is closed; then they reject with `EBADF`.
   */
  create(path: string): Promise<number>;
  /** Resolves to how many bytes were written, which may be less than all; rejects with `ENOSPC` when it is none. */
  write(file: number, buffers: readonly Uint8Array[], position: number): Promise<number>;
  /** The bytes and the length of the file are on the disk. */
  sync(file: number): Promise<void>;
  /** The names in a folder are on the disk. */
  syncFolder(path: string): Promise<void>;
  truncate(file: number, bytes: number): Promise<void>;
  close(file: number): Promise<void>;
  remove(path: string): Promise<void>;
  /** The identity file at `path` names this disk; rejects when it cannot be read. */
  names(path: string, diskId: string): Promise<boolean>;
}
