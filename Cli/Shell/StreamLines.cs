namespace OrleansKv.Cli.Shell;

/// <summary>
/// Lines from a pipe, a file, or a terminal that cannot be edited on. They are bytes, and stay the same bytes: what is no UTF-8 reaches the
/// server as it is.
/// </summary>
internal sealed class StreamLines(Stream input, TextWriter? prompts) : ILineSource
{
    /// <summary>1 GiB: twice the longest value Redis has, for one that is written with escapes.</summary>
    private const int MaxLineBytes = 1 << 30;

    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _at;
    private int _end;

    public bool IsInteractive => prompts is not null;

    public string? Next(string prompt)
    {
        prompts?.Write(prompt);
        prompts?.Flush();
        using var line = new MemoryStream();
        while (true)
        {
            if (_at == _end)
            {
                _at = 0;
                _end = input.Read(_buffer);
                if (_end == 0) return line.Length > 0 ? Text(line) : null;
            }

            ReadOnlySpan<byte> waiting = _buffer.AsSpan(_at, _end - _at);
            int feed = waiting.IndexOf((byte)'\n');
            int take = feed < 0 ? waiting.Length : feed;
            if (line.Length + take > MaxLineBytes) throw new CliException("a line of the input is longer than 1 GiB");
            line.Write(waiting[..take]);
            _at += feed < 0 ? take : take + 1;
            if (feed >= 0) return Text(line);
        }
    }

    private static string Text(MemoryStream line)
    {
        ReadOnlySpan<byte> bytes = line.GetBuffer().AsSpan(0, (int)line.Length);
        return Protocol.Words.FromBytes(bytes is [.., (byte)'\r'] ? bytes[..^1] : bytes);
    }
}
