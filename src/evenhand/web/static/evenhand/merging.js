// Two versions of a scorecard that grew out of one, put together. Only what both changed, and changed
// differently, is left for a person to choose.

/** One text for one body, whatever the order of its keys. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join()}}`;
}

const same = (one, other) => canonical(one) === canonical(other);

/**
 * Put `mine` and `theirs` together, both of them changes of `base`.
 * Returns {body, clashes: [{field, mine, theirs}]}; in a clash the body has `mine`.
 */
export function merge(base, mine, theirs) {
  const clashes = [];

  const choose = (field, was, here, there) => {
    if (same(here, there) || same(there, was)) return here;
    if (!same(here, was)) clashes.push({ field, mine: here, theirs: there });
    return same(here, was) ? there : here;
  };

  const question = (task) => {
    const [was, here, there] = [base, mine, theirs].map((body) => body.questions.find((each) => each.task === task) ?? {});
    return {
      task,
      started_at: here.started_at ?? there.started_at ?? null,
      // Time is only ever added: the clock that ran longer has seen more of the answer.
      seconds: Math.max(here.seconds ?? 0, there.seconds ?? 0),
      asked: Boolean(was.asked ? here.asked && there.asked : here.asked || there.asked),
      notes: choose(`notes-${task}`, was.notes ?? "", here.notes ?? "", there.notes ?? ""),
    };
  };

  const levels = {};
  for (const dimension of new Set([...Object.keys(mine.levels), ...Object.keys(theirs.levels)])) {
    const [was, here, there] = [base, mine, theirs].map((body) => body.levels[dimension] ?? null);
    const level = choose(`level-${dimension}`, was, here, there);
    if (level !== null) levels[dimension] = level;
  }
  const tasks = [...new Set([...mine.questions, ...theirs.questions].map((each) => each.task))];
  const body = {
    ...mine,
    questions: tasks.map(question),
    stamps: stamps(base.stamps, mine.stamps, theirs.stamps),
    levels,
    notes: choose("notes", base.notes, mine.notes, theirs.notes),
  };
  return { body, clashes };
}

const nameOf = (stamp) => `${stamp.task} ${stamp.indicator}`;

/** A stamp made on either side is kept, and one taken back on either side is gone. */
function stamps(base, mine, theirs) {
  const [was, here, there] = [base, mine, theirs].map((list) => new Map(list.map((each) => [nameOf(each), each])));
  const kept = [];
  for (const name of new Set([...here.keys(), ...there.keys()])) {
    const [old, one, other] = [was, here, there].map((each) => each.get(name));
    if (old && !(one && other)) continue;
    if (!one || !other) kept.push(one ?? other);
    else if (old && !same(one, old)) kept.push(one);
    else kept.push(other.seconds <= one.seconds || old ? other : one);
  }
  return kept;
}
