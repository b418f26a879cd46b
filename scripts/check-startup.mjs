// Holds the start-up budget: the built command against an empty Node process, both timed in this one run.
//
//   node scripts/check-startup.mjs        prints the medians; exits 1 when a budget is broken
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

const [empty, ...own] = medians([EMPTY, ...BUDGETS.map(({ args }) => args)]);
BUDGETS.forEach(({ name, budgetMs }, index) => {
  const over = own[index] - empty;
  console.log(`${name.padEnd(10)} ${over.toFixed(0)} ms over an empty process (budget ${budgetMs} ms)`);
  if (over > budgetMs) process.exitCode = 1;
});
