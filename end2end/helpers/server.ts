// A server of a test's own: its own folder, its own port, started and stopped like in production.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export type Role = 'admin' | 'operator' | 'viewer';

/** Variables that a server is given besides its own. */
export type Environment = Record<string, string>;

/** Everybody's password. */
export const PASSWORD = 'correct horse battery staple';

/** How long a server may take to answer, and to stop; in milliseconds. */
const START = 15_000;
const STOP = 12_000;

/** Below the ports that the system hands out, so that a server finds its port again after a restart. */
const FIRST_PORT = 20_000;
const PORTS_PER_WORKER = 500;

export class Server {
  private child: ChildProcess | undefined;
  private output = '';
  private reader: Promise<string> | undefined;

  private constructor(
    readonly folder: string,
    readonly port: number,
    private readonly environment: Environment,
  ) {}

  /** A folder and a port; nothing runs yet. */
  static async make(worker: number, environment: Environment = {}): Promise<Server> {
    return new Server(await mkdtemp(join(tmpdir(), 'opscenter-')), await freePort(worker), environment);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What the server has printed since its last start. */
  get stdout(): string {
    return this.output;
  }

  async start(): Promise<void> {
    this.output = '';
    const child = spawn(binary(), ['serve'], { cwd: this.folder, env: this.env(), stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    child.stdout.on('data', (text) => (this.output += text));
    let log = '';
    child.stderr.on('data', (text) => (log = (log + text).slice(-4_000)));
    // A test run that ends early leaves no server behind.
    const kill = () => child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    for (const deadline = Date.now() + START; ; await pause(25)) {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`the server did not start:\n${log}`);
      // It greets, with the first-run link if there is one, a moment after it begins to answer.
      if (this.output.includes(` is at ${this.url}\n`) && (await this.isReady())) return;
    }
  }

  private async isReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/readyz`)).ok;
    } catch {
      return false;
    }
  }

  /** Ends it by SIGTERM; one that does not stop by itself fails the test. */
  async stop(): Promise<void> {
    const child = this.child;
    this.child = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const code = await Promise.race([ended, pause(STOP, 'late' as const, { ref: false })]);
    if (code === 'late') {
      child.kill('SIGKILL');
      throw new Error(`the server did not stop within ${STOP} ms`);
    }
    if (code !== 0) throw new Error(`the server ended with ${code}`);
  }

  /** Ends it and takes its folder away. */
  async remove(): Promise<void> {
    try {
      await this.stop();
    } finally {
      await rm(this.folder, { recursive: true, force: true });
    }
  }

  /** Runs a command of the server's binary on this server's database; returns what it printed. */
  command(args: string[], input = ''): Promise<string> {
    return new Promise((resolve, reject) => {
      const done = (error: Error | null, stdout: string, stderr: string) =>
        error ? reject(new Error(`opscenter ${args.join(' ')}: ${stderr || error.message}`)) : resolve(stdout);
      const child = execFile(binary(), args, { cwd: this.folder, env: this.env() }, done);
      // A command that asks for nothing may be over before this is written; how it ended tells all.
      child.stdin?.on('error', () => undefined).end(input);
    });
  }

  /** Adds somebody who may sign in; returns the email. */
  async addUser(role: Role, email = `${role}@example.com`): Promise<string> {
    await this.command(['user', 'add', email, '--role', role, '--password-stdin'], `${PASSWORD}\n`);
    return email;
  }

  /** Lets the server's own command sign and send a sample. */
  async send(source: string, event: string): Promise<void> {
    await this.command(['send', source, '--event', event]);
  }

  /** A bearer token that may read. */
  token(): Promise<string> {
    this.reader ??= this.command(['token', 'add', 'reader', '--role', 'viewer']).then((printed) => printed.trim());
    return this.reader;
  }

  private env(): NodeJS.ProcessEnv {
    const { PATH, HOME } = process.env;
    const own = { DATABASE_URL: `sqlite://${join(this.folder, 'o.db')}`, LISTEN: `127.0.0.1:${this.port}`, APP_URL: this.url };
    return { PATH, HOME, ...own, ...this.environment };
  }
}

function binary(): string {
  const path = process.env.OPSCENTER;
  if (!path) throw new Error('OPSCENTER must name the binary of the server');
  return path;
}

let next = 0;

async function freePort(worker: number): Promise<number> {
  for (let tries = 0; tries < PORTS_PER_WORKER; tries++) {
    const port = FIRST_PORT + (worker % 20) * PORTS_PER_WORKER + (next++ % PORTS_PER_WORKER);
    if (await isFree(port)) return port;
  }
  throw new Error('there is no free port');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
