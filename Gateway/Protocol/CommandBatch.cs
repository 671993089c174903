using OrleansKv.Protocol.Commands;

namespace OrleansKv.Gateway.Protocol;

/// <summary>
/// The commands that one read brought, at most <see cref="MaxFrames"/>: frames over slices over the bytes read. One a worker,
/// reused; the bytes belong to the reader and must outlive the batch's use.
/// </summary>
internal sealed class CommandBatch
{
    /// <summary>64 commands: what fits the L1 cache with its frames and slices, and a pipeline's usual length.</summary>
    public const int MaxFrames = 64;

    public readonly CommandFrame[] Frames = new CommandFrame[MaxFrames];
    public ArgSlice[] Slices = new ArgSlice[MaxFrames * 4];

    // Inline commands as they came, for those that are parsed again; few clients quote words, and no program does.
    private readonly List<(int Start, byte[] Line)> _lines = [];

    /// <summary>Whole commands in <see cref="Frames"/>.</summary>
    public int Count;

    /// <summary>Slices used, those of a command that is not whole yet included.</summary>
    public int SliceCount;

    public bool IsFull => Count == MaxFrames;

    public void Clear()
    {
        Count = SliceCount = 0;
        if (_lines.Count > 0) _lines.Clear();
    }

    /// <summary>Notes a line whose quotes are about to be undone in place.</summary>
    public void KeepLine(int start, ReadOnlySpan<byte> line) => _lines.Add((start, line.ToArray()));

    /// <summary>Undoes the undoing of quotes from a position on.</summary>
    public void RestoreLines(Span<byte> bytes, int from)
    {
        foreach ((int start, byte[] line) in _lines)
        {
            if (start >= from) line.CopyTo(bytes[start..]);
        }
    }

    public ArgList Args(int frame, ReadOnlySpan<byte> bytes)
    {
        ref CommandFrame f = ref Frames[frame];
        return new ArgList(bytes, Slices.AsSpan(f.FirstSlice, f.Words));
    }

    public void AddSlice(int start, int length)
    {
        if (SliceCount == Slices.Length) Array.Resize(ref Slices, Slices.Length * 2);
        Slices[SliceCount++] = new ArgSlice(start, length);
    }

    /// <summary>Adds the words of a long command, whose places count from <paramref name="start"/>.</summary>
    public void AddSlices(ReadOnlySpan<ArgSlice> words, int start)
    {
        if (Slices.Length - SliceCount < words.Length) Array.Resize(ref Slices, Math.Max(Slices.Length * 2, SliceCount + words.Length));
        foreach (ArgSlice word in words) Slices[SliceCount++] = new ArgSlice(start + word.Start, word.Length);
    }

    /// <summary>Gives a huge command's memory back; a usual batch keeps its slices.</summary>
    public void Trim()
    {
        const int Usual = 16 * 1024; // 128 KiB of slices
        if (Slices.Length > Usual) Slices = new ArgSlice[MaxFrames * 4];
    }
}
