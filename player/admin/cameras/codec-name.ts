/** RFC 6381 codec strings by the names that people know. */
export function codecName(codec: string): string {
  if (/^(avc1|avc3)\b/.test(codec)) return 'H.264';
  if (/^(hvc1|hev1)\b/.test(codec)) return 'H.265';
  if (/^mp4a\b/.test(codec)) return 'AAC';
  if (/^(mjpeg|jpeg|mp4v\.6c)/i.test(codec)) return 'MJPEG';
  if (/^opus/i.test(codec)) return 'Opus';
  return codec;
}
