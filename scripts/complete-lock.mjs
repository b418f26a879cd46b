// Adds to package-lock.json the optional packages of other platforms that `npm install` left out because the registry in
// use does not carry them; without them `npm ci` refuses the file everywhere.
//
//   node scripts/complete-lock.mjs        after every `npm install`
import { readFileSync, writeFileSync } from 'node:fs';

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const { packages } = lock;
let added = 0;
for (const { optionalDependencies = {}, dev } of Object.values({ ...packages })) {
  for (const [name, range] of Object.entries(optionalDependencies)) {
    if (packages[`node_modules/${name}`] !== undefined) continue;
    packages[`node_modules/${name}`] = platformEntry(name, range, dev === true);
    added += 1;
  }
}
lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} packages of other platforms added`);

/** Platform packages say in their name where they belong: @scope/tool-linux-x64-musl. */
function platformEntry(name, range, dev) {
  const words = name.split('/').at(-1).split('-');
  const pick = (known) => words.filter((word) => known.includes(word)).slice(0, 1);
  const [system] = pick(SYSTEMS);
  const libc = words.some((word) => word.startsWith('musl'))
    ? ['musl']
    : words.some((word) => word.startsWith('gnu')) && system === 'linux'
      ? ['glibc']
      : null;
  return {
    version: range.replace(/^[\^~]/, ''),
    cpu: pick(PROCESSORS),
    ...(dev ? { dev } : {}),
    ...(libc ? { libc } : {}),
    optional: true,
    os: system ? [system] : [],
  };
}
