import { handler } from '../../examples/homepage-dashboard/backends/sales';
import { type EventOptions, proxyEvent } from './example';

interface Money {
  amount: number;
}
interface RegionSales {
  region: string;
  figures: { revenue: Money; orders: number; averageOrder: Money; changePercent: number };
}

async function get<Body>(resource: string, options: EventOptions = {}): Promise<{ status: number; body: Body }> {
  const { statusCode, body } = await handler(proxyEvent('GET', resource, options));
  return { status: statusCode, body: JSON.parse(body) as Body };
}

const SERIES = '/v1/sales/{region}/timeseries';
const europe = { region: 'europe' };

describe('sales backend', () => {
  test('answers the same for the same region and day, whoever asks and whenever', async () => {
    const query = { day: '2025-03-01' };
    const first = await get('/v1/sales/{region}', { path: europe, query });
    const second = await get('/v1/sales/{region}', {
      path: europe,
      query,
      application: 'x',
      at: '2026-01-01T00:00:00Z',
    });
    expect(second).toEqual(first);
  });

  test('takes the day of the request when none is named', async () => {
    const { body } = await get<{ day: string }>('/v1/sales', { at: '2025-03-10T23:59:59.999Z' });
    expect(body.day).toBe('2025-03-10');
  });

  test('sums the regions exactly', async () => {
    const { body } = await get<{ total: RegionSales['figures']; regions: RegionSales[] }>('/v1/sales');
    const total = (pick: (sales: RegionSales) => number) => body.regions.reduce((sum, region) => sum + pick(region), 0);
    expect(body.total.revenue.amount).toBe(total(({ figures }) => figures.revenue.amount));
    expect(body.total.orders).toBe(total(({ figures }) => figures.orders));
  });

  test('differs by region', async () => {
    const { body } = await get<{ regions: RegionSales[] }>('/v1/sales');
    expect(new Set(body.regions.map(({ figures }) => figures.revenue.amount)).size).toBe(5);
  });

  test('gives the change against the day before', async () => {
    const revenue = async (day: string) =>
      (await get<RegionSales>('/v1/sales/{region}', { path: europe, query: { day } })).body.figures;
    const [before, after] = [await revenue('2025-03-08'), await revenue('2025-03-09')];
    expect(after.changePercent).toBeCloseTo((after.revenue.amount / before.revenue.amount - 1) * 100, 0);
  });

  test('gives a series whose days are the days of the region', async () => {
    const query = { from: '2025-02-27', to: '2025-03-02' };
    const { body } = await get<{ points: { start: string; revenue: Money }[] }>(SERIES, { path: europe, query });
    expect(body.points.map(({ start }) => start)).toEqual(['2025-02-27', '2025-02-28', '2025-03-01', '2025-03-02']);
    const day = await get<RegionSales>('/v1/sales/{region}', { path: europe, query: { day: '2025-03-01' } });
    expect(body.points[2]?.revenue).toEqual(day.body.figures.revenue);
  });

  test('gives a weekly series with the sum of the daily one, the last point being shorter', async () => {
    const range = { from: '2025-03-01', to: '2025-03-10' };
    const points = async (interval: string) =>
      (await get<{ points: { revenue: Money }[] }>(SERIES, { path: europe, query: { ...range, interval } })).body
        .points;
    const [days, weeks] = [await points('day'), await points('week')];
    const sum = (list: { revenue: Money }[]) => list.reduce((total, { revenue }) => total + revenue.amount, 0);
    expect(weeks).toHaveLength(2);
    expect(sum(weeks)).toBe(sum(days));
    expect(weeks[1]?.revenue.amount).toBe(sum(days.slice(7)));
  });

  test.each([
    ['from', { to: '2025-03-01' }],
    ['to', { from: '2025-03-01' }],
    ['from', { from: '2025-03-02', to: '2025-03-01' }],
    ['from', { from: 'yesterday', to: '2025-03-01' }],
    ['from', { from: '2025-02-30', to: '2025-03-01' }],
    ['to', { from: '2025-03-01', to: '2025-03-11' }],
    ['to', { from: '2024-12-08', to: '2025-03-10' }],
    ['interval', { from: '2025-03-01', to: '2025-03-02', interval: 'hour' }],
  ])('refuses the %s of the range %j', async (field, query) => {
    const result = await get(SERIES, { path: europe, query });
    expect(result).toMatchObject({ status: 400, body: { errors: [{ field }] } });
  });

  test('gives a series of 92 days', async () => {
    const query = { from: '2024-12-09', to: '2025-03-10' };
    const { body } = await get<{ points: unknown[] }>(SERIES, { path: europe, query });
    expect(body.points).toHaveLength(92);
  });

  test.each(['/v1/sales/{region}', SERIES])('answers 404 on an unknown region of %s', async (resource) => {
    for (const region of ['atlantis', 'Europe', 'constructor', '']) {
      const query = { from: '2025-03-01', to: '2025-03-02' };
      expect(await get(resource, { path: { region }, query })).toMatchObject({ status: 404 });
    }
  });

  test('ranks products by revenue', async () => {
    const { body } = await get<{ products: { rank: number; revenue: Money }[] }>('/v1/products/top', {
      query: { period: 'week', limit: '20' },
    });
    const revenues = body.products.map(({ revenue }) => revenue.amount);
    expect(revenues).toEqual([...revenues].sort((a, b) => b - a));
    expect(body.products.map(({ rank }) => rank)).toEqual(revenues.map((_, index) => index + 1));
  });

  test('lists five products unless told otherwise', async () => {
    const { body } = await get<{ products: unknown[] }>('/v1/products/top', { query: { period: 'day' } });
    expect(body.products).toHaveLength(5);
  });

  test.each([
    {},
    { period: 'year' },
    { period: 'day', limit: '0' },
    { period: 'day', limit: '21' },
    { period: 'day', limit: '1e1' },
  ])('refuses the ranking %j', async (query) => {
    expect(await get('/v1/products/top', { query })).toMatchObject({ status: 400 });
  });
});
