// A provider's side of an incoming webhook, such as Slack's: it keeps what it is told and answers as it is bid.

import { type Server as Http, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What lets a server reach it: this machine is private, and it speaks plain http. */
export const REACHABLE = { OUTGOING_ALLOW: '127.0.0.1' };

export class Hook {
  /** Bodies, oldest first. */
  readonly told: string[] = [];
  private reply: [status: number, words: string] = [200, 'ok'];

  private constructor(private readonly http: Http) {}

  static async listen(): Promise<Hook> {
    const http = createServer();
    const hook = new Hook(http);
    http.on('request', async (request, answer) => {
      let body = '';
      for await (const part of request) body += part;
      hook.told.push(body);
      const [status, words] = hook.reply;
      answer.writeHead(status, { 'Content-Type': 'text/plain', Connection: 'close' }).end(words);
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    return hook;
  }

  /** Its address; the last part is what must stay secret. */
  url(secret = 'hook-secret-4711'): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}/services/${secret}`;
  }

  /** From here on it answers so. */
  answers(status: number, words: string): void {
    this.reply = [status, words];
  }

  /** Whether some message holds the words. */
  heard(words: string): boolean {
    return this.told.some((body) => body.includes(words));
  }

  close(): Promise<void> {
    this.http.closeAllConnections();
    return new Promise((resolve) => this.http.close(() => resolve()));
  }
}
