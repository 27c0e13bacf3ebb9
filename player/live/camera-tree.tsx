import { UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CameraView } from '#contracts/camera';
import type { GroupView } from '#contracts/http';
import { conditionOf } from '../api/camera-condition.ts';
import { matches } from '../ui/fold.ts';
import { SearchField } from '../ui/search-field.tsx';
import { StateDot } from '../ui/state-dot.tsx';
import { CAMERA_DRAG } from './drag.ts';
import classes from './live.module.css';
import { type Branch, treeOf } from './tree.ts';

export interface CameraTreeProps {
  readonly cameras: readonly CameraView[];
  readonly groups: readonly GroupView[];
  readonly shown: ReadonlySet<string>;
  readonly onCall: (cameraId: string) => void;
  readonly onFill: (cameraIds: readonly string[]) => void;
  /** Stands below the cameras; gets what is searched for. */
  readonly more?: (query: string) => ReactNode;
}

/** All cameras by group. Drag one to a cell, or press Enter on it: it goes to the selected cell. */
export function CameraTree({ cameras, groups, shown, onCall, onFill, more }: CameraTreeProps) {
  const { t, i18n } = useTranslation('live');
  const [query, setQuery] = useState('');
  const found = useMemo(
    () => cameras.filter((camera) => matches(`${camera.number} ${camera.name}`, query)),
    [cameras, query],
  );
  const tree = useMemo(() => treeOf(found, groups, i18n.language), [found, groups, i18n.language]);
  return (
    <nav className={classes.tree} aria-label={t('cameras')}>
      <SearchField label={t('searchCameras')} value={query} onChange={setQuery} />
      <div className={classes.treeList}>
        {found.length === 0 && <p className={classes.hint}>{t('nothingFound')}</p>}
        <Cameras cameras={tree.cameras} shown={shown} onCall={onCall} />
        {tree.branches.map((branch) => (
          <Group key={branch.group.id} branch={branch} level={0} shown={shown} onCall={onCall} onFill={onFill} />
        ))}
        {more?.(query)}
      </div>
    </nav>
  );
}

interface GroupProps extends Pick<CameraTreeProps, 'shown' | 'onCall' | 'onFill'> {
  readonly branch: Branch;
  readonly level: number;
}

function Group({ branch, level, shown, onCall, onFill }: GroupProps) {
  const { t } = useTranslation('live');
  const [open, setOpen] = useState(true);
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <div style={{ paddingInlineStart: level === 0 ? 0 : '0.75rem' }}>
      <div className={classes.groupRow}>
        <UnstyledButton className={classes.groupName} aria-expanded={open} onClick={() => setOpen(!open)}>
          <Chevron size={14} aria-hidden />
          <span>{branch.group.name}</span>
          <span className={classes.count}>{branch.all.length}</span>
        </UnstyledButton>
        <UnstyledButton className={classes.fill} onClick={() => onFill(branch.all)} title={t('fillWall')}>
          {t('fill')}
        </UnstyledButton>
      </div>
      {open && (
        <>
          <Cameras cameras={branch.cameras} shown={shown} onCall={onCall} />
          {branch.branches.map((inner) => (
            <Group
              key={inner.group.id}
              branch={inner}
              level={level + 1}
              shown={shown}
              onCall={onCall}
              onFill={onFill}
            />
          ))}
        </>
      )}
    </div>
  );
}

function Cameras({ cameras, shown, onCall }: Pick<CameraTreeProps, 'cameras' | 'shown' | 'onCall'>) {
  return cameras.map((camera) => (
    <UnstyledButton
      key={camera.id}
      className={classes.cameraRow}
      data-shown={shown.has(camera.id)}
      data-camera-row={camera.id}
      draggable
      onDragStart={(event) => event.dataTransfer.setData(CAMERA_DRAG, camera.id)}
      onClick={() => onCall(camera.id)}
    >
      <StateDot state={conditionOf(camera).state} />
      <span className={classes.number}>{camera.number}</span>
      <span className={classes.name} title={camera.name}>
        {camera.name}
      </span>
    </UnstyledButton>
  ));
}
