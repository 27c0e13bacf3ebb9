/** `AddressGuard.check`: rejects with `CameraFault` when the server may not call this address. */
export type CheckAddress = (
  url: string,
  schemes: readonly string[],
  signal?: AbortSignal,
) => Promise<{ readonly url: URL; readonly address: string }>;
