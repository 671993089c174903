namespace OrleansKv.Protocol.Commands;

/// <summary>
/// The words of one command as slices of the bytes that brought it; word 0 is the name. It lives no longer than those bytes.
/// </summary>
public readonly ref struct ArgList(ReadOnlySpan<byte> bytes, ReadOnlySpan<ArgSlice> slices)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly ReadOnlySpan<ArgSlice> _slices = slices;

    public int Count => _slices.Length;

    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            ArgSlice slice = _slices[index];
            return _bytes.Slice(slice.Start, slice.Length);
        }
    }

    /// <summary>Whether word <paramref name="index"/> is <paramref name="upper"/> (upper-case ASCII), whatever its case.</summary>
    public bool Is(int index, ReadOnlySpan<byte> upper) => System.Text.Ascii.EqualsIgnoreCase(this[index], upper);
}
