/** RFC 6381 codec strings by the names that people know. */
export function codecName(codec: string): string {
  if (/^(avc1|avc3)\b/.test(codec)) return 'H.264';
  if (/^(hvc1|hev1)\b/.test(codec)) return 'H.265';
  if (/^mp4a\b/.test(codec)) return 'AAC';
  if (/^(mjpeg|jpeg|mp4v\.6c)/i.test(codec)) return 'MJPEG';
  if (/^opus/i.test(codec)) return 'Opus';
  // That is how we pack it; no camera sends FLAC by itself.
  if (/^flac/i.test(codec)) return 'G.711 (FLAC)';
  return codec;
}

/** The names of SDP (RFC 3551) by those that people know; others as they are. */
export function sdpCodecName(name: string): string {
  if (name === 'JPEG') return 'MJPEG';
  if (name === 'H264') return 'H.264';
  if (name === 'H265') return 'H.265';
  if (name === 'MPEG4-GENERIC') return 'AAC';
  if (name === 'PCMA') return 'G.711 A-law';
  if (name === 'PCMU') return 'G.711 µ-law';
  return name;
}
