// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { DeeptierError } from '../values/errors.ts';
import { amountOrZero } from '../values/schemas.ts';
import { sharePpm, type waterfallBody } from './commands.ts';
import { coverRefusals } from './refusals.ts';
import { type LayerTerms, lossOf, recoveryOf, WHOLE } from './waterfall.ts';

const part = z.strictObject({
  borne: amountOrZero,
  refunded: amountOrZero.meta({ description: 'Of that, what comes back.' }),
});

export const waterfallResource = z
  .strictObject({
    loss: amountOrZero,
    recovered: amountOrZero,
    layers: z.array(
      part.extend({
        carriers: z.array(part.extend({ name: z.string(), share: sharePpm })),
        own: part.meta({ description: "The insured's own share of the layer." }),
      }),
    ),
    carriersPay: amountOrZero.meta({ description: 'On the loss, all of them together.' }),
    carriersGetBack: amountOrZero.meta({ description: 'Of the recovery, all of them together.' }),
    insuredKeeps: amountOrZero.meta({
      description: 'Of the loss, in the end: what was neither paid nor recovered for it.',
    }),
  })
  .meta({
    id: 'WaterfallCalculation',
    description: 'Who bears what of a loss, and who gets back what of a recovery; to the minor unit.',
  });

/** The waterfall of a first loss. Throws `COVER_INVALID` or `LOSS_BELOW_RECOVERY`. */
export function calculateWaterfall(body: z.output<typeof waterfallBody>): z.input<typeof waterfallResource> {
  const [loss, recovered] = [BigInt(body.loss), BigInt(body.recovered)];
  if (recovered > loss)
    throw new DeeptierError(coverRefusals.LOSS_BELOW_RECOVERY, { loss: body.loss, recovered: body.recovered });
  const terms: LayerTerms[] = body.layers.map(({ deductible, cap, carriers }) => ({
    deductible: BigInt(deductible),
    cap: BigInt(cap),
    shares: carriers.map(({ share }) => BigInt(share)),
  }));
  if (terms.some(({ shares }) => sum(shares) > WHOLE))
    throw new DeeptierError(coverRefusals.COVER_INVALID, { field: 'share' });

  const losses = lossOf(terms, loss);
  const recoveries = recoveryOf(terms, loss, recovered);
  const paid = sum(losses.flatMap(({ carriers }) => carriers));
  const back = sum(recoveries.flatMap(({ carriers }) => carriers));
  return {
    loss: body.loss,
    recovered: body.recovered,
    layers: body.layers.map(({ carriers }, place) => {
      const [borne, refunded] = [losses[place], recoveries[place]];
      if (!borne || !refunded) throw new Error(`layer ${place} has no part in the loss`);
      return {
        ...pair(borne.borne, refunded.borne),
        carriers: carriers.map(({ name, share }, of) => ({
          name,
          share,
          ...pair(borne.carriers[of] ?? 0n, refunded.carriers[of] ?? 0n),
        })),
        own: pair(borne.own, refunded.own),
      };
    }),
    carriersPay: paid.toString(),
    carriersGetBack: back.toString(),
    insuredKeeps: (loss - recovered - (paid - back)).toString(),
  };
}

function pair(borne: bigint, refunded: bigint): z.input<typeof part> {
  return { borne: borne.toString(), refunded: refunded.toString() };
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, one) => total + one, 0n);
}
