/** What browsers and Node both have and ECMAScript does not name: as much of it as the contracts mention. */
interface AbortSignal {
  readonly aborted: boolean;
}
