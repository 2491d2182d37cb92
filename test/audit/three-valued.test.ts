import { type Verdict, worst } from '../../audit/three-valued';

test.each<[Verdict[], Verdict]>([
  [[], 'pass'],
  [['pass', 'pass'], 'pass'],
  [['unknown', 'pass'], 'unknown'],
  [['fail', 'unknown', 'pass'], 'fail'],
  [['unknown', 'fail'], 'fail'],
])('the worst of %j is %s', (verdicts, expected) => {
  expect(worst(verdicts)).toBe(expected);
});
