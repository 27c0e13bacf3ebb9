import { CameraFault } from '../../camera-adapters/adapter.ts';
import { parseSdp } from '../../camera-adapters/rtsp/sdp.ts';
import { ROGUE_SDP } from '../fakes/rogue-rtsp-server.ts';
import { type FuzzTarget, holds } from './target.ts';

const LONG = `v=0
o=- 1 1 IN IP4 10.0.0.8
s=Media Presentation
b=AS:5050
t=0 0
a=control:rtsp://10.0.0.8:554/main/
a=range:npt=now-
m=video 0 RTP/AVP 96 97
c=IN IP4 0.0.0.0
a=framerate:25.0
a=control:rtsp://10.0.0.8:554/main/trackID=1
a=rtpmap:96 H265/90000
a=fmtp:96 sprop-vps=QAEM; sprop-sps=QgEB; sprop-pps=RAHA;flag
m=audio 0 RTP/AVP 8 0
a=control:trackID=2?x=1
a=rtpmap:8 PCMA/8000/1
m=application 0 RTP/AVP 107
a=control:*
a=rtpmap:107 vnd.onvif.metadata/90000
`;

export const sdpTarget: FuzzTarget = {
  name: 'sdp',
  seeds: [ROGUE_SDP, LONG, LONG.replaceAll('\n', '\r\n'), 'm=video 0 RTP/AVP 26'].map((text) => Buffer.from(text)),
  words: ['\nm=video 0 RTP/AVP ', '\na=rtpmap:96 ', '\na=fmtp:96 ', '\na=control:', '\na=framerate:', '=', ';', '/', '\r', '\0', '999999999999', '-1', 'rtsp://', '*', '?'],
  run(input) {
    let description: ReturnType<typeof parseSdp>;
    try {
      description = parseSdp(Buffer.from(input).toString('utf8'), 'rtsp://10.0.0.8/live');
    } catch (error) {
      if (error instanceof CameraFault && error.kind === 'malformedStream') return;
      throw error;
    }
    holds(description.tracks.length <= 32, 'tracks are bounded');
    for (const track of description.tracks) {
      holds(track.payloadType >= 0 && track.payloadType <= 127, 'a payload type has seven bits');
      holds(Number.isInteger(track.clockRate) && track.clockRate > 0, 'a clock goes forward');
      holds(track.channels >= 1 && track.channels <= 99, 'channels are few');
      holds(track.frameRate === null || (track.frameRate > 0 && track.frameRate <= 240), 'a rate is one');
      holds(/^rtsps?:\/\//i.test(track.control), 'an address is absolute');
      holds(track.parameters.size <= 64, 'parameters are bounded');
      for (const name of track.parameters.keys()) holds(name === name.toLowerCase(), 'names are in lower case');
    }
  },
};
