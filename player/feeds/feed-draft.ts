import type { FeedChange, FeedDraft, FeedView } from '#contracts/feeds';

/** A feed as it would be sent to be saved; secrets that are not named stay as they are. */
export function draftOf(feed: FeedView): FeedDraft {
  const { name, sector, ownerUnitId, way, format, carries, mapping, obliged, heartbeatMinutes, paused } = feed;
  const { frozenPeriods, revisionTolerance, synthetic } = feed;
  return {
    ...{ name, sector, ownerUnitId, way, format, carries, mapping, heartbeatMinutes, paused, frozenPeriods },
    ...{ revisionTolerance, synthetic },
    obliged: obliged.map(({ indicator, cells }) => ({ indicator, cells: [...cells] })),
    pull: feed.pull === null ? null : withoutFlag(feed.pull),
    mqtt: feed.mqtt === null ? null : { url: feed.mqtt.url, prefix: feed.mqtt.prefix, username: feed.mqtt.username },
  };
}

function withoutFlag({ url, schedule, timeoutMs, mostBytes }: NonNullable<FeedView['pull']>) {
  return { url, schedule, timeoutMs, mostBytes };
}

/** What of a feed changes in its life. Its mapping, way and owner stay as they are. */
export interface FeedEdit {
  readonly name: string;
  /** Of what is fetched, or of the broker. */
  readonly url: string;
  readonly schedule: string;
  readonly prefix: string;
  readonly username: string;
  /** Empty: what there is stays. */
  readonly secret: string;
  readonly heartbeatMinutes: number | null;
  readonly frozenPeriods: number | null;
  readonly revisionTolerance: number;
}

export function editOf(feed: FeedView): FeedEdit {
  const { name, heartbeatMinutes, frozenPeriods, revisionTolerance, pull, mqtt } = feed;
  return {
    ...{ name, heartbeatMinutes, frozenPeriods, revisionTolerance, secret: '' },
    ...{ url: pull?.url ?? mqtt?.url ?? '', schedule: pull?.schedule ?? '' },
    ...{ prefix: mqtt?.prefix ?? '', username: mqtt?.username ?? '' },
  };
}

/** `obliged`: `null` where nobody touched it, so that what the form cannot show is not lost. */
export function editedFeed(feed: FeedView, edit: FeedEdit, obliged: FeedDraft['obliged'] | null): FeedChange {
  const { heartbeatMinutes, frozenPeriods, revisionTolerance, secret } = edit;
  const before = draftOf(feed);
  const [url, schedule] = [edit.url.trim(), edit.schedule.trim()];
  const [prefix, username] = [edit.prefix.trim(), edit.username.trim()];
  return {
    ...before,
    ...{ name: edit.name.trim(), heartbeatMinutes, frozenPeriods, revisionTolerance, version: feed.version },
    ...(obliged === null ? {} : { obliged }),
    pull: before.pull ? { ...before.pull, url, schedule, ...(secret === '' ? {} : { secret }) } : null,
    mqtt: before.mqtt ? { url, prefix, username, ...(secret === '' ? {} : { password: secret }) } : null,
  };
}
