import { execFileSync } from 'node:child_process';
import type { Fragment, StreamInfo } from '#contracts/media';
import { createSplitter } from '../../camera-adapters/ffmpeg/splitter.ts';
import { createPublisher } from '../../camera-adapters/publisher.ts';
import { createFakeClock } from './clock.ts';

export interface KeyFrameOfStream {
  readonly info: StreamInfo;
  readonly fragment: Fragment;
}

/** The first key frame of what FFmpeg draws (`source`, a lavfi graph) and encodes. */
export function drawKeyFrame(encoder: string, source = 'testsrc2=size=640x360:rate=10:duration=1'): KeyFrameOfStream {
  const args = ['-nostdin', '-v', 'error', '-f', 'lavfi', '-i', source, ...encoder.split(' ')];
  args.push('-f', 'mp4', '-movflags', 'empty_moov+default_base_moof+frag_keyframe', 'pipe:1');
  const seen: { info?: StreamInfo; fragment?: Fragment } = {};
  const sink = {
    info(info: StreamInfo) {
      seen.info = info;
    },
    fragment(fragment: Fragment) {
      seen.fragment ??= fragment;
    },
  };
  createSplitter(createPublisher({ sink, clock: createFakeClock() })).push(
    execFileSync('ffmpeg', args, { maxBuffer: 2 ** 26 }),
  );
  if (seen.info === undefined || seen.fragment === undefined) throw new Error('no fragment');
  return { info: seen.info, fragment: seen.fragment };
}
