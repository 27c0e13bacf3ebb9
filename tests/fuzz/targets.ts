import { aacTarget, h264Target, h265Target } from './depacketizer-target.ts';
import { rtcpTarget, rtpTarget } from './rtp-target.ts';
import { sdpTarget } from './sdp-target.ts';
import type { FuzzTarget } from './target.ts';
import { wireTarget } from './wire-target.ts';

/** Everything that is fuzzed: a new one is a file and a line here. */
export const TARGETS: readonly FuzzTarget[] = [
  wireTarget,
  sdpTarget,
  rtpTarget,
  rtcpTarget,
  h264Target,
  h265Target,
  aacTarget,
];
