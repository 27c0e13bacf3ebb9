import { useTranslation } from 'react-i18next';
import type { DiskView } from '#contracts/recordings';
import { useBytes } from '../../ui/use-bytes.ts';
import classes from './disk-meter.module.css';

/** How full a disk is: recordings, what others have on it, what is free, and a line where free space ends to be ours. */
export function DiskMeter({ disk }: { disk: DiskView }) {
  const { t } = useTranslation('admin');
  const bytes = useBytes();
  const { totalBytes, freeBytes, recordedBytes, floorBytes } = disk;
  const used = totalBytes - freeBytes;
  const share = (part: number): string => `${Math.min(100, Math.max(0, (part * 100) / totalBytes))}%`;
  // The index may know of more than the disk says that it holds, while files are deleted.
  const recorded = Math.min(recordedBytes, used);
  return (
    <div
      className={classes.meter}
      role="img"
      aria-label={t('storage.usage', {
        used: bytes(used),
        total: bytes(totalBytes),
        recorded: bytes(recordedBytes),
        free: bytes(freeBytes),
      })}
    >
      <span className={classes.recorded} style={{ width: share(recorded) }} />
      <span className={classes.other} style={{ width: share(used - recorded) }} />
      <span className={classes.floor} style={{ insetInlineEnd: share(floorBytes) }} />
    </div>
  );
}
