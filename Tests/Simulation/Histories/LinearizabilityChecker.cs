namespace OrleansKv.Simulation.Histories;

/// <summary>
/// Looks for an order of a history's operations that the model allows and in which each takes effect between its call and its return: the
/// search of J. Wing and C. Gong ("Testing and verifying concurrent objects", 1993) with the memory of G. Lowe ("Testing for
/// linearizability", 2017), as in Porcupine: a set of operations that led to a state is tried once. One object (a key) at a time, since a
/// history is linearizable if that of each object is.
/// </summary>
public static class LinearizabilityChecker
{
    /// <summary>Steps of the search, at most, unless the caller says otherwise: about 10 s.</summary>
    public const long DefaultMaxSteps = 20_000_000;

    public static Verdict Check<TState, TOperation>(
        ISequentialModel<TState, TOperation> model, IReadOnlyList<HistoryOperation<TOperation>> history, long maxSteps = DefaultMaxSteps)
        where TState : IEquatable<TState>
    {
        var timeline = new Timeline<TOperation>(history);
        var tried = new HashSet<(OperationSet Done, TState State)>();
        var way = new Stack<(TimelineEntry Call, TState Before)>();
        var done = new OperationSet(history.Count);
        TState state = model.Initial;
        TimelineEntry? entry = timeline.First;
        for (long steps = 0; entry is not null; steps++)
        {
            if (steps == maxSteps) return Verdict.Undecided;
            if (entry.IsCall)
            {
                if (model.TryApply(state, history[entry.Operation].Operation, out TState next)
                    && tried.Add((done.With(entry.Operation), next)))
                {
                    way.Push((entry, state));
                    done = done.With(entry.Operation);
                    state = next;
                    timeline.Lift(entry);
                    entry = timeline.First;
                    continue;
                }

                entry = entry.Next;
                continue;
            }

            if (entry.At == TimeSpan.MaxValue) break; // what is left never returned, and need not have happened

            // An operation has returned and was not chosen yet: the last choice was wrong.
            if (way.Count == 0) return Verdict.NotLinearizable;
            (TimelineEntry last, state) = way.Pop();
            done = done.Without(last.Operation);
            timeline.PutBack(last);
            entry = last.Next;
        }

        return Verdict.Linearizable;
    }
}
