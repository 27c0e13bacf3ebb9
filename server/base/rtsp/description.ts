import { isPicture, type Mp4Track, type PictureTrack, type SoundTrack } from '../mp4/tracks.ts';

/** Ticks per second of RTP times: 90 kHz for pictures (RFC 6184 §8.2.1, RFC 7798 §7.1), the sampling rate for sound. */
export const clockRateOf = (track: Mp4Track): number => (isPicture(track) ? 90_000 : track.sampleRate);

/** Of the first dynamic payload types (RFC 3551 §6), by the order of tracks. */
export const payloadTypeOf = (index: number): number => 96 + index;

/** What a player is told of MP4 tracks that it will get as RTP (RFC 8866); they are called `track0`, `track1` … */
export function describeTracks(name: string, tracks: readonly Mp4Track[]): string {
  const lines = [
    'v=0',
    'o=- 0 0 IN IP4 127.0.0.1',
    `s=${name.replace(/[\r\n]/g, ' ') || '-'}`,
    'c=IN IP4 0.0.0.0',
    't=0 0',
    'a=control:*',
  ];
  for (const [index, track] of tracks.entries()) {
    const type = payloadTypeOf(index);
    lines.push(`m=${isPicture(track) ? 'video' : 'audio'} 0 RTP/AVP ${type}`);
    lines.push(...(isPicture(track) ? pictureLines(track, type) : soundLines(track, type)));
    lines.push(`a=control:track${index}`);
  }
  return `${lines.join('\r\n')}\r\n`;
}

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');

function pictureLines({ codec, parameterSets }: PictureTrack, type: number): string[] {
  if (codec === 'h264') {
    const profile = parameterSets.find(([first = 0]) => (first & 0x1f) === 7)?.subarray(1, 4);
    const level =
      profile === undefined ? '' : `;profile-level-id=${Buffer.from(profile).toString('hex').toUpperCase()}`;
    const sets = parameterSets.map(base64).join(',');
    return [
      `a=rtpmap:${type} H264/90000`,
      `a=fmtp:${type} packetization-mode=1${level}${sets === '' ? '' : `;sprop-parameter-sets=${sets}`}`,
    ];
  }
  const ofType = (wanted: number): string =>
    parameterSets
      .filter(([first = 0]) => ((first >> 1) & 0x3f) === wanted)
      .map(base64)
      .join(',');
  const sets = [['vps', ofType(32)] as const, ['sps', ofType(33)] as const, ['pps', ofType(34)] as const]
    .filter(([, values]) => values !== '')
    .map(([name, values]) => `sprop-${name}=${values}`);
  return [`a=rtpmap:${type} H265/90000`, ...(sets.length === 0 ? [] : [`a=fmtp:${type} ${sets.join(';')}`])];
}

function soundLines(track: SoundTrack, type: number): string[] {
  if (track.codec !== 'aac') return [`a=rtpmap:${type} ${track.codec.toUpperCase()}/${track.sampleRate}`];
  const config = Buffer.from(track.configuration).toString('hex').toUpperCase();
  return [
    `a=rtpmap:${type} MPEG4-GENERIC/${track.sampleRate}/${track.channels}`,
    `a=fmtp:${type} streamtype=5;profile-level-id=1;mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3;config=${config}`,
  ];
}
