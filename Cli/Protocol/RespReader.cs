using System.Globalization;
using System.Text;

namespace OrleansKv.Cli.Protocol;

/// <summary>
/// Reads replies of RESP2 and RESP3 from a stream (https://redis.io/docs/latest/develop/reference/protocol-spec/). One thread.
/// </summary>
internal sealed class RespReader(Stream stream)
{
    /// <summary>Deepest nesting taken; COMMAND DOCS, the deepest reply there is, has about ten levels.</summary>
    private const int MaxDepth = 64;

    /// <summary>
    /// Longest string taken, 1 GiB: twice the longest value Redis has (512 MiB), so that garbage does not ask for all memory.
    /// </summary>
    private const int MaxBytes = 1 << 30;

    /// <summary>Longest line taken, 1 MiB: status, error and big number replies; real ones have less than 64 KiB.</summary>
    private const int MaxLineBytes = 1 << 20;

    /// <summary>A string's memory is asked for in steps of 1 MiB as it comes, so that a length alone costs nothing.</summary>
    private const int StepBytes = 1 << 20;

    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _at;
    private int _end;

    /// <summary>Whether bytes that were received have not been read yet.</summary>
    public bool HasBuffered => _at < _end;

    /// <summary>
    /// Throws <see cref="EndOfStreamException"/> when the server closes, <see cref="InvalidDataException"/> for what is no reply.
    /// </summary>
    public RespValue Read() => Read(0);

    private RespValue Read(int depth)
    {
        if (depth > MaxDepth) throw new InvalidDataException("a reply is nested too deeply");
        while (true)
        {
            byte[] line = ReadLine();
            if (line.Length == 0) throw new InvalidDataException("an empty line is no reply");
            char type = (char)line[0];
            switch (type)
            {
                case '+' or '-' or ':' or ',' or '#' or '(':
                    return new RespValue(type, line[1..], []);
                case '_':
                    return RespValue.Null;
                case '$' or '=' or '!':
                    int length = Length(line, MaxBytes);
                    if (length < 0) return RespValue.Null;
                    byte[] bytes = ReadBytes(length);
                    // A verbatim string begins with its format: three letters and a colon.
                    return new RespValue(type, type == '=' && length >= 4 && bytes[3] == ':' ? bytes[4..] : bytes, []);
                case '*' or '~' or '>' or '%' or '|':
                    int count = Length(line, int.MaxValue / 2);
                    if (count < 0) return RespValue.Null;
                    if (type is '%' or '|') count *= 2;
                    var items = new List<RespValue>();
                    for (int i = 0; i < count; i++) items.Add(Read(depth + 1));
                    if (type == '|') continue; // an attribute of the reply that follows: not shown
                    return new RespValue(type, [], items);
                default:
                    throw new InvalidDataException(type is >= ' ' and <= '~'
                        ? $"a reply cannot begin with '{type}'"
                        : $"a reply cannot begin with the byte {line[0]}");
            }
        }
    }

    // length = "-1" | digits
    private static int Length(byte[] line, int max)
    {
        string text = Encoding.ASCII.GetString(line, 1, line.Length - 1);
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int length) && length >= -1
            && length <= max
            ? length : throw new InvalidDataException($"'{text}' is no length");
    }

    private byte[] ReadLine()
    {
        var line = new List<byte>(32);
        while (true)
        {
            byte b = ReadByte();
            if (b == '\r')
            {
                if (ReadByte() != '\n') throw new InvalidDataException("a line of a reply does not end with CR LF");
                return [.. line];
            }

            if (line.Count == MaxLineBytes) throw new InvalidDataException("a line of a reply is too long");
            line.Add(b);
        }
    }

    private byte[] ReadBytes(int length)
    {
        var bytes = new byte[Math.Min(length, StepBytes)];
        int done = 0;
        while (done < length)
        {
            if (_at == _end) Fill();
            int take = Math.Min(length - done, _end - _at);
            if (done + take > bytes.Length) Array.Resize(ref bytes, (int)Math.Min(length, Math.Max(2L * bytes.Length, done + take)));
            _buffer.AsSpan(_at, take).CopyTo(bytes.AsSpan(done));
            _at += take;
            done += take;
        }

        if (ReadByte() != '\r' || ReadByte() != '\n') throw new InvalidDataException("a string of a reply does not end with CR LF");
        return bytes;
    }

    private byte ReadByte()
    {
        if (_at == _end) Fill();
        return _buffer[_at++];
    }

    private void Fill()
    {
        _at = 0;
        _end = 0;
        int read = stream.Read(_buffer);
        if (read == 0) throw new EndOfStreamException("the server closed the connection");
        _end = read;
    }
}
