import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMsePlayer } from './mse-player.ts';

const TYPE = 'video/mp4; codecs="avc1.64001f"';
const WITH_SOUND = 'video/mp4; codecs="avc1.64001f,mp4a.40.2"';
const NOBODYS = 'video/mp4; codecs="xyz1"';
const BYTES = new Uint8Array(8);

/** What a browser gives of Media Source Extensions, as far as the player asks for it; the test says what happens. */
class FakeBuffer extends EventTarget {
  updating = false;
  mode = 'segments';
  start = 0;
  end = 0;
  get buffered() {
    return { length: this.end > this.start ? 1 : 0, start: () => this.start, end: () => this.end };
  }
  appendBuffer(): void {
    this.updating = true;
  }
  changeType(): void {}
  /** The append is done; so much is there now, in seconds. */
  reach(end: number, start = this.start): void {
    [this.start, this.end, this.updating] = [start, end, false];
    this.dispatchEvent(new Event('updateend'));
  }
}

class FakeSource extends EventTarget {
  static isTypeSupported = (type: string): boolean => type !== NOBODYS;
  static newest: FakeSource;
  readonly buffer = new FakeBuffer();
  readyState = 'closed';
  constructor() {
    super();
    FakeSource.newest = this;
  }
  addSourceBuffer = (): FakeBuffer => this.buffer;
  open(): void {
    this.readyState = 'open';
    this.dispatchEvent(new Event('sourceopen'));
  }
}

class FakeVideo extends EventTarget {
  readonly HAVE_CURRENT_DATA = 2;
  readyState = 0;
  currentTime = 0;
  playbackRate = 1;
  paused = true;
  error = null;
  src = '';
  load(): void {}
  removeAttribute(): void {}
  async play(): Promise<void> {
    this.paused = false;
  }
  /** A picture at this second is shown. */
  show(second: number): void {
    [this.readyState, this.currentTime] = [4, second];
    this.dispatchEvent(new Event('timeupdate'));
  }
}

function openPlayer() {
  const video = new FakeVideo();
  const broken: string[] = [];
  let pictures = 0;
  const player = createMsePlayer({
    video: video as unknown as HTMLVideoElement,
    onBroken: (why) => broken.push(why),
    onPicture() {
      pictures += 1;
    },
  });
  const source = FakeSource.newest;
  return { video, player, source, buffer: source.buffer, broken, pictures: () => pictures };
}

describe('the player of one cell', () => {
  let given: ReturnType<typeof vi.spyOn>;
  let returned: ReturnType<typeof vi.spyOn>;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('MediaSource', FakeSource);
    given = vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:one');
    returned = vi.spyOn(URL, 'revokeObjectURL').mockReturnValue();
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  it('is opened before anything has come, and lets go of it even if nothing ever does', () => {
    const { video, player } = openPlayer();
    expect(given).toHaveBeenCalledTimes(1);
    expect(video.src).toBe('blob:one');
    player.close();
    expect(returned).toHaveBeenCalledWith('blob:one');
  });

  it('says what it cannot play', () => {
    const { player, broken } = openPlayer();
    player.init(NOBODYS, BYTES);
    expect(broken).toEqual([`this browser cannot play ${NOBODYS}`]);
  });

  it('begins with the first picture, and plays faster until it is near the newest', () => {
    const { video, player, source, buffer } = openPlayer();
    player.init(TYPE, BYTES);
    player.fragment(BYTES, 1000);
    source.open();
    // Sound may begin earlier, and nothing is shown of that.
    buffer.reach(2, 0.1);
    expect(video).toMatchObject({ paused: false, currentTime: 0.1, playbackRate: 8 });
    video.show(1.9);
    vi.advanceTimersByTime(20);
    expect(video).toMatchObject({ currentTime: 1.9, playbackRate: 1 });
    expect(player.shownWallClockMs()).toBeCloseTo(2800);
  });

  it('jumps near the newest picture where it does not get ahead', () => {
    const { video, player, source, buffer } = openPlayer();
    player.init(TYPE, BYTES);
    player.fragment(BYTES, 1000);
    source.open();
    buffer.reach(4);
    vi.advanceTimersByTime(2000);
    expect(video).toMatchObject({ currentTime: 3.8, playbackRate: 1 });
    vi.advanceTimersByTime(2000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('tells the first picture of each stream, also behind one that had ended', () => {
    const { video, player, source, buffer, pictures } = openPlayer();
    player.init(TYPE, BYTES);
    player.fragment(BYTES, 1000);
    source.open();
    buffer.reach(1);
    expect(pictures()).toBe(0);
    video.show(0);
    video.show(0.9);
    expect(pictures()).toBe(1);
    // The browser's clock has gone on while nothing came.
    video.show(4);
    expect(player.shownWallClockMs()).toBeCloseTo(2000);
    player.init(TYPE, BYTES);
    expect(video.currentTime).toBe(1);
    player.fragment(BYTES, 9000);
    buffer.reach(1.5);
    video.show(0.95);
    expect(pictures()).toBe(1);
    video.show(1.1);
    video.show(1.2);
    expect(pictures()).toBe(2);
  });

  it('is opened anew where sound comes or goes, and by the same stream again it is not', () => {
    const { video, player, source, buffer, broken, pictures } = openPlayer();
    player.init(TYPE, BYTES);
    player.fragment(BYTES, 1000);
    source.open();
    buffer.reach(1);
    video.show(0.9);
    player.init(TYPE, BYTES);
    expect(FakeSource.newest).toBe(source);
    player.init(WITH_SOUND, BYTES);
    const { newest } = FakeSource;
    expect(newest).not.toBe(source);
    source.dispatchEvent(new Event('sourceclose'));
    player.fragment(BYTES, 9000);
    video.currentTime = 0;
    newest.open();
    newest.buffer.reach(1, 0.1);
    expect(video).toMatchObject({ currentTime: 0.1, playbackRate: 8 });
    video.show(0.2);
    expect(player.shownWallClockMs()).toBeCloseTo(9100);
    expect([pictures(), broken]).toEqual([2, []]);
  });

  it('is broken when the browser ends it, or does not take what comes', () => {
    const ended = openPlayer();
    ended.player.init(TYPE, BYTES);
    ended.source.open();
    ended.source.dispatchEvent(new Event('sourceclose'));
    expect(ended.broken).toEqual(['the browser has ended the player']);

    const stuck = openPlayer();
    stuck.player.init(TYPE, BYTES);
    for (let second = 0; second < 10; second += 1) {
      stuck.player.fragment(BYTES, 1000);
      vi.advanceTimersByTime(1000);
    }
    expect(stuck.broken).toEqual(['the browser does not take what is sent']);
  });
});
