namespace OrleansKv.Silo.Hosting;

/// <summary>Why Orleans ends a silo, in an operator's words: what happened, and what to do. Pure.</summary>
internal static class FatalReason
{
    private const string StartAgain = "Start it again; it comes back with its data";

    /// <param name="self">This node's id.</param>
    /// <param name="address">Where its silo is, as others know it.</param>
    /// <param name="sender">The part of Orleans that cannot go on.</param>
    /// <param name="context">What Orleans says of it: text, for which it has no type.</param>
    /// <param name="failure">What was thrown, if anything was.</param>
    public static string Of(string self, string address, string sender, string context, Exception? failure)
    {
        if (context.Contains("Detected newer version of myself", StringComparison.Ordinal))
            return $"Node {self} ends: another silo has started at its address, {address}. Give each node its own --advertise and "
            + $"--silo-port";
        if (context.Contains("classifies this silo as Dead", StringComparison.Ordinal))
            return $"Node {self} ends: the others have declared it dead, because it did not answer them for some seconds (was it "
            + $"stopped, its machine overloaded or its network cut?). {StartAgain}";
        string why = failure is null ? context : failure.GetBaseException().Message;
        return $"Node {self} ends: Orleans cannot go on in {sender} ({why.ReplaceLineEndings(" ").TrimEnd('.')}). {StartAgain}. If it "
            + $"ends so again, --log-level debug shows more: please report it";
    }
}
