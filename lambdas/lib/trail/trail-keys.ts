/** Key of an item of the trail table: chain and place in it. */
export const TRAIL_TABLE_KEY = { hash: 'writer', range: 'seq' } as const;

/** Indexes of the trail table. Their hash keys are the attributes of the same name in `TrailItem`; all are sorted by `at`. */
export const TRAIL_INDEXES = {
  byTime: { name: 'by-time', hash: 'month' },
  byTeam: { name: 'by-team', hash: 'team' },
  byObject: { name: 'by-object', hash: 'object' },
  /** Sparse: what no seal has yet. */
  unsealed: { name: 'unsealed', hash: 'unsealed' },
} as const;
