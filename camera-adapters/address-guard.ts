/** Decides which addresses the server may call for a camera, so that a camera's address is no door into the house. */
export interface AddressGuard {
  /**
   * Parses `url`, resolves its host once and checks the address. The result names that address, so that nothing is
   * resolved again. Rejects with `CameraFault`: `refusedAddress`, or `unreachable` for a name that has no address.
   */
  check(url: string, schemes: readonly string[], signal?: AbortSignal): Promise<CheckedAddress>;
}

export interface CheckedAddress {
  /** Without user-info, with the host's name. */
  readonly url: URL;
  /** The IP address to connect to. */
  readonly address: string;
  readonly family: 4 | 6;
  /** As found in the address, decoded; empty where there was none. */
  readonly username: string;
  readonly password: string;
  /** The same address with the IP in place of the name and without user-info. */
  readonly pinnedUrl: string;
}

export declare function createAddressGuard(options: {
  /** CIDR ranges that are allowed although they are loopback, link-local or our own. */
  allowNetworks: readonly string[];
}): AddressGuard;
