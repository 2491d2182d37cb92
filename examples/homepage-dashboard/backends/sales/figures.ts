import { seeded } from '../seed';

/** An amount in minor units (cents). */
export interface Money {
  readonly amount: number;
  readonly currency: 'EUR';
}

/** What was sold: the sum from which all answers are made. */
export interface Sold {
  /** In cents. */
  readonly revenue: number;
  readonly orders: number;
}

/** A product of the catalogue. */
export interface Product {
  readonly sku: string;
  readonly name: string;
  /** In cents. */
  readonly price: number;
}

/** Mean revenue of a day by region, in cents. */
const MEAN_REVENUE: ReadonlyMap<string, number> = new Map([
  ['europe', 4_200_000],
  ['north-america', 5_600_000],
  ['latin-america', 1_300_000],
  ['asia-pacific', 3_700_000],
  ['middle-east-africa', 900_000],
]);

export const REGIONS: readonly string[] = [...MEAN_REVENUE.keys()];

/** Share of a mean day, Sunday first: less is sold at the weekend. */
const WEEKDAYS = [0.88, 0.99, 1.02, 1.03, 1.02, 1.09, 0.95] as const;

export const PRODUCTS: readonly Product[] = [
  { sku: 'KIT-1004', name: 'Travel mug', price: 2499 },
  { sku: 'KIT-1017', name: 'Pour-over set', price: 5990 },
  { sku: 'KIT-1052', name: 'Hand grinder', price: 8900 },
  { sku: 'DSK-2001', name: 'Desk lamp', price: 7490 },
  { sku: 'DSK-2030', name: 'Felt desk mat', price: 3490 },
  { sku: 'DSK-2044', name: 'Cable box', price: 2990 },
  { sku: 'BAG-3003', name: 'Day pack', price: 9900 },
  { sku: 'BAG-3011', name: 'Tote bag', price: 1990 },
  { sku: 'AUD-4002', name: 'Shelf speaker', price: 14900 },
  { sku: 'AUD-4019', name: 'Ear plugs', price: 1590 },
  { sku: 'OUT-5006', name: 'Camp chair', price: 6490 },
  { sku: 'OUT-5021', name: 'Head torch', price: 3990 },
];

/** Sales of one region on one day. */
export function soldOn(region: string, day: string): Sold {
  const mean = MEAN_REVENUE.get(region) ?? 0;
  const weekday = WEEKDAYS[new Date(day).getUTCDay()] ?? 1;
  const revenue = Math.round(mean * weekday * (0.88 + 0.24 * seeded('revenue', region, day)));
  const averageOrder = 6_200 + Math.round(1_900 * seeded('order', region, day));
  return { revenue, orders: Math.round(revenue / averageOrder) };
}

/** Units of a product that all regions sold on a day. */
export function unitsOn(product: Product, day: string): number {
  // Cheap things sell more often; some products are liked more than others.
  const usual = (1_000_000 / product.price) * (0.4 + 1.6 * seeded('liked', product.sku));
  return Math.round(usual * (0.7 + 0.6 * seeded('units', product.sku, day)));
}

export function sum(parts: readonly Sold[]): Sold {
  return {
    revenue: parts.reduce((total, { revenue }) => total + revenue, 0),
    orders: parts.reduce((total, { orders }) => total + orders, 0),
  };
}

export function money(amount: number): Money {
  return { amount, currency: 'EUR' };
}

/** The figures of a day beside those of the day before. */
export function figures(sold: Sold, before: Sold): Record<string, unknown> {
  return {
    revenue: money(sold.revenue),
    orders: sold.orders,
    averageOrder: money(sold.orders === 0 ? 0 : Math.round(sold.revenue / sold.orders)),
    changePercent: before.revenue === 0 ? 0 : Math.round((sold.revenue / before.revenue - 1) * 1000) / 10,
  };
}
