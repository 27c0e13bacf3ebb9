import { UnstyledButton } from '@mantine/core';
import { IconArrowUp } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './waiting-above.module.css';

/** Stands over a list that keeps its place while somebody reads: says how much is new above, and brings it. */
export function WaitingAbove({ catchUp, children }: { catchUp: () => void; children: ReactNode }) {
  return (
    <div className={classes.place}>
      <UnstyledButton className={classes.button} onClick={catchUp}>
        <IconArrowUp size={14} aria-hidden />
        {children}
      </UnstyledButton>
    </div>
  );
}
