namespace OrleansKv.Engine.Table;

/// <summary>
/// Where an entry of a <see cref="KeyTable"/> is; valid until the next change of that table. Value 0 is "no entry".
/// </summary>
public readonly record struct EntryRef(uint Value)
{
    public static readonly EntryRef None = new(0);

    public bool IsNone => Value == 0;
}
