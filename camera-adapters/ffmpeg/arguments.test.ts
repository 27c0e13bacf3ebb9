import { describe, expect, it } from 'vitest';
import {
  type FfmpegCommand,
  type IngestInput,
  type IngestOptions,
  ingestCommand,
  stillCommand,
  transcodeCommand,
} from './arguments.ts';

const OPTIONS: IngestOptions = { fragmentMs: 200, readTimeoutMs: 8000, audio: 'copy', timestamps: 'source' };

function words({ inputs, output }: FfmpegCommand): string {
  return [...inputs.flatMap(({ options, source }) => [...options, '-i', source]), ...output, 'pipe:1'].join(' ');
}

const HEAD =
  '-hide_banner -nostdin -nostats -loglevel info -fpsprobesize 0 -probesize 2000000 -analyzeduration 1000000';
const CONCAT = '-f concat -safe 0 -auto_convert 0 -i pipe:0';
const TAIL =
  '-f mp4 -movflags +empty_moov+default_base_moof+frag_keyframe -frag_duration 200000 -flush_packets 1 -max_interleave_delta 200000 pipe:1';
const PROBE = 'option fpsprobesize 0\noption probesize 2000000\noption analyzeduration 1000000\n';

describe('ingest', () => {
  const cases: readonly [string, IngestInput, Partial<IngestOptions>, string, string][] = [
    [
      'RTSP over TCP',
      { kind: 'rtsp', url: 'rtsp://u:p@10.0.0.8:554/main', transport: 'tcp' },
      {},
      `${HEAD} -protocol_whitelist pipe,tcp ${CONCAT} -map 0:v:0 -map 0:a:0? -c:a copy -dn -sn -c:v copy ${TAIL}`,
      `ffconcat version 1.0\nfile 'rtsp://u:p@10.0.0.8:554/main'\noption rtsp_transport tcp\noption timeout 8000000\noption allowed_media_types video+audio\n${PROBE}`,
    ],
    [
      'RTSP over UDP, sound converted',
      { kind: 'rtsp', url: 'rtsp://10.0.0.8/', transport: 'udp' },
      { audio: 'aac' },
      `${HEAD} -protocol_whitelist pipe,tcp,udp,rtp ${CONCAT} -map 0:v:0 -map 0:a:0? -c:a aac -dn -sn -c:v copy ${TAIL}`,
      `ffconcat version 1.0\nfile 'rtsp://10.0.0.8/'\noption rtsp_transport udp\noption timeout 8000000\noption allowed_media_types video+audio\n${PROBE}`,
    ],
    [
      'RTSP over TLS without sound, our own clock',
      { kind: 'rtsp', url: 'rtsps://10.0.0.8/', transport: 'tcp' },
      { audio: 'none', timestamps: 'arrival' },
      `${HEAD} -protocol_whitelist pipe,tcp,tls ${CONCAT} -map 0:v:0 -an -dn -sn -c:v copy ${TAIL}`,
      `ffconcat version 1.0\nfile 'rtsps://10.0.0.8/'\noption rtsp_transport tcp\noption timeout 8000000\noption allowed_media_types video+audio\n${PROBE}option use_wallclock_as_timestamps 1\n`,
    ],
    [
      'our own RTMP server',
      { kind: 'rtmp', url: 'rtmp://127.0.0.1:1935/live/key' },
      {},
      `${HEAD} -protocol_whitelist pipe,rtmp,tcp ${CONCAT} -map 0:v:0 -map 0:a:0? -c:a copy -dn -sn -c:v copy ${TAIL}`,
      `ffconcat version 1.0\nfile 'rtmp://127.0.0.1:1935/live/key'\noption rw_timeout 8000000\n${PROBE}`,
    ],
  ];
  it.each(cases)('%s', (_name, input, options, expected, script) => {
    const command = ingestCommand(input, { ...OPTIONS, ...options });
    expect(words(command)).toBe(expected);
    expect(command.stdin).toBe(script);
  });

  it('draws a picture', () => {
    const inputs = ['-f', 'lavfi', '-i', 'color=c=blue:s=640x360:r=15', '-f', 'lavfi', '-i', 'testsrc2=r=15'];
    const command = ingestCommand({ kind: 'drawn', inputs, filter: '[0:v][1:v]overlay', fps: 15 }, OPTIONS);
    expect(command.inputs.map((input) => input.source)).toEqual(['color=c=blue:s=640x360:r=15', 'testsrc2=r=15']);
    expect(words(command)).toContain(
      '-re -f lavfi -i testsrc2=r=15 -filter_complex [0:v][1:v]overlay -an -c:v libx264 -preset ultrafast',
    );
    expect(words(command)).toContain('-g 30');
    expect(command.stdin).toBeNull();
  });

  it('writes no line and no quote of an address into its script', () => {
    const url = "rtsp://10.0.0.8/a'b\nfile /etc/passwd\n'\\ü x";
    const { stdin } = ingestCommand({ kind: 'rtsp', url, transport: 'tcp' }, OPTIONS);
    const lines = String(stdin).split('\n');
    expect(lines[1]).toBe("file 'rtsp://10.0.0.8/a%27b%0Afile%20/etc/passwd%0A%27%5Cü%20x'");
    expect(lines.filter((line) => line.startsWith('file'))).toHaveLength(1);
  });

  it('never names an address in its arguments, and never allows files', () => {
    for (const [, input, options] of cases) {
      const text = words(ingestCommand(input, { ...OPTIONS, ...options }));
      expect(text).not.toMatch(/:\/\//);
      expect(text).not.toMatch(/whitelist \S*(file|http|concat|data|subfile)/);
    }
  });
});

it('transcodes to what every browser plays, in fragments of at most 200 ms', () => {
  const text = words(transcodeCommand({ fragmentMs: 500 }));
  expect(text).toContain('-protocol_whitelist pipe -f mp4 -i pipe:0');
  expect(text).toContain('-profile:v baseline -pix_fmt yuv420p');
  expect(text).toContain('-frag_duration 200000');
  expect(words(transcodeCommand({ fragmentMs: 40 }))).toContain('-frag_duration 40000');
});

it('makes a still, never enlarged', () => {
  expect(words(stillCommand(undefined))).not.toContain('-vf');
  expect(words(stillCommand(320.7))).toContain("-vf scale='min(320,iw)':-1 -c:v mjpeg");
});
