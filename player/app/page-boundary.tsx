import { Component, type ReactNode } from 'react';
import { BrokenPage } from './broken-page.tsx';

/** Keeps a page that fails from taking the rest of the console with it. */
export class PageBoundary extends Component<{ children: ReactNode }, { error: unknown; failed: boolean }> {
  override state = { error: undefined as unknown, failed: false };

  static getDerivedStateFromError(error: unknown) {
    return { error, failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return <BrokenPage error={this.state.error} reopen={() => this.setState({ error: undefined, failed: false })} />;
  }
}
