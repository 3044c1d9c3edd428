import { idFrom, type IdText, type PartyId } from '../values/ids.ts';
import { FINANCIER_MAKERS, MEMBERS } from '../access/who.ts';
import { z } from 'zod';
import { visibilityOf } from '../access/visibility.ts';
import type { Context } from '../http/context.ts';
import {
  commandRoute,
  type Done,
  type DoneAtOnce,
  type Made,
  type Prepared,
  readRoute,
  type Route,
} from '../http/route.ts';
import { eventsOf } from '../ledger/contract-types.ts';
import { blockTimeOf } from '../ledger/block-time.ts';
import { actingRefusals, partyRefusals } from '../parties/refusals.ts';
import { DeeptierError } from '../values/errors.ts';
import { pageOf } from '../http/schemas.ts';
import { findOffer, ownOffer } from './find.ts';
import { type Offer, type OfferFilter, offersByHash, offersPage } from './queries.ts';
import { offerRefusals as refusals } from './refusals.ts';
import { requirePrivate, requireStanding } from './requirements.ts';
import type { OrderParts } from './sign.ts';
import { dropReplacement, replacementOf, signOffer, storeOrder } from './store.ts';
import { NO_WORD, type OfferTerms, type OfferType } from './terms.ts';

const capability = 'financing';

type Visibility = Offer<OfferTerms>['visibility'];

/** What the body of a new offer says beside its terms. */
interface NewOffer {
  readonly visibility: Visibility;
  readonly replaces?: string | undefined;
}

/** A kind of offer, as the API has it. */
export interface OfferRoom<Terms extends OfferTerms, Order, Query extends z.ZodObject, Shown> {
  readonly type: OfferType<Terms>;
  readonly path: string;
  /** What it is called: "quote", "loan offer". */
  readonly name: string;
  /** The field of a body that says to whom it is open. */
  readonly takersField: string;
  readonly summaries: Readonly<Record<'make' | 'withdraw', string>>;
  /** What a party can do with one that stands: "sell under it". */
  readonly use: string;
  readonly id: z.ZodString;
  readonly newBody: z.ZodType<Order & NewOffer>;
  readonly changeBody: z.ZodType<Order>;
  readonly query: Query;
  readonly resource: z.ZodType<unknown, Shown>;
  filterOf(
    query: z.output<Query>,
  ): { by?: IdText<'PartyId'> | undefined; status: 'open' | 'all' } & Omit<OfferFilter, 'by' | 'openAt'>;
  termsOf(by: PartyId, order: Order): Terms;
  /** The field of the order that is wrong, by what only this kind knows. */
  faultOf(terms: Terms): string | undefined;
  present(ctx: Context, offers: readonly Offer<Terms>[]): Promise<Shown[]>;
}

/** Standing offers of a kind: published for everybody, or signed for some; changed and withdrawn alike. */
export function offerRoutes<Terms extends OfferTerms, Order, Query extends z.ZodObject, Shown>(
  room: OfferRoom<Terms, Order, Query, Shown>,
  parts: OrderParts,
): readonly Route[] {
  return [...readRoutes(room), ...commandRoutes(room, parts)];
}

function readRoutes<Terms extends OfferTerms, Order, Query extends z.ZodObject, Shown>(
  room: OfferRoom<Terms, Order, Query, Shown>,
): readonly Route[] {
  const { type, path, name } = room;
  return [
    readRoute({
      path,
      capability,
      access: MEMBERS,
      lookUp: { list: `${name}s` },
      refusals: [],
      summary: `List the ${name}s you may see, the newest first`,
      description:
        'Published ones, and private ones of your party or for it. Private ones are not on the ledger: they are listed as they are now.',
      query: room.query,
      response: pageOf(room.resource),
      async handle(ctx, { query }) {
        const { by, status, ...narrowed } = room.filterOf(query);
        const filter = {
          ...narrowed,
          by: by === undefined ? undefined : idFrom(by),
          openAt: status === 'open' ? await blockTimeOf(ctx) : undefined,
        };
        const rows = await offersPage(ctx.db, type, await visibilityOf(ctx), filter, ctx.page, ctx.asOf);
        const { items, next } = ctx.page.of(
          rows,
          ({ since, hash }) => [since.toString(), hash],
          (offer) => offer,
        );
        return { items: await room.present(ctx, items), next };
      },
    }),
    readRoute({
      path: `${path}/{id}`,
      capability,
      access: MEMBERS,
      lookUp: { one: name },
      refusals: [type.unknown],
      summary: `Show a ${name}`,
      params: z.strictObject({ id: room.id }),
      response: room.resource,
      async handle(ctx, { params }) {
        const offer = await findOffer(ctx, type, params.id);
        ctx.shows({ kind: name, subject: offer.hash, parties: [offer.by, ...type.takers(offer.terms)] });
        return presented(room, ctx, offer);
      },
    }),
  ];
}

function commandRoutes<Terms extends OfferTerms, Order, Query extends z.ZodObject, Shown>(
  room: OfferRoom<Terms, Order, Query, Shown>,
  parts: OrderParts,
): readonly Route[] {
  const { type, path, name } = room;
  const making = [
    refusals.OFFER_INVALID,
    refusals.OFFER_EXPIRED,
    refusals.TOO_MANY_OFFERS,
    refusals.TOO_MANY_SIGNED,
    partyRefusals.PARTY_UNKNOWN,
    ...actingRefusals,
  ];
  const replacing = [
    type.unknown,
    refusals.NOT_THE_OFFERER,
    refusals.OFFER_IS_WITHDRAWN,
    refusals.OFFER_NOT_PUBLISHED,
    refusals.OFFER_BEING_CHANGED,
  ];
  const params = z.strictObject({ id: room.id });
  return [
    commandRoute({
      method: 'post',
      path,
      capability,
      access: FINANCIER_MAKERS,
      status: 201,
      summary: room.summaries.make,
      description:
        `It stands until it expires, is withdrawn or is used up; whoever it is open to can ${room.use} at once, without asking. A public one is published on the ` +
        `ledger. A private one is signed with your party's key (EIP-712) for the ${room.takersField} it names, and kept here.`,
      body: room.newBody,
      response: room.resource,
      refusals: [...making, ...replacing, refusals.OFFER_ALREADY_PUBLISHED],
      async prepare(ctx, { body }) {
        const terms = await completeTerms(room, ctx, body);
        const before = body.replaces === undefined ? undefined : await ownOffer(ctx, type, body.replaces);
        return offering(room, parts, ctx, terms, body.visibility, before);
      },
      respond: (ctx, outcome) => respond(room, ctx, outcome),
    }),
    commandRoute({
      method: 'put',
      path: `${path}/{id}`,
      capability,
      access: FINANCIER_MAKERS,
      status: 200,
      summary: `Change a ${name}`,
      description:
        'It is withdrawn, and another one with an id of its own stands in its place, both in the same step; it is public or private as the one before. What was ' +
        'taken under the one before does not count against the capacity of the new one. The currency stays.',
      params,
      body: room.changeBody,
      response: room.resource,
      refusals: [...making, ...replacing],
      async prepare(ctx, { params: { id }, body }) {
        const before = await ownOffer(ctx, type, id);
        const terms = await completeTerms(room, ctx, body);
        if (terms.currency !== before.terms.currency) throw invalid('currency');
        return offering(room, parts, ctx, terms, before.visibility, before);
      },
      respond: (ctx, outcome) => respond(room, ctx, outcome),
    }),
    commandRoute({
      method: 'delete',
      path: `${path}/{id}`,
      capability,
      access: FINANCIER_MAKERS,
      status: 200,
      openWithoutStanding: true, // whoever may make none any more can still take back what it offered
      summary: room.summaries.withdraw,
      params,
      response: room.resource,
      refusals: [type.unknown, refusals.NOT_THE_OFFERER, refusals.OFFER_IS_WITHDRAWN],
      prepare: async (ctx, { params: { id } }) => ({ calls: [type.withdraw((await ownOffer(ctx, type, id)).terms)] }),
      respond: (ctx, _outcome, { params: { id } }) => shown(room, ctx, id),
    }),
  ];
}

async function completeTerms<Terms extends OfferTerms, Order, Query extends z.ZodObject, Shown>(
  room: OfferRoom<Terms, Order, Query, Shown>,
  ctx: Context,
  order: Order,
): Promise<Terms> {
  const terms = room.termsOf(ctx.caller.party, order);
  const fault = room.faultOf(terms);
  if (fault !== undefined) throw invalid(fault);
  await requireStanding(ctx, room.type, terms);
  return terms;
}

/** A new offer, in the place of the one before where there is one; a private one stands once that is withdrawn. */
async function offering<Terms extends OfferTerms, Order, Query extends z.ZodObject, Shown>(
  room: OfferRoom<Terms, Order, Query, Shown>,
  parts: OrderParts,
  ctx: Context,
  terms: Terms,
  visibility: Visibility,
  before: Offer<Terms> | undefined,
): Promise<Prepared | DoneAtOnce<Shown>> {
  const { type } = room;
  if (before?.request) throw invalid('lots'); // an answer to a request is withdrawn, and another one given
  if (visibility === 'public') {
    if (before?.visibility !== 'private') return { calls: [type.publish(terms, before?.hash ?? NO_WORD)] };
    return { calls: [type.withdraw(before.terms), type.publish(terms, NO_WORD)] };
  }
  await requirePrivate(ctx, type, terms, room.takersField);
  const signed = await signOffer(ctx, parts, type, terms);
  if (before) return replacingBySigned(ctx, type, before, signed);
  return {
    async atOnce(tx) {
      await storeOrder(tx, signed);
      return shown(room, { ...ctx, db: tx }, signed.hash);
    },
  };
}

async function replacingBySigned<Terms extends OfferTerms>(
  ctx: Context,
  type: OfferType<Terms>,
  before: Offer<Terms>,
  signed: Parameters<typeof storeOrder>[1],
): Promise<Prepared> {
  const other = await replacementOf(ctx.db, before.hash);
  const failed = other && (await ctx.ledgerClient.await(other.operation, 0)).state === 'refused' ? other : undefined;
  return {
    calls: [type.withdraw(before.terms)],
    async record(tx, operation) {
      if (failed) await dropReplacement(tx, failed);
      const stored = await storeOrder(tx, { ...signed, inPlaceOf: { hash: before.hash, operation } });
      if (!stored) throw new DeeptierError(refusals.OFFER_BEING_CHANGED, { offer: before.hash });
    },
  };
}

/** The offer that a command made: the one it published, or the signed one in the place of the one it withdrew. */
async function respond<Terms extends OfferTerms, Order, Query extends z.ZodObject, Shown>(
  room: OfferRoom<Terms, Order, Query, Shown>,
  ctx: Context,
  { events }: Done,
): Promise<Made<Shown>> {
  const published = room.type.publishedIn(events);
  const withdrawn = eventsOf(events, 'OfferBook.OfferWithdrawn')[0]?.args.offer;
  return shown(room, ctx, published ?? (withdrawn && (await replacementOf(ctx.db, withdrawn))?.hash));
}

async function shown<Terms extends OfferTerms, Order, Query extends z.ZodObject, Shown>(
  room: OfferRoom<Terms, Order, Query, Shown>,
  ctx: Context,
  hash: string | undefined,
): Promise<Made<Shown>> {
  const offer = hash === undefined ? undefined : (await offersByHash(ctx.db, room.type, [hash], ctx.asOf)).get(hash);
  if (!offer) throw new Error(`the ${room.name} ${hash} was made and is not there`);
  return { body: await presented(room, ctx, offer), location: `${room.path}/${offer.hash}` };
}

async function presented<Terms extends OfferTerms, Order, Query extends z.ZodObject, Shown>(
  room: OfferRoom<Terms, Order, Query, Shown>,
  ctx: Context,
  offer: Offer<Terms>,
): Promise<Shown> {
  const [body] = await room.present(ctx, [offer]);
  return body as Shown;
}

function invalid(field: string): DeeptierError {
  return new DeeptierError(refusals.OFFER_INVALID, { field });
}
