// The npm scripts' way in. Runs on whatever Node npm runs on (20 or newer): installs what is missing with a Node that
// Hardhat accepts, then hands over to that Node, which the project carries as a dependency.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const project = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const bin = path.join(project, 'node_modules', '.bin');
const mark = path.join(project, 'node_modules', '.deeptier-installed');
const windows = process.platform === 'win32';

const TASKS = {
  start: [['node', 'server/main.ts']],
  demo: [['node', 'scripts/demo/main.ts']],
  rebuild: [['node', 'scripts/rebuild.ts']],
  'first-user': [['node', 'scripts/first-user.ts']],
  bench: [
    ['hardhat', 'build', 'test/contracts/bench/Erc3525Reference.sol'],
    ['node', 'scripts/bench/main.ts'],
  ],
  coverage: [['hardhat', 'test', 'solidity', '--coverage']],
  test: [
    ['tsc', '-p', '.'],
    ['hardhat', 'test', 'solidity'],
    ['node', 'test/run.ts'],
  ],
};

const [task = '', ...rest] = process.argv.slice(2);
const commands = TASKS[task];
if (!commands) {
  console.error(`tasks: ${Object.keys(TASKS).join(', ')}`);
  process.exit(2);
}

await install();
if (!fs.existsSync(path.join(project, 'artifacts'))) console.log('compiling the contracts …');
await run(['hardhat', 'build', '--no-tests', '--quiet'], { silent: task !== 'test' });
for (const [index, command] of commands.entries())
  await run([...command, ...(index === commands.length - 1 ? rest : [])]);

/** Installs the locked dependencies unless this lock file's are there. */
async function install() {
  const lock = createHash('sha256')
    .update(fs.readFileSync(path.join(project, 'package-lock.json')))
    .digest('hex');
  if (fs.existsSync(mark) && fs.readFileSync(mark, 'utf8') === lock) return;
  console.log('installing dependencies …');
  // Hardhat's native part is only installed when npm itself runs on a Node that Hardhat accepts.
  await run(['npx', '--yes', '--package', 'node@24', 'npm', 'ci', '--no-audit', '--no-fund'], { global: true });
  fs.writeFileSync(mark, lock);
}

function run([program, ...args], { global = false, silent = false } = {}) {
  const child = spawn(program, args, {
    cwd: project,
    stdio: ['inherit', silent ? 'ignore' : 'inherit', 'inherit'],
    shell: windows,
    env: {
      ...process.env,
      HARDHAT_DISABLE_TELEMETRY_PROMPT: 'true',
      ...(global ? {} : { PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}` }),
    },
  });
  // Ctrl-C reaches the child too; it is the child that ends in good order.
  const pass = (signal) => child.kill(signal);
  process.on('SIGTERM', pass);
  process.on('SIGINT', () => {});
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(`${program}: ${error.message}`);
      process.exit(1);
    });
    child.on('exit', (code, signal) => {
      process.off('SIGTERM', pass);
      if (code === 0) resolve();
      else process.exit(signal ? 1 : (code ?? 1));
    });
  });
}
