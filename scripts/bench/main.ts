// SPDX-License-Identifier: Apache-2.0
import { benchDecode } from './decode.ts';
import { benchGas } from './gas.ts';
import { benchRound } from './round.ts';
import { benchSale } from './sale.ts';

// Each bench is a file beside this one.
await benchDecode();
await benchGas();
await benchRound();
await benchSale();
process.exit();
