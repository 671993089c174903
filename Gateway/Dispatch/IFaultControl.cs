namespace OrleansKv.Gateway.Dispatch;

/// <summary>Faults that are put into this node on purpose while it runs (FAULT). Any I/O thread; returns at once.</summary>
internal interface IFaultControl
{
    /// <summary>Names and values of the faults that are on.</summary>
    IReadOnlyList<(string Name, string Value)> List();

    /// <summary>Puts one in; null, or what is wrong with it, without a code.</summary>
    string? Set(string name, string value);

    /// <summary>Ends one, or all for null; null, or what is wrong with the name.</summary>
    string? Clear(string? name);
}
