import { benchGas } from './gas.ts';

// One bench so far; each is a file beside this one.
await benchGas();
process.exit();
