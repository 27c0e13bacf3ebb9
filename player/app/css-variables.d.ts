import 'react';

declare module 'react' {
  /** Our own variables in `style`. */
  interface CSSProperties {
    '--depth'?: number;
    '--mark'?: string;
  }
}
