namespace OrleansKv.Bench.Client;

/// <summary>One measurement.</summary>
/// <param name="Operations">Operations that ended in the time.</param>
/// <param name="Time">How long it took.</param>
/// <param name="Cpu">Processor time of the whole process in it: client and silo.</param>
/// <param name="AllocatedBytes">What the whole process allocated in it.</param>
internal sealed record Row(string Work, int Callers, long Operations, TimeSpan Time, TimeSpan Cpu, long AllocatedBytes)
{
    public const string Head = "work           callers    operations/s    a core (CPU s)   cores   bytes/op";

    public override string ToString() =>
        $"{Work,-14} {Callers,7} {Operations / Time.TotalSeconds,15:N0} {Operations / Cpu.TotalSeconds,17:N0} {Cpu / Time,7:N2} "
        + $"{(double)AllocatedBytes / Operations,10:N1}";
}
