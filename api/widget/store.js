// What was asked and answered in this tab, so that the way back from an article leads to the answer one came from.

const MOST_KEPT = 20;

/** @returns {{question: string, filters: object, answer: import("./types").Answer}[]} oldest first */
export function recall(key) {
  try {
    const turns = JSON.parse(sessionStorage.getItem(key));
    return Array.isArray(turns) ? turns.filter((turn) => turn?.answer?.statements && turn.answer.citations) : [];
  } catch {
    return []; // storage is forbidden, or holds what is not ours
  }
}

/** Keeps the last turns; where storage is full or forbidden, they stand on the page all the same. */
export function keep(key, turns) {
  try {
    sessionStorage.setItem(key, JSON.stringify(turns.slice(-MOST_KEPT)));
  } catch {
    // nothing to do
  }
}
