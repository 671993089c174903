using System.Globalization;
using System.Text;

namespace OrleansKv.Cli.Protocol;

/// <summary>Reads replies of RESP2 and RESP3 from a stream (https://redis.io/docs/latest/develop/reference/protocol-spec/).</summary>
internal sealed class RespReader(Stream stream)
{
    /// <summary>Deepest nesting taken; no command answers with more than four levels.</summary>
    private const int MaxDepth = 32;

    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _at;
    private int _end;

    /// <summary>Throws <see cref="EndOfStreamException"/> when the server closes, <see cref="InvalidDataException"/> for what is no reply.</summary>
    public RespValue Read() => Read(0);

    private RespValue Read(int depth)
    {
        if (depth > MaxDepth) throw new InvalidDataException("a reply is nested too deeply");
        string line = ReadLine();
        if (line.Length == 0) throw new InvalidDataException("an empty line is no reply");
        string rest = line[1..];
        switch (line[0])
        {
            case '+' or '-' or ':' or ',' or '#' or '(':
                return new RespValue(line[0], Encoding.UTF8.GetBytes(rest), []);
            case '_':
                return RespValue.Null;
            case '$' or '=' or '!':
                int length = Length(rest);
                return length < 0 ? RespValue.Null : new RespValue(line[0], ReadBytes(length), []);
            case '*' or '~' or '>' or '%' or '|':
                int count = Length(rest);
                if (count < 0) return RespValue.Null;
                if (line[0] is '%' or '|') count *= 2;
                var items = new List<RespValue>();
                for (int i = 0; i < count; i++) items.Add(Read(depth + 1));
                return line[0] == '|' ? Read(depth) : new RespValue(line[0], [], items); // attributes are not shown
            default:
                throw new InvalidDataException($"a reply cannot begin with '{line[0]}'");
        }
    }

    private static int Length(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int length)
        ? length : throw new InvalidDataException($"'{text}' is no length");

    private string ReadLine()
    {
        var line = new List<byte>();
        while (true)
        {
            byte b = ReadByte();
            if (b == '\r')
            {
                ReadByte();
                return Encoding.UTF8.GetString(line.ToArray());
            }

            line.Add(b);
        }
    }

    private byte[] ReadBytes(int length)
    {
        var bytes = new byte[length];
        int done = 0;
        while (done < length)
        {
            if (_at == _end) Fill();
            int take = Math.Min(length - done, _end - _at);
            _buffer.AsSpan(_at, take).CopyTo(bytes.AsSpan(done));
            _at += take;
            done += take;
        }

        ReadByte();
        ReadByte();
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
        _end = stream.Read(_buffer);
        if (_end == 0) throw new EndOfStreamException("the server closed the connection");
    }
}
