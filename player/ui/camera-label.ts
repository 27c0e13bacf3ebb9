/** As a list names a camera. */
export function cameraLabel({ number, name }: { readonly number: number; readonly name: string }): string {
  return `${number} · ${name}`;
}
