namespace OrleansKv.Simulation.Histories;

/// <summary>
/// The calls and returns of a history in the order of their times, as a list out of which an operation can be lifted and into which it can
/// be put back, last lifted first. A call at the time of a return stands before it: the two operations overlap.
/// </summary>
internal sealed class Timeline<TOperation>
{
    private readonly TimelineEntry _head = new(-1, isCall: false, TimeSpan.MinValue);

    public Timeline(IReadOnlyList<HistoryOperation<TOperation>> history)
    {
        var entries = new List<TimelineEntry>(history.Count * 2);
        for (int i = 0; i < history.Count; i++)
        {
            if (history[i].Returned < history[i].Called)
                throw new ArgumentException($"operation {i} returned before it was called", nameof(history));
            var call = new TimelineEntry(
                i, isCall: true, history[i].Called) { Return = new TimelineEntry(i, isCall: false, history[i].Returned) };
            entries.Add(call);
            entries.Add(call.Return);
        }

        TimelineEntry last = _head;
        foreach (TimelineEntry entry in entries.OrderBy(e => e.At).ThenBy(e => e.IsCall ? 0 : 1))
        {
            last.Next = entry;
            entry.Previous = last;
            last = entry;
        }
    }

    public TimelineEntry? First => _head.Next;

    public void Lift(TimelineEntry call)
    {
        Remove(call);
        Remove(call.Return!);
    }

    public void PutBack(TimelineEntry call)
    {
        Insert(call.Return!);
        Insert(call);
    }

    // The entry keeps its neighbours, so that it finds its way back.
    private static void Remove(TimelineEntry entry)
    {
        entry.Previous!.Next = entry.Next;
        if (entry.Next is { } next) next.Previous = entry.Previous;
    }

    private static void Insert(TimelineEntry entry)
    {
        entry.Previous!.Next = entry;
        if (entry.Next is { } next) next.Previous = entry;
    }
}
