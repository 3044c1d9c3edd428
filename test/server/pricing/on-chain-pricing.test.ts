// SPDX-License-Identifier: Apache-2.0
import path from 'node:path';
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import fc from 'fast-check';
import { createHardhatRuntimeEnvironment } from 'hardhat/hre';
import { getCreateAddress, Interface } from 'ethers';
import { allocate, divideHalfUp, MAX_AMOUNT } from '../../../server/values/amounts.ts';
import { loadArtifacts, type Artifact } from '../../../server/ledger/contracts.ts';
import {
  addDays,
  dateOfDayNumber,
  dayNumber,
  daysInMonth,
  ledgerDate,
  type LedgerDate,
  monthOf,
  yearOf,
} from '../../../server/values/dates.ts';
import { DeeptierError } from '../../../server/values/errors.ts';
import { allInCostOf, feesOn, type Lot } from '../../../server/pricing/costs.ts';
import { countDays, DAY_COUNTS, type DayCount, type Period } from '../../../server/values/day-count.ts';
import { DISCOUNT_METHODS, discountOf } from '../../../server/pricing/discount.ts';
import { ppmOf, rateOfPpm } from '../../../server/pricing/rate.ts';
import { rational, type Rational, times } from '../../../server/values/rational.ts';
import { actuals, bonds, fractions, thirties } from '../values/published-day-counts.ts';
import { discounts } from './published-discounts.ts';
import { itWith } from '../../it-with.ts';
import { InProcessProvider } from '../../../server/ledger/chain/providers.ts';
import { compiledTestContract } from '../compiled.ts';
import { runs } from '../../depth.ts';

const PROJECT = path.resolve(import.meta.dirname, '../../..');
const INFINITE_COST = 2n ** 256n - 1n;
const LARGEST_KEY = 2n ** 128n - 1n;

/** What a call returned, or the name of the error it was refused with. */
type Answer = { readonly value: unknown } | { readonly refusal: string; readonly args: readonly unknown[] };

let harness: Interface;
let address: string;
let provider: InProcessProvider;
let close: () => Promise<void>;

/** Asks the contracts the same of every one, in one call. */
async function ask(functionName: string, argumentLists: readonly (readonly unknown[])[]): Promise<Answer[]> {
  const calls = argumentLists.map((args) => harness.encodeFunctionData(functionName, args));
  const returned = await provider.call({ to: address, data: harness.encodeFunctionData('each', [calls]) });
  const outcomes = harness.decodeFunctionResult('each', returned)[0] as readonly { done: boolean; data: string }[];
  assert.lengthOf(outcomes, calls.length);
  return outcomes.map(({ done, data }) => {
    if (done) {
      const values = harness.decodeFunctionResult(functionName, data).toArray(true) as unknown[];
      return { value: values.length === 1 ? values[0] : values };
    }
    const refusal = harness.parseError(data);
    return { refusal: refusal?.name ?? '', args: refusal?.args.toArray(true) ?? [] };
  });
}

/** That of any hundred cases, so many times over, every one is on chain what it is on the server. */
async function agree<Case>(
  cases: fc.Arbitrary<Case>,
  hundreds: number,
  functionName: string,
  argsOf: (one: Case) => readonly unknown[],
  expected: (one: Case) => Answer,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(cases, { minLength: 100, maxLength: 100 }), async (many) => {
      assert.deepEqual(await ask(functionName, many.map(argsOf)), many.map(expected));
    }),
    { numRuns: runs(hundreds, 20 * hundreds) },
  );
}

const countArgs = (convention: DayCount, { start, end, termination }: Period): readonly unknown[] => [
  DAY_COUNTS.indexOf(convention),
  dayNumber(start),
  dayNumber(end),
  dayNumber(termination),
];

async function yearsOnChain(
  counts: readonly { readonly convention: DayCount; readonly period: Period }[],
): Promise<Rational[]> {
  const answers = await ask(
    'yearFraction',
    counts.map(({ convention, period }) => countArgs(convention, period)),
  );
  return answers.map((answer) => {
    assert.isOk(
      'value' in answer,
      JSON.stringify(answer, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)),
    );
    return rational(...(answer.value as [bigint, bigint]));
  });
}

const anyDays = fc.integer({ min: 0, max: dayNumber(ledgerDate('9999-12-31')) }).map(dateOfDayNumber);
const lifetimes = fc
  .integer({ min: dayNumber(ledgerDate('1996-01-01')), max: dayNumber(ledgerDate('2105-12-31')) })
  .map(dateOfDayNumber);
const monthEnds = fc
  .tuple(lifetimes, fc.integer({ min: -1, max: 1 }))
  .map(([date, off]) => addDays(endOfMonth(date), off));
const februaryEnds = fc.integer({ min: 1996, max: 2105 }).map((year) => endOfMonth(ledgerDate(`${year}-02-01`)));
const dates = fc.oneof(anyDays, lifetimes, monthEnds, februaryEnds);
const terms = fc.oneof(
  fc.tuple(dates, dates),
  fc
    .tuple(fc.oneof(lifetimes, monthEnds, februaryEnds), fc.integer({ min: 0, max: 800 }))
    .map(([start, days]) => [start, addDays(start, days)] as const),
);
const periods: fc.Arbitrary<Period> = fc
  .tuple(terms, fc.option(dates, { nil: undefined }))
  .map(([[a, b], termination]) => {
    const [start, end] = a <= b ? [a, b] : [b, a];
    return { start, end, termination: termination ?? end };
  });

function endOfMonth(date: LedgerDate): LedgerDate {
  return ledgerDate(`${date.slice(0, 8)}${daysInMonth(yearOf(date), monthOf(date))}`);
}

const amounts = fc.oneof(
  fc.bigInt({ min: 1n, max: 1_000n }),
  fc.bigInt({ min: 1n, max: 10n ** 14n }),
  fc.bigInt({ min: 1n, max: MAX_AMOUNT }),
);
const ratesPpm = fc.oneof(
  fc.integer({ min: 0, max: 1_000_000 }),
  fc.integer({ min: 0, max: 100 }).map((percent) => percent * 10_000),
  fc.integer({ min: 0, max: 5_000_000 }),
);
const conventions = fc.constantFrom(...DAY_COUNTS);
const years = fc.tuple(conventions, terms).map(([convention, [a, b]]) => {
  const [start, end] = a <= b ? [a, b] : [b, a];
  return countDays(convention, { start, end, termination: end }).years;
});

function faceOf(lots: readonly Lot[]): bigint {
  return lots.reduce((sum, { face }) => sum + face, 0n);
}

describe('pricing on chain', () => {
  before(async () => {
    const artifacts = await loadArtifacts(compiledTestContract('test/contracts/pricing/PricingHarness.sol'));
    const { abi, bytecode } = artifacts.get('PricingHarness') as Artifact;
    harness = new Interface(abi);
    const hardhat = await createHardhatRuntimeEnvironment(
      {
        paths: { artifacts: path.join(import.meta.dirname, 'no-artifacts') },
        networks: {
          prices: {
            type: 'edr-simulated',
            chainType: 'l1',
            chainId: 31_418,
            hardfork: 'cancun',
            initialBaseFeePerGas: 0,
            blockGasLimit: 60_000_000,
          },
        },
      },
      {},
      PROJECT,
    );
    const connection = await hardhat.network.create({ network: 'prices' });
    close = () => connection.close();
    provider = new InProcessProvider(31_418, (request) => connection.provider.request(request));
    const [from] = (await provider.send('eth_accounts', [])) as string[];
    assert.ok(from);
    await provider.send('eth_sendTransaction', [{ from, data: bytecode }]);
    address = getCreateAddress({ from, nonce: 0 });
  });

  after(() => close());

  describe('the contracts and the server', () => {
    for (const convention of DAY_COUNTS) {
      it(`count the same years under ${convention}`, async () => {
        await fc.assert(
          fc.asyncProperty(fc.array(periods, { minLength: 100, maxLength: 100 }), async (many) => {
            const counts = many.map((period) => ({ convention, period }));
            assert.deepEqual(
              await yearsOnChain(counts),
              counts.map(({ period }) => countDays(convention, period).years),
            );
          }),
          { numRuns: 5 },
        );
      });
    }

    for (const method of DISCOUNT_METHODS) {
      it(`take the same off the face by ${method}, and refuse the same`, async () => {
        const refused: string[] = [];
        await agree(
          fc.record({ face: amounts, ppm: ratesPpm, years }),
          5,
          'discount',
          ({ face, ppm, years: { numerator, denominator } }) => [
            DISCOUNT_METHODS.indexOf(method),
            face,
            ppm,
            numerator,
            denominator,
          ],
          ({ face, ppm, years }) => {
            try {
              return { value: discountOf({ method, face, rate: rateOfPpm(String(ppm)), years }) };
            } catch (error) {
              assert.isOk(error instanceof DeeptierError && error.code === 'DISCOUNT_ABOVE_FACE');
              refused.push(error.code);
              const discount = BigInt(error.values['discount'] as string);
              return { refusal: 'DiscountAboveFace', args: [discount > MAX_AMOUNT ? MAX_AMOUNT : discount, face] };
            }
          },
        );
        assert.strictEqual(refused.length > 0, method === 'bank-discount', `${refused.length} were refused`);
      });
    }

    it('charge the same fees', async () => {
      await agree(
        fc.record({ face: amounts, flat: fc.oneof(fc.constant(0n), amounts), ppm: ratesPpm }),
        3,
        'fees',
        ({ face, flat, ppm }) => [face, flat, ppm],
        ({ face, flat, ppm }) => ({ value: feesOn(face, { flat, share: rateOfPpm(String(ppm)) }) }),
      );
    });

    it('charge the same interest', async () => {
      await agree(
        fc.record({ principal: amounts, ppm: ratesPpm, years }),
        3,
        'interest',
        ({ principal, ppm, years: { numerator, denominator } }) => [principal, ppm, numerator, denominator],
        ({ principal, ppm, years }) => {
          const taken = times(rateOfPpm(String(ppm)), years);
          return { value: divideHalfUp(principal * taken.numerator, taken.denominator) };
        },
      );
    });

    it('give every part the same of a whole, and neither gives to nobody', async () => {
      const weights = fc.oneof(
        fc.array(fc.bigInt({ min: 0n, max: 3n }), { maxLength: 40 }),
        fc
          .tuple(amounts, fc.integer({ min: 1, max: 40 }))
          .map(([weight, count]) => Array.from({ length: count }, () => weight)),
        fc.array(amounts, { minLength: 1, maxLength: 40 }),
      );
      await agree(
        fc.record({ total: fc.oneof(fc.bigInt({ min: 0n, max: 50n }), amounts), weights }),
        5,
        'allocate',
        ({ total, weights }) => [total, weights],
        ({ total, weights }) => {
          try {
            return { value: allocate(total, weights) };
          } catch (error) {
            assert.isOk(error instanceof RangeError);
            return { refusal: 'Panic', args: [1n] };
          }
        },
      );
    });

    const lots = fc.array(
      fc.record({
        face: fc.bigInt({ min: 1n, max: 10n ** 15n }),
        days: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 800 })),
      }),
      { minLength: 1, maxLength: 8 },
    );
    const sales = fc
      .tuple(
        lots,
        fc.oneof(fc.constant(0), fc.integer({ min: 900_000, max: 1_000_000 }), fc.integer({ min: 0, max: 1_000_000 })),
      )
      .map(([lots, keptPpm]) => ({ lots, received: (faceOf(lots) * BigInt(keptPpm)) / 1_000_000n }));
    const costArgs = ({ lots, received }: { lots: readonly Lot[]; received: bigint }): readonly unknown[] => [
      faceOf(lots),
      received,
      lots.reduce((sum, { face, days }) => sum + face * BigInt(days), 0n),
    ];

    it('say that selling costs the same a year, to the ppm', async () => {
      await agree(sales, 3, 'allInCost', costArgs, ({ lots, received }) => {
        const cost = allInCostOf(lots, received);
        return { value: cost === undefined ? INFINITE_COST : ppmOf(cost) };
      });
    });

    it('order offers by the same cost, finer than a ppm', async () => {
      await agree(sales, 3, 'costKey', costArgs, ({ lots, received }) => {
        const cost = allInCostOf(lots, received);
        const key = cost === undefined ? LARGEST_KEY : (cost.numerator * 10n ** 18n) / cost.denominator;
        return { value: key > LARGEST_KEY ? LARGEST_KEY : key };
      });
    });
  });

  describe('published cases, on chain', () => {
    itWith(thirties.skip, "ISDA's examples of months of 30 days", async () => {
      const rows = thirties.rows();
      assert.deepEqual(
        await yearsOnChain(rows),
        rows.map(({ days }) => rational(BigInt(days), 360n)),
      );
      assert.isOk(rows.length >= 40, `only ${rows.length} rows`);
    });

    itWith(actuals.skip, 'years of their own length', async () => {
      const rows = actuals.rows();
      for (const [index, { numerator, denominator }] of (await yearsOnChain(rows)).entries()) {
        const row = rows[index] as (typeof rows)[number];
        assert.isOk(Math.abs(Number(numerator) / Number(denominator) - row.decimal) <= 1e-10, row.label);
      }
      assert.isOk(rows.length >= 4, `only ${rows.length} rows`);
    });

    itWith(bonds.skip, 'the bond basis beside its American variant', async () => {
      const rows = bonds.rows();
      assert.deepEqual(
        await yearsOnChain(rows),
        rows.map(({ days }) => rational(BigInt(days), 360n)),
      );
    });

    itWith(fractions.skip, 'year fractions, exactly as the expressions they are published as', async () => {
      const rows = fractions.rows();
      assert.deepEqual(
        await yearsOnChain(rows),
        rows.map(({ exact }) => exact),
      );
      assert.isOk(rows.length >= 30, `only ${rows.length} rows`);
    });

    itWith(discounts.skip, 'discounts, to the fen', async () => {
      const rows = discounts.rows();
      const years = await yearsOnChain(rows);
      const answers = await ask(
        'discount',
        rows.map(({ method, face, ppm }, index) => {
          const { numerator, denominator } = years[index] as Rational;
          const [whole = '', decimals = ''] = ppm.split('.'); // a rate finer than a ppm takes its decimals from the time
          return [
            DISCOUNT_METHODS.indexOf(method),
            face,
            BigInt(whole + decimals),
            numerator,
            denominator * 10n ** BigInt(decimals.length),
          ];
        }),
      );
      assert.deepEqual(
        answers,
        rows.map(({ discount }) => ({ value: discount })),
      );
      assert.isOk(rows.length >= 16, `only ${rows.length} rows`);
    });
  });
});
