/** What a publisher announces (RFC 8866), as far as a relay must know it. */
export interface AnnouncedTrack {
  /** As the publisher calls it, relative or absolute: RFC 2326 §C.1.1. */
  readonly control: string;
  readonly codec: 'h264' | 'h265' | 'other';
  /** Its lines from `m=` on, without `a=control` and without ports and addresses of the publisher. */
  readonly lines: readonly string[];
}

const MOST_TRACKS = 4;

/** `null` for a description without a track or with too many. */
export function parseAnnouncement(text: string): readonly AnnouncedTrack[] | null {
  const sections: string[][] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('m=')) sections.push([line.replace(/^(m=\S+) \S+/, '$1 0')]);
    else if (/^[abi]=/.test(line)) sections.at(-1)?.push(line);
  }
  if (sections.length === 0 || sections.length > MOST_TRACKS) return null;
  return sections.map((lines, index) => {
    const control = lines.find((line) => line.startsWith('a=control:'))?.slice('a=control:'.length);
    const encoding = lines.map((line) => /^a=rtpmap:\d+ (H26[45])\//i.exec(line)?.[1]).find((name) => name);
    return {
      control: control ?? `streamid=${index}`,
      codec: encoding === undefined ? 'other' : encoding.endsWith('4') ? 'h264' : 'h265',
      lines: lines.filter((line) => !line.startsWith('a=control:')),
    };
  });
}

/** What players are told; the tracks are called `track0`, `track1` … */
export function writeDescription(tracks: readonly AnnouncedTrack[]): string {
  const lines = ['v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=Simulated camera', 'c=IN IP4 0.0.0.0', 't=0 0', 'a=control:*'];
  for (const [index, track] of tracks.entries()) lines.push(...track.lines, `a=control:track${index}`);
  return `${lines.join('\r\n')}\r\n`;
}
