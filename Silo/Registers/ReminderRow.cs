using Orleans.Runtime;

namespace OrleansKv.Silo.Registers;

/// <summary>One reminder; see <see cref="ReminderEntry"/>.</summary>
/// <param name="Grain">The grain's id as text.</param>
/// <param name="Name">The reminder's name, unique to the grain.</param>
/// <param name="StartAt">Its first tick, UTC.</param>
/// <param name="Period">Time between ticks.</param>
/// <param name="Tag">Made at random with each change.</param>
internal sealed record ReminderRow(string Grain, string Name, DateTime StartAt, TimeSpan Period, string Tag)
{
    public GrainId GrainId => GrainId.Parse(Grain);

    public bool Is(GrainId grain, string name) => Name == name && Grain == grain.ToString();

    public ReminderEntry ToEntry() =>
        new() { GrainId = GrainId, ReminderName = Name, StartAt = StartAt, Period = Period, ETag = Tag };
}
