import { ActionIcon, Button, Group, Stack } from '@mantine/core';
import { IconCameraRotate, IconMicrophone, IconMicrophoneOff, IconPlayerStop, IconVideo } from '@tabler/icons-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PHONE_SOCKET_PATH } from '#contracts/phone';
import { WayIn } from '../app/way-in.tsx';
import { Notice } from '../ui/notice.tsx';
import { type CameraTrouble, closeCamera, type Facing, openCamera, troubleOf } from './camera.ts';
import { recorderFormat, type SendState, startSender } from './sender.ts';
import classes from './share-page.module.css';

type Fault = CameraTrouble | 'noLink' | 'noRecorder';

/** Whoever has the link sends the camera of the device in their hand; no account, and nothing else to see. */
export default function SharePage() {
  const { t } = useTranslation('phone');
  // After the # so that it reaches neither a log of the server nor one of a proxy.
  const [key] = useState(() => decodeURIComponent(location.hash.slice(1)));
  const [fault, setFault] = useState<Fault | null>(() => firstFault(key));
  const [stream, setStream] = useState<MediaStream | null>(null);
  const [facing, setFacing] = useState<Facing>('environment');
  const [stopped, setStopped] = useState(false);

  const open = useCallback(async (from: Facing) => {
    setFault(null);
    try {
      setStream(await openCamera(from));
    } catch (error) {
      setStream(null);
      setFault(troubleOf(error));
    }
  }, []);
  function close(): void {
    setStream(null);
    setStopped(true);
  }
  async function turn(): Promise<void> {
    const other = facing === 'user' ? 'environment' : 'user';
    setFacing(other);
    // Phones open one camera at a time.
    if (stream !== null) closeCamera(stream);
    await open(other);
  }
  useEffect(() => () => (stream === null ? undefined : closeCamera(stream)), [stream]);

  if (stream !== null)
    return <Sending key={stream.id} sendKey={key} stream={stream} stop={close} turn={() => void turn()} />;
  return (
    <WayIn title={t('title')} hint={t('hint')}>
      <Stack gap="md">
        {fault !== null && (
          <Notice kind="bad" title={t(`fault.${fault}`)}>
            {t(`fault.${fault}Hint`)}
          </Notice>
        )}
        {fault === null && stopped && <Notice kind="info" title={t('state.stopped')} />}
        {fault !== 'noLink' && fault !== 'insecure' && fault !== 'noRecorder' && (
          <Button size="lg" leftSection={<IconVideo size={20} />} onClick={() => void open(facing)}>
            {stopped ? t('again') : t('start')}
          </Button>
        )}
      </Stack>
    </WayIn>
  );
}

function Sending(props: { sendKey: string; stream: MediaStream; stop: () => void; turn: () => void }) {
  const { sendKey, stream, stop, turn } = props;
  const { t } = useTranslation('phone');
  const video = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<SendState>({ kind: 'connecting' });
  const [muted, setMuted] = useState(false);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (video.current !== null) video.current.srcObject = stream;
  }, [stream]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is another sender.
  useEffect(() => {
    const format = recorderFormat((mimeType) => MediaRecorder.isTypeSupported(mimeType));
    if (format === null) return;
    const sender = startSender({ key: sendKey, stream, format, url: socketUrl(), onState: setState });
    return () => sender.stop();
  }, [sendKey, stream, attempt]);
  useScreenOn();

  function mute(): void {
    for (const track of stream.getAudioTracks()) track.enabled = muted;
    setMuted(!muted);
  }
  const ended = state.kind === 'ended';
  return (
    <main className={classes.page} aria-label={t('title')}>
      <video ref={video} className={classes.picture} autoPlay muted playsInline aria-label={t('preview')} />
      <div className={classes.top} data-live={state.kind === 'live'}>
        {ended ? (
          <Notice kind="bad" title={t(`ended.${state.why}`)}>
            {t(`ended.${state.why}Hint`)}
          </Notice>
        ) : (
          <output className={classes.state}>
            <span className={classes.dot} aria-hidden />
            <span>
              <strong>{t(`state.${state.kind}`)}</strong>
              {state.kind !== 'connecting' && <span className={classes.as}>{t('as', { camera: state.camera })}</span>}
            </span>
          </output>
        )}
      </div>
      <Group className={classes.bottom} justify="center" gap="xl">
        <ActionIcon size={56} radius="xl" variant="default" aria-label={t('turn')} onClick={turn}>
          <IconCameraRotate size={26} />
        </ActionIcon>
        {ended && state.why !== 'unknownKey' ? (
          <Button size="lg" onClick={() => setAttempt((count) => count + 1)}>
            {t('again')}
          </Button>
        ) : (
          <Button size="lg" color="red" leftSection={<IconPlayerStop size={20} />} onClick={stop}>
            {t('stop')}
          </Button>
        )}
        <ActionIcon
          size={56}
          radius="xl"
          variant="default"
          aria-label={muted ? t('unmute') : t('mute')}
          aria-pressed={muted}
          disabled={stream.getAudioTracks().length === 0}
          onClick={mute}
        >
          {muted ? <IconMicrophoneOff size={26} /> : <IconMicrophone size={26} />}
        </ActionIcon>
      </Group>
    </main>
  );
}

function firstFault(key: string): Fault | null {
  if (key === '') return 'noLink';
  if (!window.isSecureContext || !('mediaDevices' in navigator)) return 'insecure';
  if (!('MediaRecorder' in window) || recorderFormat((type) => MediaRecorder.isTypeSupported(type)) === null) {
    return 'noRecorder';
  }
  return null;
}

function socketUrl(): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${PHONE_SOCKET_PATH}`;
}

/** A phone that dims its screen stops its camera. The lock is lost with each look at another app. */
function useScreenOn(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | undefined;
    let over = false;
    async function keep(): Promise<void> {
      if (document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
      const got = await navigator.wakeLock.request('screen').catch(() => undefined);
      if (over) void got?.release();
      else lock = got;
    }
    void keep();
    const again = (): void => void keep();
    document.addEventListener('visibilitychange', again);
    return () => {
      over = true;
      document.removeEventListener('visibilitychange', again);
      void lock?.release();
    };
  }, []);
}
