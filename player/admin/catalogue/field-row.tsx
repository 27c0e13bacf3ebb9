import type { ReactNode } from 'react';
import classes from './catalogue.module.css';

/** Fields beside one another where there is room, else below one another; what is typed into stands on one line. */
export function FieldRow({ children }: { children: ReactNode }) {
  return <div className={classes.fieldRow}>{children}</div>;
}
