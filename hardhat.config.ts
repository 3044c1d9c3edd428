import { globSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'hardhat/config';

// The compiler is the npm package `solc`, so that nothing is downloaded.
const solc = { version: '0.8.37', path: path.join(import.meta.dirname, 'node_modules/solc/soljson.js') };
const evmVersion = 'cancun'; // OpenZeppelin 5.7 uses MCOPY

// Tests deploy the contracts' own artifacts; they themselves need no costly optimisation. A benchmark's contracts do.
const tests = globSync('test/contracts/**/*.sol', { exclude: ['test/contracts/bench/**'] });
const testCompiler = { ...solc, settings: { evmVersion, optimizer: { enabled: true, runs: 1 } } };

export default defineConfig({
  solidity: {
    compilers: [{ ...solc, settings: { evmVersion, viaIR: true, optimizer: { enabled: true, runs: 1_000 } } }],
    overrides: Object.fromEntries(tests.map((file) => [file, testCompiler])),
  },
  paths: {
    sources: 'contracts',
    tests: { solidity: 'test/contracts' },
  },
  test: {
    solidity: {
      fuzz: { runs: 256 },
      invariant: { runs: 500, depth: 200, failOnRevert: false },
    },
  },
});
