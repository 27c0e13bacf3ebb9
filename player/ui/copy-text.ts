/**
 * Puts text on the clipboard; false when the browser refuses. `navigator.clipboard` exists only on HTTPS and
 * localhost, and many centres run on plain HTTP in their own network.
 */
export async function copyText(text: string, input: HTMLInputElement | null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    input?.select();
    return document.execCommand('copy');
  }
}
