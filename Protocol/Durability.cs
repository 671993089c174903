namespace OrleansKv.Protocol;

/// <summary>How safe a write is before it is answered; a later one is safer.</summary>
public enum Durability
{
    /// <summary>With the kernel: survives the death of the process. The system flushes when it likes.</summary>
    No,

    /// <summary>With the kernel, flushed once a second: a power cut loses about a second.</summary>
    EverySecond,

    /// <summary>On the disk.</summary>
    Always,
}
