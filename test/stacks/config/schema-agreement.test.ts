import Ajv from 'ajv';
import fc from 'fast-check';
import { schemaFault } from '../../../stacks/config/schema/check';
import { configuration, publishedSchema } from '../../../stacks/config/schema/configuration';
import { partOf } from './documents';

const published = new Ajv({ strict: true, strictRequired: false, strictTypes: false }).compile(
  JSON.parse(JSON.stringify(publishedSchema())),
);

test('the kit and a validator of the published schema accept and refuse the same documents', () => {
  const counts = { accepted: 0, refused: 0 };
  fc.assert(
    fc.property(partOf(configuration), (value) => {
      const document: unknown = JSON.parse(JSON.stringify(value));
      const fault = schemaFault(configuration, document);
      counts[fault === undefined ? 'accepted' : 'refused'] += 1;
      expect([published(document), fault]).toEqual([fault === undefined, fault]);
    }),
    { numRuns: 1000 },
  );
  expect(Math.min(counts.accepted, counts.refused)).toBeGreaterThan(0);
});

test.each(Object.entries(configuration.properties ?? {}))('so for the member %s by itself', (_, member) => {
  const validate = new Ajv({ strict: false }).compile(JSON.parse(JSON.stringify(member)));
  fc.assert(
    fc.property(partOf(member), (value) => {
      const document: unknown = JSON.parse(JSON.stringify(value));
      expect(validate(document)).toBe(schemaFault(member, document) === undefined);
    }),
    { numRuns: 200 },
  );
});
