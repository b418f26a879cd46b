// Holds the start-up budget: the built command against an empty Node process, both timed in this one run.
//
//   node scripts/check-startup.mjs        prints the medians of the best round; exits 1 when a budget is broken
import { spawnSync } from 'node:child_process';

/** Milliseconds over an empty process. */
const BUDGETS = [
  { name: '--help', args: ['dist/cli/main.js', '--help'], budgetMs: 50 },
  { name: '--version', args: ['dist/cli/main.js', '--version'], budgetMs: 50 },
  { name: 'plan', args: ['dist/cli/main.js', 'plan', 'meta-llama/Llama-3.1-8B-Instruct', '--gpu', 'h100', '--json'], budgetMs: 150 },
];
const EMPTY = ['-e', ''];
const RUNS = 21;

function timeMs(args) {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

/** Runs of all commands take turns, so a busy moment hits them alike; the difference of medians is what counts. */
function medians(commands) {
  const times = commands.map(() => []);
  for (let run = 0; run < RUNS; run++) {
    for (const [index, args] of commands.entries()) times[index].push(timeMs(args));
  }
  return times.map((own) => own.sort((a, b) => a - b)[Math.floor(RUNS / 2)]);
}

/** Other work on the machine only ever adds time, so the best of a few rounds is nearest to the truth. */
const ROUNDS = 4;

const best = BUDGETS.map(() => Number.POSITIVE_INFINITY);
for (let round = 0; round < ROUNDS && broken().length > 0; round++) {
  const [empty, ...own] = medians([EMPTY, ...BUDGETS.map(({ args }) => args)]);
  own.forEach((time, index) => {
    best[index] = Math.min(best[index], time - empty);
  });
}
BUDGETS.forEach(({ name, budgetMs }, index) => {
  console.log(`${name.padEnd(10)} ${best[index].toFixed(0)} ms over an empty process (budget ${budgetMs} ms)`);
});
if (broken().length > 0) process.exitCode = 1;

function broken() {
  return BUDGETS.filter(({ budgetMs }, index) => best[index] > budgetMs);
}
