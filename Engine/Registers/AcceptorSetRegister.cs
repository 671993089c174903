namespace OrleansKv.Engine.Registers;

/// <summary>The register that says who the acceptors are: each set is chosen under its predecessor. Unwritten, it is the first set's.</summary>
internal static class AcceptorSetRegister
{
    public const string Name = "acceptors";

    /// <summary>Replaces <paramref name="from"/>, if it is still in force, with <paramref name="to"/>.</summary>
    public static RegisterChange Replace(AcceptorSet from, AcceptorSet to) => current => VersionOf(current, from) == from.Version ? Bytes(to) : null;

    /// <summary>The set that a read has found; the first one where nobody has written it.</summary>
    public static AcceptorSet Read(RegisterValue? value, AcceptorSet first) => value is null ? first : new RegisterBytes(value.Bytes.Span).ReadSet();

    // Only the first set is nowhere written.
    private static long VersionOf(RegisterValue? value, AcceptorSet known) => value is null ? Math.Min(known.Version, 1) : Read(value, known).Version;

    private static byte[] Bytes(AcceptorSet set)
    {
        using var bytes = new MemoryStream();
        RegisterBytes.Write(bytes, set);
        return bytes.ToArray();
    }
}
