#!/usr/bin/env node
// Starts Gatehouse on a Node that is new enough. The sources need Node 24 or later; where the caller's
// Node is older, the one that npm installed beside us (an optional dependency) takes over.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

const OLDEST = 24;
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const startHere = async () => {
  // A scan is over before the optimising compiler has earned what it costs: measured, it took up to a sixth of all
  // processor time and gave nothing back, even for half a million lines. Said first, since compiled code is kept by flags.
  if (process.argv[2] === 'scan') setFlagsFromString('--no-turbofan');
  // Beside the packages and not in a folder that other users can write: what lies there is executed.
  module.enableCompileCache?.(here('../node_modules/.cache/gatehouse'));
  const source = here('../src/cli/main.ts');
  await import(existsSync(source) ? source : here('../dist/cli/main.js'));
};

const startElsewhere = () => {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const newer = [here(`../node_modules/.bin/${name}`), here(`../../.bin/${name}`)].find(existsSync);
  if (!newer) {
    console.error(`gatehouse: Node ${process.versions.node} is too old and no newer one is installed beside Gatehouse.
Run "npm install" again without --omit=optional, or install Node 24 or later.`);
    process.exit(1);
  }
  const child = spawn(newer, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (signal) process.kill(process.pid, signal);
    else process.exit(code ?? 1);
  });
};

if (Number(process.versions.node.split('.')[0]) >= OLDEST) await startHere();
else startElsewhere();
