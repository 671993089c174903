namespace OrleansKv.Engine.Registers;

/// <summary>How an acceptor answers. The numbers are on the wire.</summary>
public enum ReplyKind : byte
{
    /// <summary>Done, and on the disk.</summary>
    Granted = 1,

    /// <summary>A higher ballot was promised; the reply names it.</summary>
    Outrun = 2,

    /// <summary>The acceptors have changed since; the reply has the set.</summary>
    StaleSet = 3,
}
