namespace OrleansKv.Engine.Registers;

/// <summary>
/// The register that says who the acceptors are: each set is chosen under its predecessor. Unwritten, it is the first set's.
/// </summary>
internal static class AcceptorSetRegister
{
    public const string Name = "acceptors";

    /// <summary>Replaces <paramref name="from"/>, if it is still in force, with <paramref name="to"/>.</summary>
    public static RegisterChange Replace(AcceptorSet from, AcceptorSet to) =>
        current => VersionOf(current, from) == from.Version ? Bytes(to) : null;

    // Only the first set is nowhere written.
    private static long VersionOf(RegisterValue? value, AcceptorSet known) =>
        value is null ? Math.Min(known.Version, 1) : new RegisterBytes(value.Bytes.Span).ReadSet().Version;

    private static byte[] Bytes(AcceptorSet set)
    {
        using var bytes = new MemoryStream();
        RegisterBytes.Write(bytes, set);
        return bytes.ToArray();
    }
}
