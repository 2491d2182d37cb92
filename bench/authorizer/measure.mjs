// CPU time of subjects in paired rounds: each round runs every subject once, so that what disturbs one disturbs all.

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** CPU microseconds of one operation, all threads of the process included. */
async function cpuOf({ operations, run }) {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / operations;
}

/**
 * Runs `subjects` (`{ operations, run }` by name) in `count` rounds after three for warming up, `beforeRound` ahead of each.
 * A ratio is the median of the ratios of the rounds.
 */
export async function measure(subjects, count, beforeRound) {
  const rounds = [];
  for (let round = -3; round < count; round++) {
    beforeRound();
    const names = Object.keys(subjects);
    const cpu = {};
    // Every other round runs backwards, so that no subject always follows the same one.
    for (const name of round % 2 === 0 ? names : names.reverse()) {
      cpu[name] = await cpuOf(subjects[name]);
    }
    if (round >= 0) {
      rounds.push(cpu);
    }
  }
  return {
    micros: (name) => median(rounds.map((cpu) => cpu[name])),
    ratio: (name, base) => median(rounds.map((cpu) => cpu[name] / cpu[base])),
  };
}
