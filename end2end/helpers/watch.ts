// Collects what a page complains of: errors of its scripts, console errors, and any word about hydration.

import type { BrowserContext } from '@playwright/test';

/** What a browser says by itself when the server is gone on purpose. */
export const SERVER_GONE = /^WebSocket connection to '[^']+' failed|^TypeError: Failed to fetch|net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|INTERNET_DISCONNECTED)/;

/** What a browser says by itself when a form is refused. */
export const FORM_REFUSED = /^Failed to load resource: the server responded with a status of 422/;

/** What a browser says by itself when what was asked before the end of a session is answered after it. */
export const SIGNED_OUT = /^Failed to load resource: the server responded with a status of 401/;

export class Watch {
  readonly complaints: string[] = [];
  private readonly allowed: RegExp[] = [];

  /** From here on this is expected. */
  allow(pattern: RegExp): void {
    this.allowed.push(pattern);
  }

  /** Listens to every page of a context. */
  follow(context: BrowserContext): void {
    context.on('weberror', (error) => this.note(`page error: ${error.error().stack ?? error.error().message}`));
    context.on('console', (message) => {
      const text = message.text();
      if (message.type() === 'error' || /hydrat/i.test(text)) this.note(`${message.type()}: ${text}`, text);
    });
    // A dialog that nobody opened is a script that should not have run.
    context.on('dialog', (dialog) => {
      this.note(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
  }

  private note(complaint: string, text = complaint): void {
    if (!this.allowed.some((pattern) => pattern.test(text))) this.complaints.push(complaint);
  }
}
