import { addDays, dayOf, queryChoice, queryDay, queryLimit } from '../request';
import { type Answer, invalid, Problem, type ProtectedRequest, protectedBackend } from '../shared';
import { figures, money, PRODUCTS, REGIONS, soldOn, sum, unitsOn } from './figures';

const PERIOD_DAYS = { day: 1, week: 7, month: 30 } as const;
const MOST_DAYS = 92;

/** Backend of the sales figures. They follow from region and day alone, so every instance answers the same. */
export const handler = protectedBackend({
  'GET /v1/sales': overview,
  'GET /v1/sales/{region}': ofRegion,
  'GET /v1/sales/{region}/timeseries': timeSeries,
  'GET /v1/products/top': topProducts,
});

function overview({ event, now }: ProtectedRequest): Answer {
  const day = queryDay(event, 'day', now) ?? dayOf(now);
  const before = addDays(day, -1);
  const total = figures(
    sum(REGIONS.map((region) => soldOn(region, day))),
    sum(REGIONS.map((region) => soldOn(region, before))),
  );
  return { status: 200, body: { day, total, regions: REGIONS.map((region) => regionSales(region, day)) } };
}

function ofRegion(request: ProtectedRequest): Answer {
  const region = regionOf(request);
  const day = queryDay(request.event, 'day', request.now) ?? dayOf(request.now);
  return { status: 200, body: regionSales(region, day) };
}

function regionSales(region: string, day: string): Record<string, unknown> {
  return { region, day, figures: figures(soldOn(region, day), soldOn(region, addDays(day, -1))) };
}

function timeSeries(request: ProtectedRequest): Answer {
  const region = regionOf(request);
  const { event, now } = request;
  const from = queryDay(event, 'from', now);
  const to = queryDay(event, 'to', now);
  if (from === undefined || to === undefined) {
    throw invalid(from === undefined ? 'from' : 'to', 'is required');
  }
  if (from > to) {
    throw invalid('from', 'must not be after to');
  }
  if (addDays(from, MOST_DAYS - 1) < to) {
    throw invalid('to', `must be less than ${MOST_DAYS} days after from`);
  }
  const interval = queryChoice(event, 'interval', ['day', 'week']) ?? 'day';
  const step = PERIOD_DAYS[interval];
  const days = daysBetween(from, to);
  const points: Record<string, unknown>[] = [];
  for (let index = 0; index < days.length; index += step) {
    const { revenue, orders } = sum(days.slice(index, index + step).map((day) => soldOn(region, day)));
    points.push({ start: days[index], revenue: money(revenue), orders });
  }
  return { status: 200, body: { region, from, to, interval, points } };
}

function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) {
    days.push(day);
  }
  return days;
}

function topProducts({ event, now }: ProtectedRequest): Answer {
  const period = queryChoice(event, 'period', ['day', 'week', 'month']);
  if (period === undefined) {
    throw invalid('period', 'is required');
  }
  const limit = queryLimit(event, 20, 5);
  const today = dayOf(now);
  const days = Array.from({ length: PERIOD_DAYS[period] }, (_, index) => addDays(today, -index));
  const products = PRODUCTS.map((product) => {
    const units = days.reduce((total, day) => total + unitsOn(product, day), 0);
    return { sku: product.sku, name: product.name, units, revenue: money(units * product.price) };
  })
    .sort((a, b) => b.revenue.amount - a.revenue.amount)
    .slice(0, limit)
    .map((product, index) => ({ rank: index + 1, ...product }));
  return { status: 200, body: { period, products } };
}

function regionOf({ event }: ProtectedRequest): string {
  const region = event.pathParameters?.region ?? '';
  if (!REGIONS.includes(region)) {
    throw new Problem(404, `no region ${region}`);
  }
  return region;
}
