import { type ChildProcess, spawn } from 'node:child_process';
import { RUN_MARK } from './child-environment.ts';

// Node cannot ask the kernel to end a child with its parent (PR_SET_PDEATHSIG). So a small shell of its own session
// waits at a pipe from us: it gets the group of each start, and when the pipe closes without "done", which it also does
// when we are killed with -9, it ends that group and every process that carries the mark.
const SCRIPT = `
trap '' INT TERM HUP PIPE
mark=$1
group=
while read -r word; do
  [ "$word" = done ] && exit 0
  group=$word
done
members() {
  grep -ls "$mark" /proc/[0-9]*/environ 2>/dev/null | while IFS=/ read -r _ _ pid _; do echo "$pid"; done
  if [ -n "$group" ] && kill -s 0 -- "-$group" 2>/dev/null; then echo "-$group"; fi
}
end() {
  for one in $(members); do kill -s "$1" -- "$one" 2>/dev/null; done
}
end TERM
tries=0
while [ -n "$(members)" ] && [ $tries -lt 15 ]; do sleep 0.2; tries=$((tries + 1)); done
while [ -n "$(members)" ] && [ $tries -lt 60 ]; do end KILL; sleep 0.1; tries=$((tries + 1)); done
`;

/** What ends an app when Gatehouse is gone. */
export class Leash {
  readonly #shell: ChildProcess;

  constructor(mark: string) {
    this.#shell = spawn('/bin/sh', ['-c', SCRIPT, 'gatehouse-leash', `${RUN_MARK}=${mark}`], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      cwd: '/',
      env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    });
    // Its end shows in writes that fail; the app does not depend on it.
    this.#shell.on('error', () => {});
    this.#shell.stdin?.on('error', () => {});
    this.#shell.unref();
  }

  get pid(): number | undefined {
    return this.#shell.pid;
  }

  /** Names the group to end from now on. */
  hold(group: number): void {
    this.#shell.stdin?.write(`${group}\n`);
  }

  /** Nothing is left to end. */
  letGo(): void {
    this.#shell.stdin?.end('done\n');
  }
}
