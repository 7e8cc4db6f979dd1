#!/usr/bin/env node
// Starts Gatehouse on a Node that is new enough. The sources need Node 24 or later; where the caller's
// Node is older, the one that npm installed beside us (an optional dependency) takes over.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

var OLDEST = 24;
var here = (path) => fileURLToPath(new URL(path, import.meta.url));
var source = here('../src/cli/main.ts');
var built = here('../dist/cli/main.js');
var main = existsSync(source) ? source : built;

if (Number(process.versions.node.split('.')[0]) >= OLDEST) {
  await import(main);
} else {
  var name = process.platform === 'win32' ? 'node.exe' : 'node';
  var newer = [here('../node_modules/.bin/' + name), here('../../.bin/' + name)].find(existsSync);
  if (!newer) {
    console.error(
      'gatehouse: Node ' +
        process.versions.node +
        ' is too old and no newer one is installed beside Gatehouse.\n' +
        'Run "npm install" again without --omit=optional, or install Node 24 or later.',
    );
    process.exit(1);
  }
  var child = spawn(newer, [main].concat(process.argv.slice(2)), { stdio: 'inherit' });
  ['SIGINT', 'SIGTERM', 'SIGHUP'].forEach((signal) => {
    process.on(signal, () => {
      child.kill(signal);
    });
  });
  child.on('exit', (code, signal) => {
    if (signal) process.kill(process.pid, signal);
    else process.exit(code === null ? 1 : code);
  });
}
