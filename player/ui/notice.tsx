import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './notice.module.css';

const ICONS = { info: IconInfoCircle, good: IconCircleCheck, warn: IconAlertTriangle, bad: IconAlertTriangle };

/** A calm box that says something about what stands around it. `bad` and `warn` are read out at once. */
export function Notice(props: { kind: keyof typeof ICONS; title: string; children?: ReactNode }) {
  const Icon = ICONS[props.kind];
  const urgent = props.kind === 'bad' || props.kind === 'warn';
  return (
    <div className={classes.notice} data-kind={props.kind} role={urgent ? 'alert' : 'status'}>
      <Icon size={18} stroke={1.8} aria-hidden />
      <div className={classes.body}>
        <strong className={classes.title}>{props.title}</strong>
        {props.children !== undefined && <div className={classes.text}>{props.children}</div>}
      </div>
    </div>
  );
}
