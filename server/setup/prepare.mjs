#!/usr/bin/env node
// Makes a checkout ready: Debian packages, npm packages, build. `node server/setup/prepare.mjs run|test [COMMAND …]`; the
// command runs when the packages are there and the build is, beside the compile of SQLite.
// Plain JavaScript without imports of ours: it runs before anything is installed. Each step is skipped when what it
// makes is there and belongs to these sources, so a second start is at once.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const [, , mode = 'run', ...command] = process.argv;
const nodeMajor = Number(process.versions.node.split('.')[0]);
const NODE_WITH_SQLITE_BINARIES = 22;
const GSTREAMER_FOLDERS = ['x86_64', 'aarch64'].map((machine) => `/usr/lib/${machine}-linux-gnu/gstreamer-1.0`);

/** What each mode needs from the system: a file that shows that it is there, and the Debian package that brings it. */
const NEEDS = {
  run: [
    { program: 'ffmpeg', packages: ['ffmpeg'] },
    { file: '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf', packages: ['fonts-dejavu-core'] },
  ],
  // better-sqlite3 for Node 20 is compiled here; the one for Node 22 and later brings its binaries.
  compile: [
    { program: 'python3', packages: ['python3'] },
    { program: 'make', packages: ['make'] },
    { program: 'g++', packages: ['g++'] },
  ],
  test: [
    { program: 'chromium', packages: ['chromium'] },
    { program: 'openssl', packages: ['openssl'] },
    { file: '/usr/sbin/mosquitto', packages: ['mosquitto'] },
    { file: '/usr/share/perl5/RTSP/Server.pm', packages: ['librtsp-server-perl'] },
    { program: 'gst-launch-1.0', packages: ['gstreamer1.0-tools'] },
    { gstreamer: 'coreelements', packages: ['python3-gi', 'gir1.2-gst-rtsp-server-1.0'] },
    { gstreamer: 'playback', packages: ['gstreamer1.0-plugins-base'] },
    { gstreamer: 'rtpmanager', packages: ['gstreamer1.0-plugins-good'] },
    { gstreamer: 'videoparsersbad', packages: ['gstreamer1.0-plugins-bad'] },
    { gstreamer: 'x264', packages: ['gstreamer1.0-plugins-ugly'] },
    { gstreamer: 'libav', packages: ['gstreamer1.0-libav'] },
  ],
};

await main().catch((error) => fail(error.message));

async function main() {
  if (mode !== 'run' && mode !== 'test') fail(`usage: prepare.mjs run|test, not «${mode}»`);
  const [, minor] = process.versions.node.split('.').map(Number);
  if (nodeMajor < 20 || (nodeMajor === 20 && minor < 19)) {
    fail(`Tamnhin needs Node.js 20.19 or later; this is ${process.versions.node}.`);
  }
  await systemPackages();
  await nodePackages();
  // Neither needs the other, and the compile keeps one core busy.
  await all([compileSqlite(), build().then(besides)]);
}

async function besides() {
  const [program, ...args] = command;
  if (program !== undefined) await run(program, args);
}

async function systemPackages() {
  const needs = [...NEEDS.run];
  if (nodeMajor < NODE_WITH_SQLITE_BINARIES && !hasCompiledSqlite()) needs.push(...NEEDS.compile);
  if (mode === 'test') needs.push(...NEEDS.test);
  const missing = [...new Set(needs.filter((need) => !isThere(need)).flatMap((need) => need.packages))];
  if (missing.length === 0) return;

  const command = `apt-get update && apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (!onPath('apt-get') || process.getuid?.() !== 0) {
    const how = onPath('apt-get')
      ? `Install them as root:\n\n  sudo sh -c '${command}'`
      : 'Install what these Debian packages bring.';
    fail(`Tamnhin needs these system packages: ${missing.join(', ')}.\n${how}\n\nThen run the same command again.`);
  }
  step(`installing Debian packages: ${missing.join(' ')}`);
  await run('sh', ['-c', command], { DEBIAN_FRONTEND: 'noninteractive' });
}

function isThere(need) {
  if (need.program) return onPath(need.program);
  if (need.file) return existsSync(need.file);
  return GSTREAMER_FOLDERS.some((folder) => existsSync(join(folder, `libgst${need.gstreamer}.so`))) && hasBindings();
}

function hasBindings() {
  return GSTREAMER_FOLDERS.some((folder) => existsSync(join(folder, '../girepository-1.0/GstRtspServer-1.0.typelib')));
}

function hasCompiledSqlite() {
  return existsSync(join(root, 'node_modules/better-sqlite3/build/Release/better_sqlite3.node'));
}

async function nodePackages() {
  const stampFile = join(root, 'node_modules/.tamnhin-stamp');
  const stamp = hashOf(
    [join(root, 'package-lock.json')],
    `${process.versions.modules} ${process.platform} ${process.arch}`,
  );
  if (read(stampFile) === stamp) return;

  step('installing npm packages');
  // No install scripts but the one below: onnxruntime's would fetch CUDA, and fails the whole install where it cannot.
  await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
  writeFileSync(stampFile, stamp);
}

/** `npm ci` takes the last one away, so what is there belongs to these packages. */
async function compileSqlite() {
  if (nodeMajor >= NODE_WITH_SQLITE_BINARIES || hasCompiledSqlite()) return;
  step('compiling SQLite for Node 20 (about two minutes, once)');
  await run('npm', ['rebuild', 'better-sqlite3'], headers());
}

/** The headers that came with this Node, so that the compile needs nothing from the network. */
function headers() {
  const prefix = resolve(dirname(process.execPath), '..');
  return existsSync(join(prefix, 'include/node/node.h')) ? { npm_config_nodedir: prefix } : {};
}

async function build() {
  const folders = ['server', 'camera-adapters', 'analytics', 'recordings', 'config', 'player'];
  const files = folders
    .flatMap((folder) => filesBelow(join(root, folder)))
    .filter((file) => !/\.test\.tsx?$/.test(file));
  const own = [
    'package-lock.json',
    'tsconfig.base.json',
    'tsconfig.build.json',
    'vite.config.ts',
    'vite.portal.config.ts',
    'vite.verifier.config.ts',
  ].map((name) => join(root, name));
  const stamp = hashOf([...files, ...own], process.versions.node);
  const stampFile = join(root, 'dist/.tamnhin-stamp');
  if (read(stampFile) === stamp) return;

  step('building');
  await run('npm', ['run', '--silent', 'build']);
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
}

function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function hashOf(files, salt) {
  const hash = createHash('sha256').update(salt);
  for (const file of files) hash.update(file.slice(root.length)).update(readFileSync(file));
  return hash.digest('hex');
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function onPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

async function run(program, args, environment = {}) {
  const child = spawn(program, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...environment },
  });
  const [status] = await once(child, 'exit').catch((error) => {
    throw new Error(`${program} could not be started: ${error.message}`);
  });
  if (status !== 0) throw new Error(`«${program} ${args.join(' ')}» ended with ${status}; its words are above.`);
}

/** Waits for every one of them, also when one has failed. */
async function all(steps) {
  for (const { reason } of await Promise.allSettled(steps)) if (reason) throw reason;
}

function step(what) {
  process.stdout.write(`Tamnhin: ${what} …\n`);
}

function fail(why) {
  process.stderr.write(`${why}\n`);
  process.exit(1);
}
