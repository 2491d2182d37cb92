import { keyPlaces } from '../../../audit/reader/json-places';

const TEXT = `{
  "resource": {
    "aws_s3_bucket": {
      "a{\\"b}": { "bucket": "}, \\"x\\": {" },
      "c": { "tags": [ { "deep": 1 } ] }
    }
  },
  "list": [ { "inner": { "x": 1 } } ], "z": 1
}
`;

describe('places of keys', () => {
  const places = keyPlaces(TEXT, 3);

  test.each([
    [['resource'], 2, 3],
    [['resource', 'aws_s3_bucket'], 3, 5],
    [['resource', 'aws_s3_bucket', 'a{"b}'], 4, 7],
    [['resource', 'aws_s3_bucket', 'c'], 5, 7],
    [['z'], 8, 40],
  ])('%j is in line %i, column %i', (keys, line, column) => {
    expect(places.get(JSON.stringify(keys))).toEqual({ line, column });
  });

  test('keys that are deeper, within lists, or texts are none', () => {
    expect([...places.keys()]).toEqual([
      '["resource"]',
      '["resource","aws_s3_bucket"]',
      '["resource","aws_s3_bucket","a{\\"b}"]',
      '["resource","aws_s3_bucket","c"]',
      '["list"]',
      '["z"]',
    ]);
  });
});
