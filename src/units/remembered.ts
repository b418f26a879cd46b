/**
 * A pure function that keeps its answers for as long as the object that they are about. A batch asks the same of one model
 * hundreds of times, and a plan once for every candidate.
 *
 * @param keyOf tells two questions about one object apart; it must name everything that the answer depends on
 */
export function remembered<Subject extends object, Question, Answer>(
  answer: (subject: Subject, question: Question) => Answer,
  keyOf: (question: Question) => string,
): (subject: Subject, question: Question) => Answer {
  const known = new WeakMap<Subject, Map<string, { readonly value: Answer }>>();
  return (subject, question) => {
    const answers = known.get(subject) ?? new Map<string, { readonly value: Answer }>();
    known.set(subject, answers);
    const key = keyOf(question);
    const before = answers.get(key);
    if (before !== undefined) return before.value;
    const value = answer(subject, question);
    answers.set(key, { value });
    return value;
  };
}
