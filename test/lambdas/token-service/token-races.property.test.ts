import fc from 'fast-check';
import { outboxEntries } from '../../../lambdas/lib/outbox';
import { enforced } from './support/enforced';
import { Harness, NOW } from './support/harness';
import { MemoryTrail } from './support/memory-trail';

const SECONDS = NOW / 1000;
const LIFE = 10_000;
const isLong = process.env.GATEHOUSE_TEST_LONG !== undefined;

let service: Harness;
let trail: MemoryTrail;
beforeAll(async () => {
  service = await Harness.start();
});
beforeEach(() => {
  service.now = NOW;
  trail = new MemoryTrail();
  service.overrides = { trail };
});
afterAll(() => service.close());

/** Something that is done to a token, or that the time or the aggregator does. */
const STEP = fc.oneof(
  fc.record({
    do: fc.constant('rotate' as const),
    overlapSeconds: fc.integer({ min: 0, max: 300 }),
    startsAtFirstUse: fc.boolean(),
  }),
  fc.record({ do: fc.constant('replace' as const) }),
  fc.record({ do: fc.constant('end-grace' as const) }),
  fc.record({ do: fc.constant('disable' as const) }),
  fc.record({ do: fc.constant('enable' as const) }),
  fc.record({
    do: fc.constant('update' as const),
    name: fc.string({ minLength: 1, maxLength: 5, unit: fc.constantFrom('a', 'b', 'c') }),
  }),
  fc.record({ do: fc.constant('shorten' as const), seconds: fc.integer({ min: 200, max: LIFE }) }),
  fc.record({ do: fc.constant('delay' as const), seconds: fc.integer({ min: 1, max: 100 }) }),
  fc.record({ do: fc.constant('use' as const) }),
);
type Step = typeof STEP extends fc.Arbitrary<infer T> ? T : never;

const iso = (seconds: number) => new Date(seconds * 1000).toISOString();

/** A token with every secret that it ever had. */
class Subject {
  readonly secrets: string[] = [];

  private constructor(readonly id: string) {}

  static async issue(): Promise<Subject> {
    const { body } = await service.issue({ expiresInSeconds: LIFE });
    const subject = new Subject(body.id);
    subject.secrets.push(body.token);
    return subject;
  }

  async act(step: Step) {
    const path = `/v1/tokens/${this.id}`;
    switch (step.do) {
      case 'rotate':
      case 'replace': {
        const { do: _, ...command } = step;
        const reply = await service.request('POST', `${path}/rotate`, {
          body: step.do === 'rotate' ? command : { replaceNewest: true },
        });
        if (reply.body.token !== undefined) {
          this.secrets.push(reply.body.token);
        }
        return reply;
      }
      case 'update':
        return this.patch({ name: step.name });
      case 'shorten':
        return this.patch({ expiresAt: iso(Math.floor(service.now / 1000) + step.seconds) });
      case 'delay':
        return this.patch({ notBefore: iso(Math.floor(service.now / 1000) + step.seconds) });
      case 'use':
        return this.use();
      default:
        return service.request('POST', `${path}/${step.do}`);
    }
  }

  revoke() {
    return service.request('POST', `/v1/tokens/${this.id}/revoke`);
  }

  async shown() {
    return (await service.request('GET', `/v1/tokens/${this.id}`)).body;
  }

  private async patch(body: object) {
    const { version } = await service.storedToken(this.id);
    const reply = await service.request('PATCH', `/v1/tokens/${this.id}`, {
      body,
      headers: { 'If-Match': `"${version}"` },
    });
    if (reply.status === 200) {
      // Nothing came between what was seen and the change.
      expect([version, version + 1]).toContain(reply.body.version);
    }
    return reply;
  }

  /** What the aggregator does: it writes beside the service, and does not touch the version. */
  private async use(): Promise<undefined> {
    const { uses = {}, generations, version } = await service.storedToken(this.id);
    const number = Math.max(...generations.map((generation) => generation.number));
    const at = Math.floor(service.now / 1000);
    const use = { firstAt: uses[number]?.firstAt ?? at, lastAt: at };
    await service.overwriteToken(this.id, { uses: { ...uses, [number]: use } }, version).catch(() => undefined);
    return undefined;
  }
}

/** Every change of the record has its entry, in the trail or in the outbox, and no entry is of something that was not done. */
async function expectAllTold({ id }: Subject): Promise<void> {
  const record = await service.storedToken(id);
  const told = [...trail.all, ...outboxEntries(record)].filter(({ object }) => object.id === id);
  expect(new Set(told.map((entry) => entry.id)).size).toBe(record.version);
}

describe('whatever happens at once', () => {
  test(
    'a revoked token never comes back, no version is given twice, no third secret lives, and all is told',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(STEP, { minLength: 2, maxLength: 7 }), fc.nat(), async (steps, place) => {
          const subject = await Subject.issue();
          const actions = steps.map((step) => () => subject.act(step));
          const [, ...replies] = await Promise.all([
            ...actions.slice(0, place % steps.length).map((action) => action()),
            subject.revoke(),
            ...actions.slice(place % steps.length).map((action) => action()),
          ]);
          // What comes after the revocation changes nothing any more.
          const late = await Promise.all(actions.map((action) => action()));
          const record = await service.storedToken(subject.id);
          expect([record.status, record.revokedAt]).toEqual(['revoked', SECONDS]);
          expect(record.generations.length).toBeLessThanOrEqual(2);
          for (const secret of subject.secrets) {
            expect(await enforced(service, secret)).not.toEqual(expect.any(Number));
          }
          expect(late.flatMap((reply) => (reply?.body.token === undefined ? [] : [reply]))).toEqual([]);
          expect(replies.every((reply) => reply === undefined || reply.status < 500)).toBe(true);
          await expectAllTold(subject);
        }),
        { numRuns: isLong ? 300 : 12 },
      );
    },
    isLong ? 3_600_000 : 120_000,
  );

  test(
    'without a revocation no change is lost: as many versions as changes that were answered',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(STEP, { minLength: 2, maxLength: 7 }), async (steps) => {
          const subject = await Subject.issue();
          const replies = await Promise.all(steps.map((step) => subject.act(step)));
          const record = await service.storedToken(subject.id);
          const answered = replies.flatMap((reply) => (reply?.status === 200 ? [Number(reply.body.version)] : []));
          expect(new Set([1, ...answered]).size).toBe(record.version);
          // Each secret that was shown was the newest one once.
          const newest = Math.max(...record.generations.map(({ number }) => number));
          expect(newest).toBe(subject.secrets.length);
          const live = await Promise.all(subject.secrets.map((secret) => enforced(service, secret)));
          expect(live.filter((verdict) => typeof verdict === 'number').length).toBeLessThanOrEqual(2);
          await expectAllTold(subject);
        }),
        { numRuns: isLong ? 300 : 12 },
      );
    },
    isLong ? 3_600_000 : 120_000,
  );
});

test(
  'what is shown is what the authorizer does, at the second of each change and the one before it',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(STEP, fc.nat({ max: 200 })), { minLength: 1, maxLength: 8 }),
        async (steps) => {
          service.now = NOW;
          const subject = await Subject.issue();
          for (const [step, pause] of steps) {
            await subject.act(step);
            service.now += pause * 1000;
          }
          const record = await service.storedToken(subject.id);
          const { secrets = [] } = await subject.shown();
          const ends = secrets.map(({ endsAt }: { endsAt: string }) => Date.parse(endsAt) / 1000);
          const moments = [record.expiresAt, record.notBefore ?? SECONDS, ...ends].flatMap((at) => [at - 1, at]);
          for (const at of moments) {
            service.now = at * 1000;
            const shown = await subject.shown();
            const accepted = new Set(
              (await Promise.all(subject.secrets.map((secret) => enforced(service, secret)))).filter(
                (verdict) => typeof verdict === 'number',
              ),
            );
            const promised = (shown.secrets as { number: number; endsAt: string }[])
              .filter(({ endsAt }) => shown.status === 'active' && Date.parse(endsAt) > service.now)
              .map(({ number }) => number);
            expect([...accepted].sort()).toEqual(promised.sort());
          }
        },
      ),
      { numRuns: isLong ? 400 : 20 },
    );
  },
  isLong ? 3_600_000 : 120_000,
);

test('100 issues at once are 100 tokens that work, each told once', async () => {
  const replies = await Promise.all(Array.from({ length: 100 }, () => service.issue()));
  expect(new Set(replies.map(({ body }) => body.id)).size).toBe(100);
  const verdicts = await Promise.all(replies.map(({ body }) => enforced(service, body.token)));
  expect(verdicts).toEqual(replies.map(() => 1));
  expect(trail.all.filter(({ action }) => action === 'token.issue')).toHaveLength(100);
}, 60_000);
