import { describe, expect, it } from 'vitest';
import { join, parseSdp } from './sdp.ts';

/** Descriptions in the manner of many makers: written for these tests, not copied from a device. */
const BASE = 'rtsp://10.0.0.8/stream/';
const text = (...lines: readonly string[]): string => `${lines.join('\r\n')}\r\n`;

/** A track in short. */
function short(sdp: string, base = BASE): string[] {
  return parseSdp(sdp, base).tracks.map(
    ({ media, payloadType, encoding, clockRate, channels, control, frameRate }) =>
      `${media} ${payloadType} ${encoding}/${clockRate}/${channels} ${frameRate ?? '-'} ${control}`,
  );
}

describe('descriptions as cameras write them', () => {
  it('with absolute addresses of their own, a bandwidth and a third track of metadata', () => {
    const sdp = text(
      'v=0',
      'o=- 1717000000000000 1717000000000000 IN IP4 192.168.1.64',
      's=Media Presentation',
      'e=NONE',
      'b=AS:5050',
      't=0 0',
      'a=control:rtsp://192.168.1.64:554/Streaming/Channels/101/',
      'm=video 0 RTP/AVP 96',
      'c=IN IP4 0.0.0.0',
      'b=AS:5000',
      'a=recvonly',
      'a=x-dimensions:1920,1080',
      'a=control:rtsp://192.168.1.64:554/Streaming/Channels/101/trackID=1',
      'a=rtpmap:96 H265/90000',
      'a=fmtp:96 sprop-vps=QAEMAf//; sprop-sps=QgEBAWAAAAM=; sprop-pps=RAHA8vA8kAA=',
      'a=Media_header:MEDIAINFO=494D4B48;',
      'a=appversion:1.0',
      'm=audio 0 RTP/AVP 8',
      'a=recvonly',
      'a=control:rtsp://192.168.1.64:554/Streaming/Channels/101/trackID=2',
      'a=rtpmap:8 PCMA/8000',
      'm=application 0 RTP/AVP 107',
      'a=control:rtsp://192.168.1.64:554/Streaming/Channels/101/trackID=3',
      'a=rtpmap:107 vnd.onvif.metadata/90000',
    );
    const description = parseSdp(sdp, BASE);
    expect(description.control).toBe('rtsp://192.168.1.64:554/Streaming/Channels/101/');
    expect(short(sdp)).toEqual([
      'video 96 H265/90000/1 - rtsp://192.168.1.64:554/Streaming/Channels/101/trackID=1',
      'audio 8 PCMA/8000/1 - rtsp://192.168.1.64:554/Streaming/Channels/101/trackID=2',
      'other 107 VND.ONVIF.METADATA/90000/1 - rtsp://192.168.1.64:554/Streaming/Channels/101/trackID=3',
    ]);
    expect([...(description.tracks[0]?.parameters ?? [])]).toEqual([
      ['sprop-vps', 'QAEMAf//'],
      ['sprop-sps', 'QgEBAWAAAAM='],
      ['sprop-pps', 'RAHA8vA8kAA='],
    ]);
  });

  it('with a query in the base that addresses are appended to', () => {
    const sdp = text(
      'v=0',
      'o=- 2229 2229 IN IP4 0.0.0.0',
      's=RTSP Session/2.0',
      'c=IN IP4 0.0.0.0',
      't=0 0',
      'a=control:*',
      'a=range:npt=now-',
      'a=packetization-supported:DH',
      'm=video 0 RTP/AVP 96',
      'a=control:trackID=0',
      'a=framerate:25.000000',
      'a=rtpmap:96 H264/90000',
      'a=fmtp:96 packetization-mode=1;profile-level-id=4D401F;sprop-parameter-sets=Z01AH42NQCgC3/gLcBAQFAAAD6AAATiDoYADq==,aO44gA==',
      'a=recvonly',
      'm=audio 0 RTP/AVP 97',
      'a=control:trackID=1',
      'a=rtpmap:97 MPEG4-GENERIC/16000',
      'a=fmtp:97 streamtype=5;profile-level-id=1;mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3;config=1408',
    );
    const base = 'rtsp://10.0.0.8:554/cam/realmonitor?channel=1&subtype=0';
    expect(parseSdp(sdp, base).control).toBe(base);
    expect(short(sdp, `${base}/`)).toEqual([
      `video 96 H264/90000/1 25 ${base}/trackID=0`,
      `audio 97 MPEG4-GENERIC/16000/1 - ${base}/trackID=1`,
    ]);
    expect(short(sdp, base)[0]).toBe(`video 96 H264/90000/1 25 ${base}/trackID=0`);
    const [video, audio] = parseSdp(sdp, base).tracks;
    expect(video?.parameters.get('sprop-parameter-sets')).toBe('Z01AH42NQCgC3/gLcBAQFAAAD6AAATiDoYADq==,aO44gA==');
    expect(audio?.parameters.get('sizelength')).toBe('13');
  });

  it('of a small server: one track, LF only, no end of the last line, no address of its own', () => {
    const sdp = 'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=Unnamed\nt=0 0\nm=video 0 RTP/AVP 35\na=rtpmap:35 H264/90000';
    expect(short(sdp)).toEqual([`video 35 H264/90000/1 - ${BASE}`]);
  });

  it('of a bare board: nothing but a track', () => {
    expect(short('m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:trackID=0')).toEqual([
      `video 96 H264/90000/1 - ${BASE}trackID=0`,
    ]);
  });

  it('with types that need no map, upper and lower case, and spaces where none belong', () => {
    const sdp = text(
      'v=0',
      'm=video 0 RTP/AVP 26',
      'a=control:video',
      'a=framerate: 12.5',
      'm=AUDIO 0 rtp/avp 0',
      'a=control:/audio?x=1',
      'm=audio 0 RTP/AVP 97 0 ',
      'A=Control:a3 ',
      'a=rtpmap: 97  opus / 48000 / 2 ',
      'm=video 0 RTP/AVP',
      'a=rtpmap:98 h264/0',
      'a=framerate:30/1',
    );
    expect(short(sdp)).toEqual([
      `video 26 JPEG/90000/1 12.5 ${BASE}video`,
      `audio 0 PCMU/8000/1 - ${BASE}audio?x=1`,
      `audio 97 OPUS/48000/2 - ${BASE}a3`,
      `video 98 H264/90000/1 30 ${BASE}`,
    ]);
  });

  it('with parameters before their map, twice, without values, and of other types', () => {
    const sdp = text(
      'm=video 0 RTP/AVP 96',
      'a=fmtp:96 Packetization-Mode = 1;;flag; ',
      'a=rtpmap:96 H264/90000',
      'a=fmtp:96 x=a=b',
      'a=fmtp:97 y=1',
      'a=fmtp:96',
    );
    expect([...(parseSdp(sdp, BASE).tracks[0]?.parameters ?? [])]).toEqual([
      ['packetization-mode', '1'],
      ['flag', ''],
      ['x', 'a=b'],
    ]);
  });
});

describe('what is none', () => {
  it.each([
    ['nothing', ''],
    ['another kind of text', '<html>\r\n<body>m=video</body>'],
    ['a track without a type', 'm=video 0 RTP/AVP\r\n'],
    ['a type that is none', 'm=video 0 RTP/AVP 200\r\n'],
    ['a type that is none, twice', 'm=video 0 RTP/AVP 200\r\na=rtpmap:200 H264/90000\r\n'],
    ['half a line', 'm=\r\nm=video\r\nm=video 0'],
  ])('%s has no track', (_name, sdp) => {
    expect(short(sdp)).toEqual([]);
  });

  it('has bounds', () => {
    const track = 'm=video 0 RTP/AVP 96\r\n';
    expect(parseSdp(track.repeat(32), BASE).tracks).toHaveLength(32);
    expect(() => parseSdp(track.repeat(33), BASE)).toThrow('more than 32 tracks');
    const many = `${track}a=fmtp:96 ${Array.from({ length: 5000 }, (_, index) => `p${index}=1`).join(';')}\r\n`;
    expect(parseSdp(many, BASE).tracks[0]?.parameters.size).toBe(64);
    expect(short(`${track}a=control:${'x'.repeat(3000)}\r\n`)).toEqual([`video 96 /90000/1 - ${BASE}`]);
    expect(short(`${track}a=framerate:0\r\n`)).toEqual([`video 96 /90000/1 - ${BASE}`]);
    expect(short(`${track}a=framerate:1e9\r\n`)).toEqual([`video 96 /90000/1 - ${BASE}`]);
    for (const rate of ['0.00001', '1/999999999999', '1/0', '1001']) {
      expect(short(`${track}a=framerate:${rate}\r\n`)).toEqual([`video 96 /90000/1 - ${BASE}`]);
    }
  });
});

it.each([
  ['rtsp://h/a', 'track1', 'rtsp://h/a/track1'],
  ['rtsp://h/a/', 'track1', 'rtsp://h/a/track1'],
  ['rtsp://h/a/', '/track1', 'rtsp://h/a/track1'],
  ['rtsp://h/a?b=c', 'track1', 'rtsp://h/a?b=c/track1'],
  ['rtsp://h/a', '?ctype=video', 'rtsp://h/a?ctype=video'],
  ['rtsp://h/a', 'RTSP://h2/b', 'RTSP://h2/b'],
  ['rtsp://h/a', 'file:///etc/passwd', 'rtsp://h/a/file:///etc/passwd'],
  ['rtsp://h/a', '*', 'rtsp://h/a'],
])('the address %s with %s is %s', (base, control, expected) => {
  expect(join(base, control)).toBe(expected);
});
